import fc from "fast-check";
import { expect, test } from "vitest";
import { SummaryReader } from "../../../src/stats/bytes/summary-reader.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";

function written(): Uint8Array {
  const writer = new SummaryWriter("TEST", 2);
  writer.u8(7);
  writer.count(300);
  writer.text("größer");
  return writer.finish();
}

test("everything that is written is read again, bit for bit", () => {
  const doubles = fc.array(fc.double(), { maxLength: 300 });
  const counts = fc.maxSafeNat();
  fc.assert(
    fc.property(doubles, counts, fc.string({ unit: "grapheme" }), fc.uint8Array(), (values, count, text, bytes) => {
      const writer = new SummaryWriter("TEST", 1);
      writer.f64s(values);
      writer.count(count);
      writer.text(text);
      writer.bytes(bytes);
      writer.u32(4_000_000_000);
      writer.f64(-0);
      const reader = new SummaryReader(writer.finish(), "TEST", 1);
      expect(reader.f64s()).toEqual(Float64Array.from(values));
      expect(reader.count()).toBe(count);
      expect(reader.text()).toBe(text.isWellFormed() ? text : text.toWellFormed());
      expect(reader.bytes()).toEqual(bytes);
      expect(reader.u32()).toBe(4_000_000_000);
      expect(reader.f64()).toBe(-0);
      reader.end();
    }),
    { seed: 11 },
  );
});

test("a writer grows at whatever it writes", () => {
  for (let length = 200; length < 270; length++) {
    const filler = new Uint8Array(length).fill(1);
    const write: readonly ((writer: SummaryWriter) => void)[] = [
      (writer) => writer.u8(9),
      (writer) => writer.u32(9),
      (writer) => writer.count(2 ** 50),
      (writer) => writer.f64(9.5),
      (writer) => writer.f64s([9.5, 8]),
      (writer) => writer.bytes(filler),
      (writer) => writer.text("nine"),
    ];
    for (const each of write) {
      const writer = new SummaryWriter("TEST", 1);
      writer.bytes(filler);
      each(writer);
      expect(new SummaryReader(writer.finish(), "TEST", 1).bytes()).toEqual(filler);
    }
  }
});

test("another kind, a newer version, any changed byte and any cut are refused", () => {
  const bytes = written();
  const refused = (changed: Uint8Array, kind = "TEST", newest = 2): void => {
    expect(() => new SummaryReader(changed, kind, newest)).toThrowError(/argument\/invalid/);
  };
  refused(bytes, "ELSE");
  refused(bytes, "TEST", 1);
  for (let i = 0; i < bytes.length; i++) {
    refused(bytes.map((byte, at) => (at === i ? byte ^ 0x10 : byte)));
    refused(bytes.subarray(0, i));
  }
});

test("reading past the end, and leaving something unread, are refused", () => {
  const reader = new SummaryReader(written(), "TEST", 2);
  expect(reader.u8()).toBe(7);
  expect(() => reader.end()).toThrowError(/bytes too many/);
  expect(reader.count()).toBe(300);
  expect(reader.text()).toBe("größer");
  reader.end();
  expect(() => reader.f64()).toThrowError(/end 8 too early/);
});
