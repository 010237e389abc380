import { expect, test } from "vitest";
import type { ColumnTypes } from "../../src/core/cell-type.ts";
import { referential } from "../../src/data/checks/referential.ts";
import { uniqueness } from "../../src/data/checks/uniqueness.ts";
import { rowDifference } from "../../src/data/versions/row-difference.ts";
import { keyCodes } from "../../src/table/key-codes.ts";
import { type RowObject, tableFromRows } from "../../src/table/table-from-rows.ts";

const types: ColumnTypes = { place: { tag: "json", nullable: true }, n: { tag: "f64", nullable: false } };
const rows = (cells: readonly RowObject[]) => tableFromRows(cells, types);

// The dictionaries of the two sides have the same entries in another order, and members are written in another one.
const known = rows([
  { place: { city: "Rome", zip: 1 }, n: 0 },
  { place: [1, 2], n: 1 },
  { place: "x", n: 2 },
]);
const asked = rows([
  { place: "x", n: 2 },
  { place: { zip: 1, city: "Rome" }, n: 0 },
  { place: [2, 1], n: 1 },
  { place: null, n: 1 },
  { place: [1, 2], n: 0 },
]);

test("keys of JSON are compared by value, whatever the dictionaries", () => {
  const { source, probe, count } = keyCodes(known, asked, ["place"]);
  expect(count).toBe(3);
  expect([...probe].map((code) => source.indexOf(code))).toEqual([2, 0, -1, -1, 1]);
  const both = keyCodes(known, asked, ["place", "n"]);
  expect([...both.probe].map((code) => (code < 0 ? -1 : both.source.indexOf(code)))).toEqual([2, 0, -1, -1, -1]);
});

test("referential, uniqueness and the difference of versions by a JSON column", () => {
  const found = referential(["place"], { in: "known" }).judge({ batch: asked, tables: { known } });
  expect(found.failingRows).toEqual([2]);
  const twice = rows([
    { place: { a: 1, b: 2 }, n: 1 },
    { place: [1], n: 2 },
    { place: { b: 2, a: 1 }, n: 3 },
  ]);
  expect(uniqueness(["place"]).judge({ batch: twice }).failingRows).toEqual([2]);
  const { added, removed, changed } = rowDifference(known, asked, ["place", "n"], "place");
  expect(changed).toEqual([[1, 3 + 4]]);
  expect(removed).toEqual([]);
  expect(added).toEqual([3 + 2, 3 + 3]);
});
