import type { Column } from "./column.ts";

/** Columns of equal length, by name, in order. Immutable by convention: nobody writes into a table's arrays. */
export interface Table {
  /** Rows in every column. */
  readonly rowCount: number;
  /** The columns by name, in order. */
  readonly columns: { readonly [name: string]: Column };
}
