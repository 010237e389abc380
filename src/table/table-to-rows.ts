import type { CellValue } from "../core/cell-type.ts";
import { rowAt } from "./cell-at.ts";
import type { Table } from "./table.ts";

/**
 * The rows of a table as objects; absent cells are left out, instants are epoch ms. For samples and small tables: a large one costs much memory.
 *
 * @example
 * ```ts
 * import { makeTable, tableToRows } from "sluice/table";
 * const rows = tableToRows(makeTable({ delay: { tag: "f64", values: Float64Array.of(3, 12) } }));
 * if (rows[1]?.delay !== 12) throw new Error("12 expected");
 * ```
 */
export function tableToRows(table: Table): { [name: string]: CellValue }[] {
  const rows: { [name: string]: CellValue }[] = [];
  for (let row = 0; row < table.rowCount; row++) rows.push(rowAt(table, row));
  return rows;
}
