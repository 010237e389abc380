import type { OfflineStore, PointInTimeRequest, PointInTimeResult } from "../../contracts/offline-store.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { anyColumnOf, columnOf, makeTable, type Table } from "../../table/table.ts";
import {
  CellCollector,
  createTableSql,
  type OfflineDatabase,
  openOfflineDatabase,
  quoted,
} from "./offline-database.ts";
import { offlineCatalog, type OfflineSource } from "./offline-catalog.ts";
import { pointInTimeSql } from "./point-in-time-sql.ts";

/** Where the store's file is. */
export interface DuckDbOfflineOptions {
  /** The database file. @default a database in memory */
  readonly path?: string;
}

const scanRows = 65_536;

/**
 * An offline store on DuckDB (the optional peer `@duckdb/node-api`): sources may exceed the memory of the process.
 * Errors: `optional-dependency/missing` at the first use.
 */
export function duckdbOffline(options: DuckDbOfflineOptions = {}): OfflineStore {
  let opening: Promise<OfflineDatabase> | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const use = <R>(work: (database: OfflineDatabase) => Promise<R>): Promise<R> => {
    opening ??= openOfflineDatabase(options.path ?? ":memory:");
    const opened = opening;
    const next = queue.then(async () => await work(await opened));
    queue = next.then(
      () => undefined,
      () => undefined, // the caller of this piece of work gets its error; the next one starts afresh
    );
    return next;
  };
  return {
    capabilities: { largerThanMemory: true },
    has: async (source) => await use(async (database) => (await offlineCatalog(database)).has(source)),
    append: async (source, table) => await use(async (database) => await append(database, source, table)),
    scan: async function* (source, columns) {
      for (let from = 0; ; from += scanRows) {
        const table = await use(
          async (database) => await scanPart(database, await known(database, source), columns, from),
        );
        if (table === undefined) return;
        yield table;
      }
    },
    pointInTimeJoin: async (request) => await use(async (database) => await join(database, request)),
    drop: async (source) => await use(async (database) => await (await offlineCatalog(database)).remove(source)),
    close: async () => {
      await queue;
      if (opening !== undefined) (await opening).close();
      opening = undefined;
    },
  };
}

async function known(database: OfflineDatabase, source: string): Promise<OfflineSource> {
  const found = (await offlineCatalog(database)).get(source);
  if (found !== undefined) return found;
  throw new SluiceError("data/version-not-found", {
    found: `no source "${source}" in the offline store`,
    expected: "an appended source",
    fix: "Append it first.",
  });
}

async function append(database: OfflineDatabase, source: string, table: Table): Promise<void> {
  const catalog = await offlineCatalog(database);
  const entry = catalog.get(source) ?? (await catalog.add(source, typesOf(table)));
  await database.appendRows(entry.table, table, entry.columns, await rowsIn(database, entry.table));
}

function typesOf(table: Table): ColumnTypes {
  return Object.fromEntries(
    Object.entries(table.columns).map(([name, column]) => [name, { tag: column.tag, nullable: true }]),
  );
}

async function rowsIn(database: OfflineDatabase, table: string): Promise<number> {
  const result = await database.connection.runAndReadAll(`select count(*)::double from ${quoted(table)}`);
  return Number(result.getRows()[0]?.[0] ?? 0);
}

function positions(source: OfflineSource, names: readonly string[]): number[] {
  const all = Object.keys(source.columns);
  return names.map((name) => {
    const at = all.indexOf(name);
    if (at >= 0) return at;
    throw new SluiceError("data/missing-column", {
      found: `columns ${all.join(", ")}`,
      expected: `a column "${name}"`,
      fix: "Check the column's name.",
    });
  });
}

function pick(source: OfflineSource, names: readonly string[]): ColumnTypes {
  return Object.fromEntries(names.map((name) => [name, source.columns[name] ?? { tag: "f64", nullable: true }]));
}

async function scanPart(
  database: OfflineDatabase,
  source: OfflineSource,
  names: readonly string[],
  from: number,
): Promise<Table | undefined> {
  const cells = positions(source, names).flatMap((at) => [`v${at}`, `s${at}`]);
  const range = `ord >= ${from} and ord < ${from + scanRows}`;
  const result = await database.connection.runAndReadAll(
    `select ${["ord", ...cells].join(", ")} from ${quoted(source.table)} where ${range} order by ord`,
  );
  const values = result.getColumns();
  const rows = values[0]?.length ?? 0;
  if (rows === 0) return undefined;
  const collector = new CellCollector(pick(source, names));
  for (let row = 0; row < rows; row++) collector.push(values, 1, row);
  return collector.table();
}

const spineTable = "sluice_spine";

async function join(database: OfflineDatabase, request: PointInTimeRequest): Promise<PointInTimeResult> {
  const source = await known(database, request.source);
  const at = columnOf(request.spine, request.at, "instant");
  const keys = request.keys.map((key) =>
    columnOf(request.spine, key, source.columns[key]?.tag ?? anyColumnOf(request.spine, key).tag),
  );
  const spine = makeTable(Object.fromEntries([at, ...keys].map((column, i) => [`c${i}`, column])));
  await database.connection.run(`drop table if exists ${spineTable}`);
  await database.connection.run(createTableSql(spineTable, typesOf(spine)));
  try {
    await database.appendRows(spineTable, spine, typesOf(spine), 0);
    const sql = pointInTimeSql(
      {
        source: source.table,
        event: positions(source, [request.eventTime])[0] ?? 0,
        known: request.knownTime === undefined ? undefined : positions(source, [request.knownTime])[0],
        knownDelayMs: request.knownDelayMs ?? 0,
        keys: positions(source, request.keys),
        wanted: positions(source, request.columns),
      },
      spineTable,
    );
    const values = (await database.connection.runAndReadAll(`${sql} order by s.ord`)).getColumns();
    return collect(values, request, at.values, new CellCollector(pick(source, request.columns)));
  } finally {
    await database.connection.run(`drop table ${spineTable}`);
  }
}

/** Lays the matches (ordered by spine ordinal) out along the spine. */
function collect(
  values: readonly (readonly unknown[])[],
  request: PointInTimeRequest,
  atMs: Float64Array,
  cells: CellCollector,
): PointInTimeResult {
  const matched = new Uint8Array(request.spine.rowCount);
  const eventTimeMs = new Float64Array(request.spine.rowCount);
  let next = 0;
  for (let row = 0; row < matched.length; row++) {
    if (values[0]?.[next] !== row) {
      cells.pushAbsent();
      continue;
    }
    eventTimeMs[row] = Number(values[1]?.[next]);
    const valid = (eventTimeMs[row] ?? 0) >= (atMs[row] ?? 0) - (request.ttlMs ?? Number.POSITIVE_INFINITY);
    matched[row] = valid ? 1 : 2;
    if (valid) cells.push(values, 2, next);
    else cells.pushAbsent();
    next++;
  }
  return { columns: cells.table(), matched, eventTimeMs };
}
