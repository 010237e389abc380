import type { CellValue } from "../core/cell-type.ts";
import { cellState, type Column, isListColumn } from "./column.ts";
import { listAt } from "./list-cells.ts";
import type { Table } from "./table-type.ts";

/** The value of one cell: `null` for a stored null, `undefined` for an absent one, JSON as its text, a list as an array. For messages and samples; loops read the arrays. */
export function cellAt(column: Column, row: number): CellValue | undefined {
  if (column.states !== undefined) {
    if (column.states[row] === cellState.null) return null;
    if (column.states[row] === cellState.absent) return undefined;
  }
  if (column.tag === "utf8" || column.tag === "json") return column.dictionary[column.values[row] ?? -1];
  if (isListColumn(column)) return listAt(column, row);
  if (column.tag === "bool") return column.values[row] === 1;
  return column.values[row];
}

/** One row as an object; absent cells are left out. */
export function rowAt(table: Table, row: number): { [name: string]: CellValue } {
  const record: { [name: string]: CellValue } = {};
  for (const [name, column] of Object.entries(table.columns)) {
    const value = cellAt(column, row);
    if (value !== undefined) record[name] = value;
  }
  return record;
}
