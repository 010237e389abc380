import { type CompiledQuery, Kysely, sql } from "kysely";
import type {
  MetadataCapabilities,
  MetadataStore,
  MetadataTransaction,
  NoTables,
  PortableColumnTypes,
  StageMigrations,
  WriteOptions,
} from "../../contracts/metadata-store.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { randomBytes, sha256Hex } from "../../core/platform.ts";
import { type Random, seededRandom } from "../../core/random.ts";
import { requireTimeout } from "../online/unavailable.ts";
import { type MigrationEngine, runMigrations } from "../sql/migration-runner.ts";
import { aborted, type WaitBudget, waitBudget } from "../sql/wait-budget.ts";
import { insideWrite, refuseInsideWrite } from "../sql/write-scope.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { isRestartable, postgresError } from "./postgres-errors.ts";
import { guardNewConnections, type PostgresClient, type PostgresPool } from "./postgres-pool.ts";
import { singleSelects } from "./single-select.ts";
import { answeredWithin, type PostgresTransaction, postgresTransaction, readingSession } from "./postgres-sessions.ts";

/** What {@link postgresMetadata} takes. */
export interface PostgresMetadataOptions {
  /** The host's own pool (`pg.Pool` fits). The store borrows connections and never ends it. */
  readonly pool: PostgresPool;
  /** The schema for the tables; `migrate` makes it. Workspaces in one database take different ones. @default the connection's search path */
  readonly schema?: string;
  /**
   * How long the server may take to answer, milliseconds above 0: for a connection, and for each statement. Then the call fails with
   * `store/unavailable`; later calls work again as soon as the server does. Other writers are waited for somewhat shorter (`metadata/busy`). @default 60000
   */
  readonly timeoutMs?: number;
  /** Stamps applied migrations. @default the machine's clock */
  readonly clock?: Clock;
  /** Spreads the restarts after a deadlock. @default a stream with a random seed */
  readonly random?: Random;
}

const defaultTimeoutMs = 60_000;
const types: PortableColumnTypes = {
  text: sql`text collate "C"`,
  integer: "integer",
  double: "double precision",
  bytes: "bytea",
};
/** A database may be set up to answer before a commit is on disk; stronger settings stay as they are. */
const durableCommit =
  "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";
/**
 * A process that stands still inside a transaction (stopped, or a machine that sleeps) keeps its locks: after this long the server ends the
 * transaction, before those who wait for the locks give up.
 */
const longestStandstillMs = 20_000;
const mostRestarts = 10;
const longestRestartPauseMs = 20;
const longestLockTimeoutMs = 2 ** 31 - 1;

/**
 * A {@link MetadataStore} in Postgres (12 or newer), on a pool of the host. Locks are advisory locks of the transaction; a write that Postgres
 * stops for a deadlock, or because the process stood still for 20 s, is run again from its start, so its function must do nothing but SQL.
 */
export function postgresMetadata(options: PostgresMetadataOptions): MetadataStore {
  if (options.schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(options.schema)) {
    throw new SluiceError("argument/invalid", {
      found: `the schema ${JSON.stringify(options.schema)}`,
      expected: "lower-case letters, digits and underscores, at most 63",
      fix: "Choose a plain name.",
    });
  }
  return new PostgresMetadataStore(options);
}

class PostgresMetadataStore implements MetadataStore {
  readonly capabilities: MetadataCapabilities = { concurrentWriters: true };
  readonly sql: Kysely<NoTables>;
  readonly #pool: PostgresPool;
  readonly #schema: string | undefined;
  readonly #timeoutMs: number;
  readonly #random: Random;
  readonly #engine: MigrationEngine;
  readonly #running: Set<Promise<unknown>> = new Set();
  #closed = false;

  constructor(options: PostgresMetadataOptions) {
    this.#pool = options.pool;
    this.#schema = options.schema;
    this.#timeoutMs = requireTimeout(options.timeoutMs ?? defaultTimeoutMs, defaultTimeoutMs);
    this.#random = options.random ?? seededRandom(randomBytes(8).join("."));
    this.#engine = {
      types,
      clock: options.clock ?? systemClock,
      hasTable,
      prepare: (tx) => createSchema(tx, options.schema),
    };
    this.sql = new Kysely<NoTables>({
      dialect: postgresDialect(
        readingSession(() => this.#connect(waitBudget()), {
          beginSql: `begin read only; ${this.#searchPath()}`,
          single: singleSelects(options.schema),
          timeoutMs: this.#timeoutMs,
        }),
      ),
    });
  }

  async write<R>(work: (tx: MetadataTransaction) => Promise<R>, options?: WriteOptions): Promise<R> {
    refuseInsideWrite("a write was started");
    const running = this.#write(work, waitBudget(options));
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  migrate(stages: readonly StageMigrations[]): Promise<void> {
    return runMigrations(this, stages, this.#engine);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }

  async #write<R>(work: (tx: MetadataTransaction) => Promise<R>, budget: WaitBudget): Promise<R> {
    for (let restarts = 0; ; restarts++) {
      const tried = await this.#tryWrite(work, budget);
      if ("result" in tried) return tried.result;
      if (restarts === mostRestarts) throw tried.restart;
      await budget.sleep(this.#random.next() * longestRestartPauseMs);
    }
  }

  async #tryWrite<R>(
    work: (tx: MetadataTransaction) => Promise<R>,
    budget: WaitBudget,
  ): Promise<{ readonly result: R } | { readonly restart: unknown }> {
    const client = await this.#connect(budget);
    const transaction = postgresTransaction(client, {
      beginSql: () => this.#beginSql(budget),
      timeoutMs: this.#timeoutMs,
      budget,
    });
    const lock = (...keys: readonly string[]): Promise<void> =>
      transaction.lock(keys.map((key) => lockId(this.#schema, key)));
    const lockAndRead = <Row>(keys: readonly string[], query: CompiledQuery<Row>): Promise<readonly Row[]> =>
      transaction.lockAndRead(
        keys.map((key) => lockId(this.#schema, key)),
        query,
      );
    const { later } = transaction;
    const kysely = new Kysely<NoTables>({ dialect: postgresDialect(transaction.session) });
    try {
      const running = kysely
        .transaction()
        .execute((tx) => insideWrite(() => work({ sql: tx, lock, lockAndRead, later })));
      return { result: await untilAborted(running, transaction, budget.signal) };
    } catch (error) {
      if (isRestartable(error)) return { restart: error };
      throw error;
    }
  }

  /** Borrows a connection; one that comes after the wait is over goes back unused. */
  async #connect(budget: WaitBudget): Promise<PostgresClient> {
    if (this.#closed) throw closed();
    budget.check();
    guardNewConnections(this.#pool);
    const connecting = this.#pool.connect();
    try {
      return await answeredWithin(this.#timeoutMs, budget.race(connecting));
    } catch (error) {
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
      throw postgresError(error, budget.waitedMs());
    }
  }

  #beginSql(budget: WaitBudget): string {
    // A server that waits for a lock says so before it is taken for one that does not answer.
    const lockMs = Math.min(budget.remainingMs(), this.#timeoutMs * 0.9);
    const lockTimeoutMs = Math.min(Math.ceil(lockMs) + 1, longestLockTimeoutMs);
    return `begin isolation level read committed; set local lock_timeout = ${lockTimeoutMs}; set local idle_in_transaction_session_timeout = ${longestStandstillMs}; ${durableCommit}; ${this.#searchPath()}`;
  }

  #searchPath(): string {
    return this.#schema === undefined ? "" : `set local search_path to "${this.#schema}"`;
  }
}

/** The running write's outcome, unless the signal is aborted before it commits: then the connection is closed, which rolls back. */
async function untilAborted<R>(
  running: Promise<R>,
  transaction: PostgresTransaction,
  signal: AbortSignal | undefined,
): Promise<R> {
  if (signal === undefined) return running;
  let stop = (): void => undefined;
  const given = new Promise<never>((_, reject) => {
    stop = () => {
      if (transaction.abandon()) reject(aborted(signal));
    };
  });
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([running, given]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The advisory lock of a key: the first 64 bits of a SHA-256, as Postgres' bigint in text. */
function lockId(schema: string | undefined, key: string): string {
  return BigInt.asIntN(64, BigInt(`0x${sha256Hex(`${schema ?? ""}\n${key}`).slice(0, 16)}`)).toString();
}

async function hasTable(handle: Kysely<NoTables>, table: string): Promise<boolean> {
  const found = await sql<{ found: number }>`select to_regclass(${table}::text) is not null as found`.execute(handle);
  return found.rows[0]?.found === 1;
}

async function createSchema(tx: MetadataTransaction, schema: string | undefined): Promise<void> {
  if (schema === undefined) return;
  const found = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(tx.sql);
  if (found.rows.length === 0) await tx.sql.schema.createSchema(schema).execute();
}

function closed(): SluiceError {
  return new SluiceError("metadata/closed", {
    found: "a use of the metadata store after close()",
    expected: "an open store",
    fix: "Close it last, or make another on the same pool.",
  });
}
