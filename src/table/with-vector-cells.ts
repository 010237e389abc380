import { vectorCellOf } from "../core/vector-cells.ts";
import { cellState, type Column, isPresent, type NumbersColumn } from "./column.ts";
import { itemsFrom } from "./list-cells.ts";
import { makeTable, type Table } from "./table.ts";

/** A table with a column of its own for each named number of a vector (`face[0]`) that it does not have; other names are left to whoever reads them. */
export function withVectorCells(table: Table, names: readonly string[]): Table {
  const added: { [name: string]: Column } = {};
  for (const name of names) {
    if (Object.hasOwn(table.columns, name)) continue;
    const cell = vectorCellOf(name);
    const column = cell && Object.hasOwn(table.columns, cell.name) ? table.columns[cell.name] : undefined;
    if (cell !== undefined && column?.tag === "f64[]") added[name] = itemColumn(column, cell.item);
  }
  return Object.keys(added).length === 0 ? table : makeTable({ ...table.columns, ...added });
}

/** One number of each list; absent where the list has no such, and as the list is where it is none. */
function itemColumn(lists: NumbersColumn, item: number): Column {
  const rows = lists.values.length;
  const values = new Float64Array(rows).fill(Number.NaN);
  const states = lists.states?.slice() ?? new Uint8Array(rows).fill(cellState.present);
  let complete = true;
  for (let row = 0; row < rows; row++) {
    const at = itemsFrom(lists, row) + item;
    if (isPresent(lists, row) && at < (lists.values[row] ?? 0)) {
      values[row] = lists.items[at] ?? Number.NaN;
      continue;
    }
    complete = false;
    if (isPresent(lists, row)) states[row] = cellState.absent;
  }
  return { tag: "f64", values, ...(complete ? {} : { states }) };
}
