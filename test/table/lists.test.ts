import { expect, test } from "vitest";
import { cellAt } from "../../src/table/cell-at.ts";
import type { ListColumn } from "../../src/table/column.ts";
import { columnBuilder } from "../../src/table/column-builder.ts";
import { readCsv } from "../../src/table/csv/read-csv.ts";
import { encodePart } from "../../src/table/encode-part.ts";
import { readJsonLines } from "../../src/table/json-lines/read-json-lines.ts";
import { KeyLookup } from "../../src/table/key-lookup.ts";
import { layOutMatches } from "../../src/table/lay-out-matches.ts";
import { matrixOf } from "../../src/table/matrix-of.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableDigest } from "../../src/table/table-digest.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { sliceRows } from "../../src/table/take-rows.ts";

const lists = { v: { tag: "f64[]", nullable: true } } as const;
const rows = [{ v: [1, -0, Number.NaN] }, { v: [] }, { v: null }, {}, { v: [2.5] }];

test("an empty list, null and absent are three things; ends are where each row's items end", () => {
  const { v } = tableFromRows(rows, lists).columns;
  if (v?.tag !== "f64[]") return expect.fail("lists expected");
  expect([...v.values]).toEqual([3, 3, 3, 3, 4]);
  expect([...v.items]).toEqual([1, -0, Number.NaN, 2.5]);
  expect([0, 1, 2, 3, 4].map((row) => cellAt(v, row))).toEqual([[1, -0, Number.NaN], [], null, undefined, [2.5]]);
});

test("a slice counts its ends from its own first item, and equals a table made of its rows", () => {
  const table = tableFromRows(rows, lists);
  for (let from = 0; from <= rows.length; from++) {
    for (let to = from; to <= rows.length; to++) {
      const slice = sliceRows(table, from, to);
      expect(tableToRows(slice)).toStrictEqual(rows.slice(from, to));
      expect(tableDigest(slice)).toBe(tableDigest(tableFromRows(rows.slice(from, to), lists)));
    }
  }
});

test("a vector takes lists of its size only; a list takes items of its type only", () => {
  const vector = { v: { tag: "f64[]", nullable: false, size: 2 } } as const;
  expect(tableFromRows([{ v: [1, 2] }, { v: Float32Array.of(0.5, 0.25) }], vector).rowCount).toBe(2);
  expect(() => tableFromRows([{ v: [1, 2, 3] }], vector)).toThrowError(/1,2,3 in column "v".*of 2 items/);
  expect(() => tableFromRows([{ v: ["1", "2"] }], lists)).toThrowError(/table\/type-mismatch/);
  expect(() => tableFromRows([{ v: [1] }], { v: { tag: "utf8[]", nullable: false } })).toThrowError(/type-mismatch/);
});

test("a list that is refused leaves no items behind", () => {
  const builder = columnBuilder("f64[]");
  builder.push([1]);
  const bad: readonly unknown[] = [2, "3"];
  expect(() => builder.push(bad as readonly number[])).toThrowError(/table\/type-mismatch/);
  builder.push([4]);
  expect(builder.finish()).toEqual({ tag: "f64[]", values: Uint32Array.of(1, 2), items: Float64Array.of(1, 4) });
});

test("ends that do not ascend within the items are refused, and items under a null", () => {
  const items = Float64Array.of(1, 2);
  const bad: readonly ListColumn[] = [
    { tag: "f64[]", values: Uint32Array.of(2, 1), items },
    { tag: "f64[]", values: Uint32Array.of(1, 3), items },
    { tag: "f64[]", values: Uint32Array.of(1, 2), items, states: Uint8Array.of(1, 0) },
  ];
  for (const v of bad) expect(() => makeTable({ v })).toThrowError(/table\/type-mismatch.*ends/);
});

test("parts without lists keep their format and digest", () => {
  const plain = tableFromRows([{ a: 1 }], { a: { tag: "f64", nullable: false } });
  expect(new TextDecoder("latin1").decode(encodePart(plain))).toContain('"format":1,');
  expect(new TextDecoder("latin1").decode(encodePart(tableFromRows(rows, lists)))).toContain('"format":2,');
});

test("rows that match nothing, or only what has expired, have no items", () => {
  const cells = tableFromRows([{ v: [1, 2] }, { v: [3] }], lists);
  const { columns } = layOutMatches({
    cells,
    eventTimeMs: Float64Array.of(0, 90),
    rows: Int32Array.of(0, -1, 1, 1),
    atMs: Float64Array.of(100, 100, 100, 95),
    ttlMs: 50,
  });
  expect(tableToRows(columns)).toStrictEqual([{}, {}, { v: [3] }, { v: [3] }]);
});

test("lists are no keys and no numbers of a matrix", () => {
  const table = tableFromRows([{ v: [1] }], lists);
  expect(() => new KeyLookup(table, ["v"])).toThrowError(/table\/type-mismatch.*key of type f64\[\]/);
  expect(() => matrixOf(table, ["v"], Int32Array.of(0))).toThrowError(/table\/type-mismatch/);
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

test("JSON lines and CSV hold lists as JSON; what is no such list is a faulty row", async () => {
  const types = { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } } as const;
  const expected = [
    { v: [1.5, -0], w: ["a", "b,c"] },
    { v: [], w: [] },
    { v: null, w: null },
  ];
  const lines = '{"v":[1.5,-0],"w":["a","b,c"]}\n{"v":[],"w":[]}\n{"v":null,"w":null}\n{"v":[1,"2"],"w":3}\n';
  for await (const { table, faults } of readJsonLines(bytesOf(lines), types)) {
    expect(tableToRows(table)).toStrictEqual([...expected, {}]);
    expect(faults.map(({ row, issues }) => [row, issues.map(({ path }) => path)])).toEqual([[3, ["v", "w"]]]);
  }
  const csv = 'v,w\n"[1.5,-0]","[""a"",""b,c""]"\n[],[]\n,\n"[1,""2""]",x\n';
  for await (const { table, faults } of readCsv(bytesOf(csv), types)) {
    expect(tableToRows(table)).toStrictEqual([...expected, {}]);
    expect(faults.map(({ row, issues }) => [row, issues.map(({ path }) => path)])).toEqual([[3, ["v", "w"]]]);
  }
});
