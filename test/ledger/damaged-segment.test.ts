import { expect, test } from "vitest";
import { inputFromJson } from "../../src/ledger/segments/feature-input-json.ts";
import { decodeSegment, encodeSegment } from "../../src/ledger/segments/segment-codec.ts";

test("a segment with a damaged head is refused as such, whichever byte of it was changed", () => {
  const bytes = encodeSegment({ head: { model: "delay" }, columns: { a: Float64Array.of(1), b: ["x"] } });
  const headLength = new DataView(bytes.buffer).getUint32(8, true);
  const codes = new Set<unknown>();
  for (let at = 12; at < 12 + headLength; at++) {
    for (const byte of [0, 0x20, 0x22, 0x5d, 0x7d]) {
      const damaged = bytes.slice();
      damaged[at] = byte;
      try {
        decodeSegment(damaged);
      } catch (error) {
        codes.add(Object(error).code ?? String(error));
      }
    }
  }
  expect([...codes]).toEqual(["serving/log-corrupt"]);
});

test("a logged feature input that is no record of JSON is refused", () => {
  for (const text of ["", "{", "null", "[1]", "1"])
    expect(() => inputFromJson(text)).toThrow(expect.objectContaining({ code: "serving/log-corrupt" }));
  expect(inputFromJson('{"a":1}')).toEqual({ a: 1 });
});
