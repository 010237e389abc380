import type { OfflineStore, PointInTimeRequest, PointInTimeResult } from "../../contracts/offline-store.ts";
import { layOutMatches } from "../../table/lay-out-matches.ts";
import { anyColumnOf, columnOf, makeTable, type Table } from "../../table/table.ts";
import {
  instantPosition,
  keyPositions,
  offlineClosed,
  positionsOf,
  typesNamed,
  typesOf,
  unknownSource,
} from "../sql/offline-columns.ts";
import { storedText } from "../sql/stored-text.ts";
import {
  createTableSql,
  type OfflineDatabase,
  type OfflineDatabaseOptions,
  openOfflineDatabase,
  quoted,
} from "./offline-database.ts";
import { duckDbError } from "./duckdb-session.ts";
import { offlineCatalog, type OfflineSource } from "./offline-catalog.ts";
import { pointInTimeSql } from "./point-in-time-sql.ts";
import type { QueryColumn } from "./readable-query.ts";
import { readStored, storedCells } from "./stored-columns.ts";

/** Where the store's file is, and what it may take. */
export interface DuckDbOfflineOptions extends OfflineDatabaseOptions {}

const scanRows = 65_536;

/**
 * An offline store on DuckDB (the optional peer `@duckdb/node-api`): sources may exceed the memory of the process; what a join cannot
 * hold it spills to disk. A file belongs to one process at a time. Errors at the first use: `argument/invalid`,
 * `optional-dependency/missing`, `io/failed`.
 *
 * @example
 * ```ts
 * import { duckdbOffline } from "sluice/backends/duckdb";
 * import { makeTable } from "sluice/table";
 * const store = duckdbOffline({ memoryLimitMb: 500 });
 * const time = (...ms: number[]) => ({ tag: "instant" as const, values: Float64Array.from(ms) });
 * const key = (...ids: number[]) => ({ tag: "i32" as const, values: Int32Array.from(ids) });
 * await store.append("s", makeTable({ id: key(1, 1), time: time(10, 20), v: { tag: "f64", values: Float64Array.of(3, 4) } }));
 * const { columns } = await store.pointInTimeJoin({
 *   source: "s", spine: makeTable({ id: key(1), at: time(15) }), at: "at", keys: ["id"], eventTime: "time", columns: ["v"],
 * });
 * if (columns.columns["v"]?.values[0] !== 3) throw new Error("the value of 10");
 * await store.close();
 * ```
 */
export function duckdbOffline(options: DuckDbOfflineOptions = {}): OfflineStore {
  let opening: Promise<OfflineDatabase> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  const use = <R>(work: (database: OfflineDatabase) => Promise<R>): Promise<R> => {
    if (closed) return Promise.reject(offlineClosed());
    opening ??= openOfflineDatabase(options).catch((error: unknown) => {
      opening = undefined; // the next use tries again
      throw error;
    });
    const opened = opening;
    const next = queue.then(async () => {
      const database = await opened;
      try {
        return await work(database);
      } catch (error) {
        throw duckDbError(error, options.path ?? "the offline store");
      }
    });
    queue = next.then(
      () => undefined,
      () => undefined, // the caller of this piece of work gets its error; the next one starts afresh
    );
    return next;
  };
  return {
    capabilities: { largerThanMemory: true },
    has: async (source) => await use(async (database) => (await offlineCatalog(database)).has(source)),
    append: async (source, rows) =>
      await use(
        async (database) =>
          await inTransaction(database, async () => await append(database, source, "columns" in rows ? [rows] : rows)),
      ),
    scan: async function* (source, columns) {
      for (let from = 0; ; from += scanRows) {
        const table = await use(
          async (database) => await scanPart(database, await known(database, source), columns, from),
        );
        if (table === undefined) return;
        yield table;
      }
    },
    pointInTimeJoin: async (request) => {
      request.signal?.throwIfAborted();
      const result = await use(async (database) => await join(database, request));
      request.signal?.throwIfAborted();
      return result;
    },
    drop: async (source) =>
      await use(
        async (database) =>
          await inTransaction(database, async () => await (await offlineCatalog(database)).remove(source)),
      ),
    close: async () => {
      closed = true;
      await queue;
      if (opening !== undefined) (await opening).close();
      opening = undefined;
    },
  };
}

/** Runs work in one transaction: it is there as a whole, or, after an error or a killed process, not at all. */
async function inTransaction<R>({ connection }: OfflineDatabase, work: () => Promise<R>): Promise<R> {
  await connection.run("begin transaction");
  try {
    const result = await work();
    await connection.run("commit");
    return result;
  } catch (error) {
    // A commit that failed has rolled back already: then this fails, and the first error is the one to tell.
    await connection.run("rollback").catch(() => undefined);
    throw error;
  }
}

async function known(database: OfflineDatabase, source: string): Promise<OfflineSource> {
  const found = (await offlineCatalog(database)).get(source);
  if (found !== undefined) return found;
  throw unknownSource(source);
}

async function append(database: OfflineDatabase, source: string, tables: readonly Table[]): Promise<void> {
  const first = tables[0];
  if (first === undefined) return;
  const catalog = await offlineCatalog(database);
  const entry = catalog.get(source) ?? (await catalog.add(source, typesOf(first)));
  let ordinal = await rowsIn(database, entry.table);
  for (const table of tables) {
    await database.appendRows(entry.table, table, entry.columns, ordinal, storedText);
    ordinal += table.rowCount;
  }
}

async function rowsIn(database: OfflineDatabase, table: string): Promise<number> {
  const result = await database.connection.runAndReadAll(`select count(*)::double from ${quoted(table)}`);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

async function scanPart(
  database: OfflineDatabase,
  source: OfflineSource,
  names: readonly string[],
  from: number,
): Promise<Table | undefined> {
  const cells = storedCells(positionsOf(source.columns, names));
  const range = `ord >= ${from} and ord < ${from + scanRows}`;
  const sql = `select ${["ord", ...cells].join(", ")} from ${quoted(source.table)} where ${range} order by ord`;
  const ordinals: readonly QueryColumn[] = [{ name: "ord", tag: "i32" }];
  const read = await readStored(database.connection, sql, ordinals, typesNamed(source.columns, names));
  return read.leading.rowCount === 0 ? undefined : { rowCount: read.leading.rowCount, columns: read.cells.columns };
}

const spineTable = "sluice_spine";

async function join(database: OfflineDatabase, request: PointInTimeRequest): Promise<PointInTimeResult> {
  const source = await known(database, request.source);
  const at = columnOf(request.spine, request.at, "instant");
  const keys = request.keys.map((key) =>
    columnOf(request.spine, key, source.columns[key]?.tag ?? anyColumnOf(request.spine, key).tag),
  );
  const spine = makeTable(Object.fromEntries([at, ...keys].map((column, i) => [`c${i}`, column])));
  await database.connection.run(createTableSql(spineTable, typesOf(spine), "temporary"));
  try {
    await database.appendRows(spineTable, spine, typesOf(spine), 0, storedText);
    const sql = pointInTimeSql(
      {
        source: source.table,
        event: instantPosition(source.columns, request.eventTime),
        known: request.knownTime === undefined ? undefined : instantPosition(source.columns, request.knownTime),
        knownDelayMs: request.knownDelayMs ?? 0,
        keys: keyPositions(source.columns, request.keys),
        wanted: positionsOf(source.columns, request.columns),
      },
      spineTable,
    );
    const leading: readonly QueryColumn[] = [
      { name: "ord", tag: "i32" },
      { name: "event", tag: "f64" },
    ];
    const found = await readStored(database.connection, sql, leading, typesNamed(source.columns, request.columns));
    const rows = new Int32Array(request.spine.rowCount).fill(-1);
    columnOf(found.leading, "ord", "i32").values.forEach((row, at) => {
      rows[row] = at;
    });
    const eventTimeMs = columnOf(found.leading, "event", "f64").values;
    const ttlMs = request.ttlMs ?? Number.POSITIVE_INFINITY;
    return layOutMatches({ cells: found.cells, eventTimeMs, rows, atMs: at.values, ttlMs });
  } finally {
    await database.connection.run(`drop table ${spineTable}`);
  }
}
