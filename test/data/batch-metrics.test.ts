import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { BatchMeter, batchMetricsOf } from "../../src/data/profile/batch-metrics-of.ts";
import { makeTable } from "../../src/table/table.ts";
import { sliceRows } from "../../src/table/take-rows.ts";

const rows = 60_000;
const random = seededRandom("metrics");
const states = Uint8Array.from({ length: rows }, (_, row) => (row % 10 === 0 ? 0 : 1));
const fractions = Float64Array.from({ length: rows }, () => 1e9 + random.int(20_000) / 7);
const batch = makeTable({
  fraction: { tag: "f64", values: fractions, states },
  odd: {
    tag: "f64",
    values: Float64Array.from({ length: rows }, (_, row) => [Number.NaN, Infinity, 3, -0, 0][row % 5] ?? 0),
  },
  flag: { tag: "bool", values: Uint8Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 1 : 0)) },
  big: { tag: "i64", values: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 1000) * 4294967296n) },
  text: {
    tag: "utf8",
    values: Int32Array.from({ length: rows }, (_, row) => row % 2),
    dictionary: ["a", "😀b", "unused"],
  },
  json: { tag: "json", values: new Int32Array(rows), dictionary: ['{"a":1}', "2"] },
  none: { tag: "f64", values: new Float64Array(rows), states: new Uint8Array(rows) },
});

test("a batch's metrics are what its cells say", () => {
  const { rows: count, columns } = batchMetricsOf(batch);
  expect(count).toBe(rows);
  const present = fractions.filter((_, row) => row % 10 !== 0);
  const mean = present.reduce((sum, value) => sum + (value - 1e9), 0) / present.length + 1e9;
  const sd = Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (present.length - 1));
  const { distinct, ...fraction } = columns["fraction"] ?? {};
  expect(fraction).toEqual({
    completeness: 0.9,
    mean: expect.closeTo(mean, 5),
    sd: expect.closeTo(sd, 5),
    min: Math.min(...present.subarray(0, 50_000)),
    max: Math.max(...present),
  });
  expect(Math.abs((distinct ?? 0) / new Set(present).size - 1)).toBeLessThan(0.03);
  expect(columns["odd"]).toMatchObject({ completeness: 1, distinct: 4, min: 0, max: 3, mean: 1 });
  expect(columns["flag"]).toMatchObject({ distinct: 2, mean: 1 / 3, min: 0, max: 1 });
  expect(columns["big"]).toMatchObject({ distinct: 1000, min: 0, max: 999 * 4294967296 });
  expect(columns["text"]).toEqual({
    completeness: 1,
    distinct: 2,
    mean: 1.5,
    min: 1,
    max: 2,
    sd: expect.closeTo(0.5, 4),
  });
  expect(columns["json"]).toEqual({ completeness: 1, distinct: 1 });
  expect(columns["none"]).toEqual({ completeness: 0, distinct: 0 });
  expect(batchMetricsOf(makeTable({ none: { tag: "f64", values: new Float64Array(0) } }))).toEqual({
    rows: 0,
    columns: { none: {} },
  });
});

test("metrics do not depend on how a batch comes", () => {
  const meter = new BatchMeter();
  for (let from = 0; from < rows; ) {
    const to = Math.min(rows, from + 1 + random.int(9000));
    meter.add(sliceRows(batch, from, to));
    from = to;
  }
  expect(meter.metrics()).toEqual(batchMetricsOf(batch));
});
