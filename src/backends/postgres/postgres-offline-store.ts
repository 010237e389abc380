import type { OfflineStore } from "../../contracts/offline-store.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Table } from "../../table/table.ts";
import { offlineClosed, positionsOf, typesNamed, typesOf, unknownSource } from "../sql/offline-columns.ts";
import { OfflineCatalog, type OfflineSource } from "./offline-catalog.ts";
import { offlineCells, selectedCells } from "./offline-cells.ts";
import { joinInPostgres } from "./offline-join.ts";
import { inTransaction } from "./offline-session.ts";
import type { PostgresClient, PostgresPool } from "./postgres-pool.ts";

/** What {@link postgresOffline} takes. */
export interface PostgresOfflineOptions {
  /** The host's own pool (`pg.Pool` fits). The store borrows connections and never ends it. */
  readonly pool: PostgresPool;
  /** The schema for the tables; the first append makes it. @default the connection's search path */
  readonly schema?: string;
}

/** Rows read in one statement of a scan. */
const scanRows = 20_000;

/**
 * An offline store in Postgres (12 or newer), on a pool of the host: a table a source, joined by the server, which sorts on disk what does
 * not fit. An append is one transaction; appends of several processes to one source come one after the other. Each method holds a connection only while it works,
 * a scan only while it reads a batch.
 *
 * Errors: `argument/invalid` for the schema's name; `store/unavailable` where the server is away; `io/failed`, `io/disk-full` from it; `workspace/closed`.
 *
 * @example
 * ```ts no-run
 * import { postgresOffline } from "sluice/backends/postgres";
 * import { makeTable } from "sluice/table";
 * import pg from "pg";
 * const pool = new pg.Pool();
 * const store = postgresOffline({ pool, schema: "history" });
 * const time = (...ms: number[]) => ({ tag: "instant" as const, values: Float64Array.from(ms) });
 * const key = (...ids: number[]) => ({ tag: "i32" as const, values: Int32Array.from(ids) });
 * await store.append("s", makeTable({ id: key(1, 1), time: time(10, 20), v: { tag: "f64", values: Float64Array.of(3, 4) } }));
 * const { matched } = await store.pointInTimeJoin({
 *   source: "s", spine: makeTable({ id: key(1, 2), at: time(15, 15) }), at: "at", keys: ["id"], eventTime: "time", columns: ["v"],
 * });
 * if (matched[0] !== 1 || matched[1] !== 0) throw new Error("only the first row has a match");
 * await store.close();
 * await pool.end();
 * ```
 */
export function postgresOffline(options: PostgresOfflineOptions): OfflineStore {
  const { pool, schema } = options;
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw badSchema(schema);
  const catalog = new OfflineCatalog(schema);
  const running = new Set<Promise<unknown>>();
  let closed = false;
  const use = async <R>(kind: "reading" | "writing", work: (client: PostgresClient) => Promise<R>): Promise<R> => {
    if (closed) throw offlineClosed();
    const working = inTransaction(pool, kind, work);
    running.add(working);
    try {
      return await working;
    } finally {
      running.delete(working);
    }
  };
  const known = async (client: PostgresClient, source: string): Promise<OfflineSource> => {
    const found = await catalog.find(client, source);
    if (found === undefined) throw unknownSource(source);
    return found;
  };
  return {
    capabilities: { largerThanMemory: true },
    has: async (source) => await use("reading", async (client) => (await catalog.find(client, source)) !== undefined),
    append: async (source, rows) => {
      const tables = "columns" in rows ? [rows] : rows;
      const [first] = tables;
      if (first === undefined) return;
      await use("writing", async (client) => {
        await catalog.append(client, source, await catalog.open(client, source, typesOf(first)), tables);
      });
    },
    scan: async function* (source, columns) {
      // The rows of now: what is appended while it runs is not of them.
      const begun = await use("reading", async (client) => await known(client, source));
      for (let from = 0; from < begun.rows; from += scanRows)
        yield await use("reading", async (client) => await scanPart(client, begun, columns, from));
      if (begun.rows === 0) positionsOf(begun.columns, columns);
    },
    pointInTimeJoin: async (request) => {
      request.signal?.throwIfAborted();
      const result = await use(
        "reading",
        async (client) => await joinInPostgres(client, await known(client, request.source), request),
      );
      request.signal?.throwIfAborted();
      return result;
    },
    drop: async (source) => await use("writing", async (client) => await catalog.remove(client, source)),
    close: async () => {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}

async function scanPart(
  client: PostgresClient,
  source: OfflineSource,
  columns: readonly string[],
  from: number,
): Promise<Table> {
  const cells = offlineCells(typesNamed(source.columns, columns));
  const selected = ["t.ord", ...selectedCells(positionsOf(source.columns, columns), "t")];
  const { rows } = await client.query(
    `select ${selected.join(", ")} from ${source.table} t where t.ord >= $1 and t.ord < $2 order by t.ord`,
    [from, Math.min(from + scanRows, source.rows)],
  );
  for (const row of rows) cells.push(row);
  return cells.table();
}

function badSchema(schema: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `the schema ${JSON.stringify(schema)}`,
    expected: "lower-case letters, digits and underscores, at most 63",
    fix: "Choose a plain name.",
  });
}
