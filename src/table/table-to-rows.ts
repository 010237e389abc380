import type { CellValue } from "../core/cell-type.ts";
import { rowAt } from "./cell-at.ts";
import type { Table } from "./table.ts";

/** How {@link tableToRows} writes cells. */
export interface RowsOptions {
  /** Instants as epoch milliseconds, or as dates, as a zod schema and `rowsSource` take them. @default "ms" */
  readonly instants?: "ms" | "date";
}

/**
 * The rows of a table as objects; absent cells are left out, instants are epoch ms, or dates where that is asked for. For samples, repairs and
 * small tables: a large one costs much memory.
 *
 * @example
 * ```ts
 * import { makeTable, tableToRows } from "sluice/table";
 * const table = makeTable({ at: { tag: "instant", values: Float64Array.of(0) }, delay: { tag: "f64", values: Float64Array.of(12) } });
 * if (tableToRows(table)[0]?.delay !== 12) throw new Error("12 expected");
 * if (!(tableToRows(table, { instants: "date" })[0]?.at instanceof Date)) throw new Error("a date expected");
 * ```
 */
export function tableToRows(table: Table, options?: { readonly instants?: "ms" }): { [name: string]: CellValue }[];
export function tableToRows(table: Table, options: RowsOptions): { [name: string]: CellValue | Date }[];
export function tableToRows(
  table: Table,
  { instants = "ms" }: RowsOptions = {},
): { [name: string]: CellValue | Date }[] {
  const dates =
    instants === "date" ? Object.keys(table.columns).filter((name) => table.columns[name]?.tag === "instant") : [];
  const rows: { [name: string]: CellValue | Date }[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    const record: { [name: string]: CellValue | Date } = rowAt(table, row);
    for (const name of dates) if (typeof record[name] === "number") record[name] = new Date(record[name]);
    rows.push(record);
  }
  return rows;
}
