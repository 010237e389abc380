import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { RowIssue } from "../../contracts/row-fault.ts";
import type { CellTag, ColumnTypes } from "../../core/cell-type.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import type { Column } from "../../table/column.ts";
import { makeTable } from "../../table/table.ts";
import { guardNewConnections, type PostgresClient, type PostgresPool, type PostgresResult } from "./postgres-pool.ts";
import { postgresColumn, postgresTag } from "./postgres-column.ts";

/** What a {@link postgresQuery} takes. */
export interface PostgresQueryOptions {
  /** How the source is named in lineage; never with a password. @default "postgres" */
  readonly uri?: string;
  /** Rows fetched at a time. From 1 to 1,000,000. @default 10000 */
  readonly batchRows?: number;
}

/**
 * The rows of a query on a host's Postgres pool, in its order, streamed through a server-side cursor in one read-only transaction: the
 * memory holds one batch, and the next is fetched when that is taken. Columns are matched by name, others are left out.
 *
 * Values come as text, so that neither the process's zone nor the host's type parsers have a say: dates and timestamps without a zone are
 * taken for UTC, microseconds are kept; a numeric is the nearest double, or exact where the schema has text; json, arrays and other types
 * are text as Postgres writes them.
 *
 * Errors when read: `io/failed` (the connection, the query), `data/malformed-source` (a column named twice). A value that a column cannot
 * hold (an infinite timestamp) makes its row faulty. Throws `argument/invalid` for options.
 *
 * @example
 * ```ts no-run
 * import { postgresQuery } from "sluice/backends/postgres";
 * import pg from "pg";
 * const pool = new pg.Pool();
 * const source = postgresQuery(pool, "select id, at, km from trips where id > $1", [1000], { uri: "postgres://db.example.org/trips" });
 * if (source.describe().kind !== "postgres") throw new Error("a Postgres source expected");
 * await pool.end();
 * ```
 */
export function postgresQuery(
  pool: PostgresPool,
  sql: string,
  params: readonly unknown[] = [],
  options: PostgresQueryOptions = {},
): DataSource {
  const rows = options.batchRows ?? 10_000;
  if (!(Number.isInteger(rows) && rows >= 1 && rows <= 1_000_000)) throw badBatch(rows);
  const uri = options.uri ?? "postgres";
  return {
    describe: () => ({ uri, kind: "postgres" }),
    nulls: "single",
    batches: (columns, { signal } = {}) => cursorBatches(pool, { sql, params, rows, uri }, columns, signal),
    digest: async () => undefined,
  };
}

interface Query {
  readonly sql: string;
  readonly params: readonly unknown[];
  readonly rows: number;
  readonly uri: string;
}

/** A wanted column of the query. */
interface QueryColumn {
  readonly name: string;
  readonly tag: CellTag;
}

async function* cursorBatches(
  pool: PostgresPool,
  query: Query,
  wanted: ColumnTypes,
  signal: AbortSignal | undefined,
): AsyncGenerator<SourceBatch> {
  signal?.throwIfAborted();
  guardNewConnections(pool);
  const client = await orFailed(query.uri, () => pool.connect());
  let lost: Error | undefined;
  const onLost = (error: Error): void => {
    lost = error;
  };
  client.on?.("error", onLost);
  try {
    const { columns, sourceColumns } = await orFailed(query.uri, () => openCursor(client, query, wanted));
    for (let last = false; !last; ) {
      signal?.throwIfAborted();
      const result = await orFailed(query.uri, () => client.query(`FETCH FORWARD ${query.rows} FROM sluice_rows`));
      last = result.rows.length < query.rows;
      yield batchOf(result, columns, sourceColumns);
    }
  } finally {
    client.off?.("error", onLost);
    // Read only: there is nothing to commit. A connection whose transaction cannot be ended is not lent again.
    client.release(lost ?? !(await isIdle(client)));
  }
}

/** Begins the transaction, looks up the query's columns and declares a cursor that casts the wanted ones to text. */
async function openCursor(
  client: PostgresClient,
  { sql, params, uri }: Query,
  wanted: ColumnTypes,
): Promise<{ readonly columns: readonly QueryColumn[]; readonly sourceColumns: readonly string[] }> {
  await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query("SET LOCAL TIME ZONE 'UTC'");
  await client.query("SET LOCAL DateStyle = 'ISO, YMD'");
  await client.query("SET LOCAL extra_float_digits = 1");
  const inner = sql.trim().replace(/;+$/, "");
  const { fields } = await client.query(`SELECT * FROM (${inner}\n) AS q LIMIT 0`, [...params]);
  const sourceColumns = fields.map(({ name }) => name);
  const repeated = new Set(sourceColumns.filter((name, i) => sourceColumns.indexOf(name) !== i));
  if (repeated.size > 0) throw twice([...repeated], uri);
  const columns = fields.flatMap(({ name, dataTypeID }) => {
    const type = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
    return type === undefined ? [] : [{ name, tag: postgresTag(dataTypeID, type.tag) }];
  });
  const casts = columns.map(({ name }, i) => `q."${name.replaceAll('"', '""')}"::text AS c${i}`);
  const select = `SELECT ${casts.join(", ")} FROM (${inner}\n) AS q`;
  await client.query(`DECLARE sluice_rows NO SCROLL CURSOR FOR ${select}`, [...params]);
  return { columns, sourceColumns };
}

/** Ends what is open. */
async function isIdle(client: PostgresClient): Promise<boolean> {
  return await client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
}

function batchOf(
  { rows }: PostgresResult,
  columns: readonly QueryColumn[],
  sourceColumns: readonly string[],
): SourceBatch {
  const made: { [name: string]: Column } = {};
  const issuesOf = new Map<number, RowIssue[]>();
  columns.forEach(({ name, tag }, i) => {
    const texts = rows.map((row): unknown => Reflect.get(row, `c${i}`));
    made[name] = postgresColumn(tag, texts, (row, found) => {
      const message = `${JSON.stringify(found.slice(0, shown))} is no value of type ${tag}`;
      const issues = issuesOf.get(row) ?? [];
      issues.push({ path: name, code: "unreadable_value", message });
      issuesOf.set(row, issues);
    });
  });
  const faults = [...issuesOf].sort(([a], [b]) => a - b).map(([row, issues]) => ({ row, issues }));
  const table = columns.length === 0 ? { rowCount: rows.length, columns: made } : makeTable(made);
  return { table, faults, sourceColumns };
}

/** Characters of an unreadable value that are shown. */
const shown = 60;

async function orFailed<T>(uri: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSluiceError(error)) throw error;
    throw new SluiceError("io/failed", {
      found: `${error instanceof Error ? error.message : String(error)} (in ${uri})`,
      expected: "a query that this Postgres answers",
      fix: "Check the query, its parameters, the connection and the role's rights.",
      cause: error,
    });
  }
}

function twice(names: readonly string[], uri: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `more than one column named ${names.map((name) => JSON.stringify(name)).join(", ")} in the query on ${uri}`,
    expected: "different names",
    fix: "Rename them with AS.",
  });
}

function badBatch(rows: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `batchRows ${rows}`,
    expected: "a whole number from 1 to 1,000,000",
    fix: "Leave it out, or pass such a number.",
  });
}
