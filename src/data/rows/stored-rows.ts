import type { SampleRow } from "../../contracts/check.ts";
import { SluiceError } from "../../core/errors.ts";
import { rowAt } from "../../table/cell-at.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** Rows that can be read more than once, piece by piece. */
export interface StoredRows {
  readonly rowCount: number;
  /** The rows in their order; of some columns, or of all. Errors: `data/missing-column`. */
  tables(columns?: readonly string[]): AsyncIterable<Table>;
  /** Some rows as objects, by their indices, which ascend. */
  rowsAt(rows: readonly number[]): Promise<readonly SampleRow[]>;
}

/** Rows in memory. */
export class RowsInMemory implements StoredRows {
  readonly #tables: readonly Table[];
  readonly rowCount: number;

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
    this.rowCount = tables.reduce((sum, { rowCount }) => sum + rowCount, 0);
  }

  async *tables(columns?: readonly string[]): AsyncIterable<Table> {
    for (const table of this.#tables) yield columns === undefined ? table : columnsOf(table, columns);
  }

  async rowsAt(rows: readonly number[]): Promise<readonly SampleRow[]> {
    return await rowsAmong(this.tables(), rows);
  }
}

/** Some rows of a stream of tables as objects, by their indices, which ascend; reads no further than the last of them. */
export async function rowsAmong(tables: AsyncIterable<Table>, rows: readonly number[]): Promise<readonly SampleRow[]> {
  const found: SampleRow[] = [];
  if (rows.length === 0) return found;
  let from = 0;
  for await (const table of tables) {
    for (let next = rows[found.length]; next !== undefined && next < from + table.rowCount; next = rows[found.length])
      found.push(rowAt(table, next - from));
    if (found.length === rows.length) return found;
    from += table.rowCount;
  }
  throw new SluiceError("argument/invalid", {
    found: `row ${rows[found.length]} of ${from}`,
    expected: `rows from 0 to ${from - 1}, ascending`,
    fix: "Ask for rows that are there.",
  });
}

/** Some columns of a table; a table without columns keeps its number of rows. */
export function columnsOf(table: Table, names: readonly string[]): Table {
  return {
    rowCount: table.rowCount,
    columns: Object.fromEntries(names.map((name) => [name, anyColumnOf(table, name)])),
  };
}
