import { Table as ArrowTable, Int32, List, Field, makeData, makeVector, Utf8, type Vector } from "apache-arrow";
import { z } from "zod";
import { tableFromArrow } from "../../src/backends/arrow/arrow-source.ts";
import { seededRandom } from "../../src/core/random.ts";
import { validateTable } from "../../src/data/schema/validate-table.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

// Arrow columns of a million rows into columns of ours, and judged, beside Arrow's own making of an array of strings.

const bench = "data";
const rows = 1_000_000;

function texts(textOf: (row: number) => string): Vector<Utf8> {
  const encoder = new TextEncoder();
  const data = new Uint8Array(32 * rows);
  const valueOffsets = new Int32Array(rows + 1);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    at += encoder.encodeInto(textOf(row), data.subarray(at)).written;
    valueOffsets[row + 1] = at;
  }
  return makeVector(makeData({ type: new Utf8(), length: rows, valueOffsets, data }));
}

function lists(): Vector<List<Int32>> {
  const valueOffsets = Int32Array.from({ length: rows + 1 }, (_, row) => 2 * row);
  const child = makeData({
    type: new Int32(),
    length: 2 * rows,
    data: new Int32Array(2 * rows).map((_, i) => i % 100),
  });
  const type = new List(new Field("item", new Int32()));
  return makeVector(makeData({ type, length: rows, valueOffsets, child }));
}

/** The figures of columns that come in as Arrow. */
export async function arrowBench(): Promise<void> {
  const random = seededRandom("arrow");
  const schema = z.object({ x: z.string().max(24) });
  for (const [what, vector] of [
    ["text, 20,000 distinct", texts(() => `code ${random.int(20_000)}`)],
    ["text, all distinct", texts((row) => `row number ${row}`)],
  ] as const) {
    const arrow = new ArrowTable({ x: vector });
    const ours = await bestMs(() => keep(validateTable(schema, tableFromArrow(arrow)).acceptedRows.length), 5);
    const baseline = await bestMs(() => keep(vector.toArray().length), 3);
    report({
      bench,
      case: `Arrow, 1M rows of ${what}: taken in and validated, beside toArray()`,
      value: ours,
      unit: "ms",
      baseline,
    });
  }
  const arrow = new ArrowTable({ x: lists() });
  const pairs = z.object({ x: z.array(z.number().max(98)) });
  const value = await bestMs(() => keep(validateTable(pairs, tableFromArrow(arrow)).acceptedRows.length), 3);
  report({ bench, case: "Arrow, 1M rows of lists of two integers: taken in and validated", value, unit: "ms" });
}
