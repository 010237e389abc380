import { DOUBLE, DuckDBDataChunk, type DuckDBType, type DuckDBValue, INTEGER, VARCHAR } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { chunkColumns } from "../../../src/backends/duckdb/chunk-columns.ts";
import type { CellTag } from "../../../src/core/cell-type.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

function read(type: DuckDBType, value: DuckDBValue, tag: CellTag): unknown {
  const chunk = DuckDBDataChunk.create([type], 1);
  chunk.setColumns([[value]]);
  const columns = chunkColumns([{ name: "c", tag }], 10);
  columns.append(chunk);
  return tableToRows(columns.table());
}

test("a vector of the layout of its column's type is read", () => {
  expect(read(DOUBLE, 1.5, "f64")).toEqual([{ c: 1.5 }]);
  expect(read(INTEGER, 7, "i32")).toEqual([{ c: 7 }]);
});

test.each<[DuckDBType, DuckDBValue, CellTag[]]>([
  [DOUBLE, 1.5, ["i32", "i64", "instant", "bool", "utf8"]],
  [INTEGER, 7, ["f64", "i64", "instant", "bool", "utf8"]],
  [VARCHAR, "ATL", ["f64", "i32", "i64", "instant"]],
])("a vector of %s of another layout than its column's type is refused, never read as zeros", (type, value, tags) => {
  for (const tag of tags) expect(() => read(type, value, tag), tag).toThrowError(/laid out in another way/);
});
