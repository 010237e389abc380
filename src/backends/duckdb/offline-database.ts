import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { CellTag, CellValue, ColumnTypes } from "../../core/cell-type.ts";
import { cellAt } from "../../table/cell-at.ts";
import { cellState } from "../../table/column.ts";
import { type ColumnBuilder, columnBuilder } from "../../table/column-builder.ts";
import { columnOf, makeTable, type Table } from "../../table/table.ts";
import { storedText, textOf } from "../sql/stored-text.ts";
import { duckDbError, loadDuckDb } from "./duckdb-session.ts";

/** A DuckDB database with what is needed to move tables in and out. */
export interface OfflineDatabase {
  readonly connection: DuckDBConnection;
  /** Appends rows to a table made by {@link createTableSql}, ordinals counting from `firstOrdinal`. */
  appendRows(name: string, table: Table, columns: ColumnTypes, firstOrdinal: number): Promise<void>;
  close(): void;
}

const chunkRows = 2048;

/** SQL types of our cell types; instants are doubles of epoch ms, so that nothing is rounded. */
const sqlTypes: { readonly [T in CellTag]: string } = {
  f64: "double",
  i32: "integer",
  i64: "bigint",
  utf8: "varchar",
  json: "varchar",
  bool: "boolean",
  instant: "double",
};

/** A name as SQL quotes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The table of columns `v0, s0, v1, s1, …` (value, null where there is none, and state) after the rows' ordinal. */
export function createTableSql(name: string, columns: ColumnTypes, kind: "" | "temporary" = ""): string {
  const cells = Object.values(columns).map((type, i) => `, v${i} ${sqlTypes[type.tag]}, s${i} utinyint not null`);
  return `create ${kind} table ${quoted(name)} (ord integer not null${cells.join("")})`;
}

/** Opens a database in memory (":memory:") or in a file; it fetches no extensions. Errors: `optional-dependency/missing`, `io/failed`. */
export async function openOfflineDatabase(path: string): Promise<OfflineDatabase> {
  const duckdb = await loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(path, { autoinstall_known_extensions: "false" }).catch(
    (error: unknown) => {
      throw duckDbError(error, path);
    },
  );
  const connection = await instance.connect();
  const types = {
    f64: duckdb.DOUBLE,
    i32: duckdb.INTEGER,
    i64: duckdb.BIGINT,
    utf8: duckdb.VARCHAR,
    json: duckdb.VARCHAR,
    bool: duckdb.BOOLEAN,
    instant: duckdb.DOUBLE,
  };
  return {
    connection,
    appendRows: async (name, table, columns, firstOrdinal) => {
      const cells = Object.entries(columns).map(([column, type]) => ({
        tag: type.tag,
        column: columnOf(table, column, type.tag),
      }));
      const chunkTypes = [duckdb.INTEGER, ...cells.flatMap(({ tag }) => [types[tag], duckdb.UTINYINT])];
      const appender = await connection.createAppender(name);
      try {
        for (let from = 0; from < table.rowCount; from += chunkRows) {
          const rows = Array.from({ length: Math.min(chunkRows, table.rowCount - from) }, (_, i) => from + i);
          const chunk = duckdb.DuckDBDataChunk.create(chunkTypes, rows.length);
          const values: DuckDBValue[][] = [rows.map((row) => firstOrdinal + row)];
          for (const { column } of cells) {
            values.push(rows.map((row) => storedCell(cellAt(column, row))));
            values.push(rows.map((row) => column.states?.[row] ?? cellState.present));
          }
          chunk.setColumns(values);
          appender.appendDataChunk(chunk);
        }
      } finally {
        // Also after an error: an appender left open would bring its rows in after the rollback.
        appender.closeSync();
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Collects result columns `v, s, v, s, …` into a table. */
export class CellCollector {
  readonly #names: readonly string[];
  readonly #builders: readonly ColumnBuilder[];

  constructor(columns: ColumnTypes) {
    this.#names = Object.keys(columns);
    this.#builders = Object.values(columns).map((type) => columnBuilder(type.tag));
  }

  /** Rows collected so far. */
  get rowCount(): number {
    return this.#builders[0]?.length ?? 0;
  }

  /** Adds a row; `values` holds the cells from `from` on. */
  push(values: readonly (readonly unknown[] | undefined)[], from: number, row: number): void {
    this.#builders.forEach((builder, i) => {
      const state = values[from + 2 * i + 1]?.[row];
      if (state === cellState.present) pushValue(builder, values[from + 2 * i]?.[row]);
      else if (state === cellState.null) builder.pushNull();
      else builder.pushAbsent();
    });
  }

  /** Adds a row of absent cells. */
  pushAbsent(): void {
    for (const builder of this.#builders) builder.pushAbsent();
  }

  /** The rows so far. */
  table(): Table {
    return makeTable(Object.fromEntries(this.#builders.map((builder, i) => [this.#names[i] ?? "", builder.finish()])));
  }
}

function storedCell(cell: CellValue | undefined): DuckDBValue {
  return typeof cell === "string" ? storedText(cell) : (cell ?? null);
}

function pushValue(builder: ColumnBuilder, value: unknown): void {
  const cell = typeof value === "string" ? textOf(value) : value;
  (builder as { push(value: CellValue): void }).push(cell as CellValue);
}
