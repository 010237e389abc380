import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { packRecords, unpackRecords } from "../../../src/backends/online/event-records.ts";
import type { OnlineEventBatch } from "../../../src/contracts/online-store.ts";
import { type EventValue, typedEventsOf } from "../../../src/testing/online-events.ts";

const join = (records: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(records));

test("records of doubles alone are, byte for byte, those of the former version", () => {
  const batch: OnlineEventBatch = {
    keys: ["k"],
    keyIndex: Int32Array.of(0, 0),
    ids: Float64Array.of(7, -2),
    eventTimeMs: Float64Array.of(10, 20),
    knownTimeMs: Float64Array.of(11, 21),
    values: [
      { kind: "number", values: Float64Array.of(1.5, -0) },
      { kind: "number", values: Float64Array.of(0, 3) },
    ],
    present: [undefined, Uint8Array.of(0, 1)],
  };
  const former = [
    ["0000000000001c40", "0000000000002440", "0000000000002640", "000000000000f83f", "0000000000000000", "0100"],
    ["00000000000000c0", "0000000000003440", "0000000000003540", "0000000000000080", "0000000000000840", "0101"],
  ].map((parts) => parts.join(""));
  expect(packRecords(batch).map((record) => Buffer.from(record).toString("hex"))).toEqual(former);
  const { keys: _, keyIndex: __, ...events } = batch;
  expect(unpackRecords(2, new Uint8Array(Buffer.from(former.join(""), "hex")))).toEqual({ ...events, count: 2 });
});

test("a view without value columns has heads alone", () => {
  const times = Float64Array.of(1, 2);
  const batch = { keys: ["k"], keyIndex: new Int32Array(2), ids: times, eventTimeMs: times, knownTimeMs: times };
  const { values, ids } = unpackRecords(2, join(packRecords({ ...batch, values: [], present: [] })));
  expect([values, [...ids]]).toEqual([[], [1, 2]]);
});

test("cut, changed and newer bytes are refused", () => {
  const events: (readonly EventValue[])[] = [
    [1, 2n, "three", [4]],
    [5, 6n, "", []],
  ];
  const bytes = join(packRecords(typedEventsOf(events)));
  expect(unpackRecords(2, bytes).count).toBe(2);
  for (let length = 0; length < bytes.length; length++)
    expect(() => unpackRecords(2, bytes.subarray(0, length)), `${length} bytes`).toThrowError(
      expect.objectContaining({ code: "io/failed" }),
    );
  const newer = bytes.slice();
  newer[4] = 2;
  expect(() => unpackRecords(2, newer)).toThrowError(expect.objectContaining({ found: "events in layout 2" }));
  const doubles = join(packRecords({ ...typedEventsOf(events), values: [], present: [] }));
  expect(() => unpackRecords(4, join([bytes, doubles]))).toThrowError(expect.objectContaining({ code: "io/failed" }));
});
