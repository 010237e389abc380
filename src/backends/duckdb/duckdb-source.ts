import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { chunkColumns } from "./chunk-columns.ts";
import { duckDbError, openDuckDb } from "./duckdb-session.ts";
import { fileDigest } from "./file-digest.ts";
import { quoteText, readableQuery } from "./readable-query.ts";

/** What a {@link sqlSource} takes. */
export interface SqlSourceOptions {
  /** The files that the query reads: their bytes then identify the source, together with the query. @default none: the rows identify it */
  readonly files?: readonly string[];
  /** How the source is named in lineage. @default the first of `files`, else `sql` */
  readonly uri?: string;
}

/** Rows in a batch handed on: 64 of DuckDB's chunks. */
const batchRows = 131_072;

/**
 * The rows of a DuckDB query, in its order; files are read in place (`select … from 'flights.parquet'`). Needs `@duckdb/node-api`.
 *
 * Columns are matched by name; columns that the schema does not have are not read.
 *
 * @example
 * ```ts
 * import { sqlSource } from "sluice/backends/duckdb";
 * const source = sqlSource("select range as n from range(3)");
 * let rows = 0;
 * for await (const batch of source.batches({ n: { tag: "i64", nullable: false } })) rows += batch.table.rowCount;
 * if (rows !== 3) throw new Error("three rows expected");
 * ```
 */
export function sqlSource(sql: string, options: SqlSourceOptions = {}): DataSource {
  const uri = options.uri ?? options.files?.[0] ?? "sql";
  return {
    describe: () => ({ uri, kind: "sql" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => queryBatches(sql, uri, columns, signal),
    digest: async ({ signal } = {}) => {
      if (options.files === undefined) return undefined;
      const files: Digest[] = [];
      for (const file of options.files) files.push(await fileDigest(file, signal));
      return digestOfJson({ sql, files });
    },
  };
}

/**
 * The rows of a Parquet file, in its order. Needs `@duckdb/node-api`. Errors when read: `io/failed`, `data/malformed-source`.
 *
 * @example
 * ```ts
 * import { createRequire } from "node:module";
 * import { dirname, join } from "node:path";
 * import { parquetSource } from "sluice/backends/duckdb";
 * const flights = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data", "flights-3m.parquet");
 * for await (const { table } of parquetSource(flights).batches({ origin: { tag: "utf8", nullable: false } })) {
 *   if (table.rowCount === 0) throw new Error("some rows at a time expected");
 *   break;
 * }
 * ```
 */
export function parquetSource(path: string): DataSource {
  return {
    describe: () => ({ uri: path, kind: "parquet" }),
    nulls: "single",
    batches: (columns, { signal } = {}) =>
      queryBatches(`SELECT * FROM read_parquet(${quoteText(path)})`, path, columns, signal),
    digest: ({ signal } = {}) => fileDigest(path, signal),
  };
}

/** The rows of a query, some at a time; of columns that `wanted` leaves out nothing is read, and all are wanted where it is undefined. */
export async function* queryBatches(
  sql: string,
  uri: string,
  wanted: ColumnTypes | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  signal?.throwIfAborted();
  const session = await openDuckDb();
  try {
    const query = await readableQuery(session.connection, sql, wanted && Object.keys(wanted));
    const result = await session.connection.stream(query.sql);
    let collected = chunkColumns(query.columns, batchRows);
    for (
      let chunk = await result.fetchChunk();
      chunk !== null && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      signal?.throwIfAborted();
      if (!collected.fits(chunk.rowCount)) {
        yield { table: collected.table(), faults: [], sourceColumns: query.allNames };
        collected = chunkColumns(query.columns, batchRows);
      }
      collected.append(chunk);
    }
    yield { table: collected.table(), faults: [], sourceColumns: query.allNames };
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw duckDbError(error, uri);
  } finally {
    session.close();
  }
}
