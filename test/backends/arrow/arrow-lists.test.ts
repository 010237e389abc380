import { tableFromIPC, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { tableToArrow } from "../../../src/backends/arrow/table-to-arrow.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";

test("lists go out as Arrow lists, to the bit, also from a slice", () => {
  const rows = [
    { v: [7], w: ["x"] },
    { v: [1, -0, Number.NaN], w: ["a", "", "a"] },
    { v: [], w: [] },
    { v: null, w: null },
  ];
  const table = tableFromRows(rows, { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } });
  const read = tableFromIPC(tableToIPC(tableToArrow(sliceRows(table, 1, 4))));
  const cells = (name: string) => Array.from(read.getChild(name) ?? [], (list) => list && [...list]);
  expect(cells("v")).toEqual([[1, -0, Number.NaN], [], null]);
  expect(cells("w")).toEqual([["a", "", "a"], [], null]);
});
