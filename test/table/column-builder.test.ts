import fc from "fast-check";
import { expect, test } from "vitest";
import { cellAt } from "../../src/table/cell-at.ts";
import { columnBuilder } from "../../src/table/column-builder.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { anyColumnOf } from "../../src/table/table.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { everyTypeAndLists, randomRowsWithLists } from "./random-table.ts";

test("rows come back as they were, absent keys absent", () => {
  fc.assert(
    fc.property(randomRowsWithLists, (rows) => {
      expect(tableToRows(tableFromRows(rows, everyTypeAndLists))).toStrictEqual(rows.map((row) => ({ ...row })));
    }),
    { seed: 21, numRuns: 300 },
  );
});

test("a builder grows past its first capacity and keeps the three states apart", () => {
  const builder = columnBuilder("utf8");
  for (let i = 0; i < 1000; i++) builder.push(`v${i % 7}`);
  builder.pushNull();
  builder.pushAbsent();
  for (let i = 0; i < 1000; i++) builder.push("w");
  const column = builder.finish();
  expect(builder.length).toBe(2002);
  expect([cellAt(column, 999), cellAt(column, 1000), cellAt(column, 1001), cellAt(column, 2001)]).toEqual([
    "v5",
    null,
    undefined,
    "w",
  ]);
  expect(column.tag === "utf8" && column.dictionary.length).toBe(8);
});

test("a finished column does not change while the builder grows on", () => {
  const builder = columnBuilder("f64");
  builder.push(1);
  const first = builder.finish();
  builder.push(2);
  expect(first.values.length).toBe(1);
  expect(builder.finish().values.length).toBe(2);
});

test("a value of another type is refused with row and column", () => {
  expect(() => tableFromRows([{ a: 1 }, { a: "x" }], { a: { tag: "f64", nullable: false } })).toThrowError(
    /"x" in column "a" of row 1/,
  );
  expect(() => tableFromRows([{ a: 1.5 }], { a: { tag: "i32", nullable: false } })).toThrowError(
    /table\/type-mismatch/,
  );
  expect(() => tableFromRows([{}], { a: { tag: "i32", nullable: false } })).toThrowError(
    /no value in column "a" of row 0/,
  );
  expect(() => tableFromRows([{ a: 2n ** 63n }], { a: { tag: "i64", nullable: false } })).toThrowError(
    /table\/type-mismatch/,
  );
  expect(() => columnBuilder("i64").push(2n ** 63n)).toThrowError(/table\/type-mismatch/);
  expect(() => tableFromRows([{ a: new Date("soon") }], { a: { tag: "instant", nullable: true } })).toThrowError(
    /Invalid Date in column "a" of row 0/,
  );
});

test("a column that is not there is missing, also under a name that every object has", () => {
  const table = tableFromRows([{ a: 1 }], { a: { tag: "f64", nullable: false } });
  for (const name of ["b", "constructor", "toString"])
    expect(() => anyColumnOf(table, name)).toThrowError(/data\/missing-column/);
});
