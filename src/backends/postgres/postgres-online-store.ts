import type { OnlineCallOptions, OnlineStore } from "../../contracts/online-store.ts";
import { orAborted } from "../online/or-aborted.ts";
import { closedStore, defaultTimeoutMs, requireTimeout, withinTimeout } from "../online/unavailable.ts";
import { dropView, trimView } from "./forget-online-events.ts";
import { textBytes } from "./online-bytes.ts";
import { appendEvents, extentOf, readEvents, readNewest } from "./online-events.ts";
import { onlineMigrations } from "./online-migrations.ts";
import { readRows, writeRows } from "./online-rows.ts";
import { readOn, type RunStatement, writeOn } from "./online-session.ts";
import { onlineSql } from "./online-sql.ts";
import { postgresMetadata } from "./postgres-metadata-store.ts";
import type { PostgresPool } from "./postgres-pool.ts";

/** What {@link postgresOnline} takes. */
export interface PostgresOnlineOptions {
  /** The host's own pool (`pg.Pool` fits). The store borrows connections and never ends it. */
  readonly pool: PostgresPool;
  /** The schema for the tables; the first use makes it. @default the connection's search path */
  readonly schema?: string;
  /**
   * How long each statement of a call may go unanswered, milliseconds above 0; making the tables may take longer, at
   * most 30 s. @default 5000
   */
  readonly timeoutMs?: number;
}

/** How long making the tables may take at the first use. */
const migrationMs = 30_000;

/**
 * An online store in Postgres (12 or newer), on a pool of the host: durable, and atomic for a whole call. The first use makes the tables, with
 * the migrations that metadata has too; where they are there already it only reads, so a role without rights on the schema can use it.
 *
 * Errors: `argument/invalid` here. From every method `store/unavailable` where the server cannot be reached or does not answer in time, after which
 * the same store works again as soon as the server does; `io/failed` for a missing right, `io/disk-full`, `metadata/newer-schema`, `workspace/closed`.
 *
 * @example
 * ```ts no-run
 * import pg from "pg";
 * import { postgresOnline } from "sluice/backends/postgres";
 *
 * const pool = new pg.Pool({ connectionString: "postgres://localhost/features" });
 * const online = postgresOnline({ pool, schema: "online" });
 * await online.writeRows("view", [{ key: "ATL", eventTimeMs: 1, knownTimeMs: 1, bytes: Uint8Array.of(7) }]);
 * const [row] = await online.readRows("view", ["ATL"]);
 * if (row?.bytes[0] !== 7) throw new Error("lost");
 * await pool.end();
 * ```
 */
export function postgresOnline(options: PostgresOnlineOptions): OnlineStore {
  const { pool, schema } = options;
  const timeoutMs = requireTimeout(options.timeoutMs ?? defaultTimeoutMs);
  const metadata = postgresMetadata({ ...options, timeoutMs: Math.max(timeoutMs, migrationMs) });
  const sql = onlineSql(schema);
  let prepared: Promise<void> | undefined;
  let closed = false;
  const prepare = async (): Promise<void> => {
    if (closed) throw closedStore();
    prepared ??= migrated().catch((error: unknown) => {
      prepared = undefined; // the next use tries again
      throw error;
    });
    await prepared;
  };
  /** The first statement tells whether the server answers in time. */
  const migrated = async (): Promise<void> => {
    await readOn(pool, timeoutMs, undefined, (run) => run("select 1"));
    await withinTimeout("Postgres", Math.max(timeoutMs, migrationMs), metadata.migrate([onlineMigrations]), undefined);
  };
  const read = async <T>(call: OnlineCallOptions | undefined, work: (run: RunStatement) => Promise<T>): Promise<T> => {
    await orAborted(prepare(), call?.signal);
    return await readOn(pool, timeoutMs, call?.signal, work);
  };
  const write = async <T>(
    view: string,
    call: OnlineCallOptions | undefined,
    work: (run: RunStatement, name: Uint8Array) => Promise<T>,
  ): Promise<T> => {
    await orAborted(prepare(), call?.signal);
    const name = textBytes(view);
    return await writeOn(pool, timeoutMs, call?.signal, async (run) => {
      await run(sql.addView, [name]);
      return await work(run, name);
    });
  };
  return {
    capabilities: { durable: true, atomicBatches: true },
    writeRows: (view, rows, call) => write(view, call, (run, name) => writeRows(run, sql, name, rows)),
    readRows: (view, keys, call) => read(call, (run) => readRows(run, sql, view, keys)),
    appendEvents: (view, batch, call) => write(view, call, (run, name) => appendEvents(run, sql, name, batch)),
    readEvents: (view, keys, fromMs, call) => read(call, (run) => readEvents(run, sql, view, keys, fromMs)),
    readNewest: (views, keys, call) => read(call, (run) => readNewest(run, sql, views, keys)),
    trimEvents: (view, beforeMs, trim) =>
      trimView((work) => write(view, trim, work), sql, textBytes(view), beforeMs, trim),
    dropView: (view, call) =>
      dropView(
        (work) => read(call, work),
        (work) => write(view, call, work),
        sql,
        textBytes(view),
      ),
    extent: (view, call) => read(call, (run) => extentOf(run, sql, view)),
    close: async () => {
      closed = true;
      await metadata.close();
    },
  };
}
