import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { columnOf, type Table } from "../../table/table.ts";
import { type FlatTag, flatTag } from "../sql/offline-columns.ts";
import { ordinalWriter, stateWriter, valueWriter } from "./chunk-writer.ts";
import { duckDbError, loadDuckDb } from "./duckdb-session.ts";

/** A DuckDB database with what is needed to move tables in and out. */
export interface OfflineDatabase {
  readonly connection: DuckDBConnection;
  /** Appends rows to a table made by {@link createTableSql}, ordinals counting from `firstOrdinal`; text as `textAs` writes it. */
  appendRows(
    name: string,
    table: Table,
    columns: ColumnTypes,
    firstOrdinal: number,
    textAs: (text: string) => string,
  ): Promise<void>;
  close(): void;
}

const chunkRows = 2048;
const leastMemoryMb = 32;

/** SQL types of our cell types; instants are doubles of epoch ms, so that nothing is rounded. */
const sqlTypes: { readonly [T in FlatTag]: string } = {
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

/** The table of columns `v0, s0, v1, s1, …` (value, unspecified where there is none, and state) after the rows' ordinal. */
export function createTableSql(name: string, columns: ColumnTypes, kind: "" | "temporary" = ""): string {
  const cells = Object.values(columns).map(
    (type, i) => `, v${i} ${sqlTypes[flatTag(type.tag)]}, s${i} utinyint not null`,
  );
  return `create ${kind} table ${quoted(name)} (ord integer not null${cells.join("")})`;
}

/** How a database is opened. */
export interface OfflineDatabaseOptions {
  /** The database file. @default a database in memory */
  readonly path?: string;
  /** The most memory that DuckDB takes for data, megabytes (10^6 bytes), at least 32. @default 80% of the machine's */
  readonly memoryLimitMb?: number;
  /** Where DuckDB puts what does not fit. @default beside the file; for a database in memory `.tmp` in the working folder */
  readonly spillFolder?: string;
}

/** Opens a database; it fetches no extensions. Errors: `argument/invalid`, `optional-dependency/missing`, `io/failed`. */
export async function openOfflineDatabase(options: OfflineDatabaseOptions): Promise<OfflineDatabase> {
  const { path = ":memory:", memoryLimitMb, spillFolder } = options;
  if (memoryLimitMb !== undefined && !(memoryLimitMb >= leastMemoryMb && Number.isFinite(memoryLimitMb))) {
    throw new SluiceError("argument/invalid", {
      found: `memoryLimitMb ${memoryLimitMb}`,
      expected: `megabytes, at least ${leastMemoryMb}`,
      fix: "Leave it out, or pass such a number.",
    });
  }
  const duckdb = await loadDuckDb();
  const settings = {
    autoinstall_known_extensions: "false",
    ...(memoryLimitMb === undefined ? {} : { memory_limit: `${memoryLimitMb}MB` }),
    ...(spillFolder === undefined ? {} : { temp_directory: spillFolder }),
  };
  const instance = await duckdb.DuckDBInstance.create(path, settings).catch((error: unknown) => {
    throw duckDbError(error, path);
  });
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
    appendRows: async (name, table, columns, firstOrdinal, textAs) => {
      const cells = Object.entries(columns).map(([column, { tag }]) => columnOf(table, column, tag));
      const writers = [
        ordinalWriter(firstOrdinal),
        ...cells.flatMap((cell) => [valueWriter(cell, textAs), stateWriter(cell)]),
      ];
      const chunkTypes = [duckdb.INTEGER, ...cells.flatMap(({ tag }) => [types[flatTag(tag)], duckdb.UTINYINT])];
      const appender = await connection.createAppender(name);
      try {
        for (let from = 0; from < table.rowCount; from += chunkRows) {
          const rows = Math.min(chunkRows, table.rowCount - from);
          const chunk = duckdb.DuckDBDataChunk.create(chunkTypes, rows);
          writers.forEach((write, i) => {
            write(chunk.getColumnVector(i), from, rows);
          });
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
