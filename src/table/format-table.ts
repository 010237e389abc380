import { cellAt } from "./cell-at.ts";
import { cellText, counted, formatGrid } from "./format-grid.ts";
import type { Table } from "./table-type.ts";

/** A table as text: its size, the columns with their types, and the first rows. */
export function formatTable({ rowCount, columns }: Table): string {
  const names = Object.keys(columns);
  const grid = Object.entries(columns).map(([name, column]) => ({
    name,
    tag: column.tag,
    cell: (row: number) => cellText(column.tag, cellAt(column, row)),
  }));
  const head = `${counted(rowCount, "row")} × ${counted(names.length, "column")}`;
  return names.length === 0 ? head : `${head}\n${formatGrid(rowCount, grid)}`;
}
