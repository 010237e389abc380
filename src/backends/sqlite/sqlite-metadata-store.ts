import { Kysely, sql, type Transaction } from "kysely";
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
import { randomBytes } from "../../core/platform.ts";
import { type Random, seededRandom } from "../../core/random.ts";
import { runMigrations } from "../sql/migration-runner.ts";
import { type WaitBudget, waitBudget } from "../sql/wait-budget.ts";
import { insideWrite, refuseInsideWrite } from "../sql/write-scope.ts";
import { sqliteDialect } from "./sqlite-dialect.ts";
import { openSqliteFile, type SqliteFile } from "./sqlite-file.ts";
import { readingSession, writingSession } from "./sqlite-sessions.ts";
import { type WriterQueue, writerQueue } from "./writer-queue.ts";

/** What {@link sqliteMetadata} takes. */
export interface SqliteMetadataOptions {
  /** The database file; it and its folder are made at first use. */
  readonly path: string;
  /** Stamps applied migrations. @default the machine's clock */
  readonly clock?: Clock;
  /** Spreads the waits for another process' lock. @default a stream with a random seed */
  readonly random?: Random;
}

interface OpenFiles {
  readonly writer: SqliteFile;
  readonly reader: SqliteFile;
}

const types: PortableColumnTypes = { text: "text", integer: "integer", double: sql`real`, bytes: "blob" };
const longestBurstMs = 50;
const pauseAfterBurstMs = 2;

/**
 * A {@link MetadataStore} in one SQLite file, by the runtime's own `node:sqlite` (Node ≥22.18, Deno, Bun): one writing connection
 * (WAL, every commit on disk before it returns) and one for reading. Several processes may open the same file. Nothing is opened before first use.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 *
 * type Notes = { notes: { id: string; text: string } };
 * const folder = await mkdtemp(join(tmpdir(), "sluice-"));
 * const store = sqliteMetadata({ path: join(folder, "metadata.db") });
 * await store.migrate([{ stage: "notes", migrations: [{ name: "001-notes", up: async (sql, types) => {
 *   await sql.schema.createTable("notes").addColumn("id", types.text, (c) => c.primaryKey()).addColumn("text", types.text).execute();
 * } }] }]);
 * await store.write(async (tx) => {
 *   await tx.sql.withTables<Notes>().insertInto("notes").values({ id: "a", text: "kept" }).execute();
 * });
 * const notes = await store.sql.withTables<Notes>().selectFrom("notes").selectAll().execute();
 * if (notes[0]?.text !== "kept") throw new Error("lost");
 * await store.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export function sqliteMetadata(options: SqliteMetadataOptions): MetadataStore {
  if (options.path === "" || options.path.startsWith(":") || options.path.startsWith("file:")) {
    throw new SluiceError("argument/invalid", {
      found: `the path ${JSON.stringify(options.path)}`,
      expected: "the path of a file",
      fix: "Use a file in a temporary folder where nothing is to be kept.",
    });
  }
  return new SqliteMetadataStore(options);
}

class SqliteMetadataStore implements MetadataStore {
  readonly capabilities: MetadataCapabilities = { concurrentWriters: false };
  readonly sql: Kysely<NoTables>;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #queue: WriterQueue = writerQueue();
  #opening: Promise<OpenFiles> | undefined;
  #closing: Promise<void> | undefined;
  #burstStartMs = 0;
  #lastEndMs = 0;

  constructor(options: SqliteMetadataOptions) {
    this.#path = options.path;
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? seededRandom(randomBytes(8).join("."));
    const reading = readingSession(async () => (await this.#open()).reader, this.#random);
    this.sql = new Kysely<NoTables>({ dialect: sqliteDialect(reading) });
  }

  async write<R>(work: (tx: MetadataTransaction) => Promise<R>, options?: WriteOptions): Promise<R> {
    refuseInsideWrite("a write was started");
    const budget = waitBudget(options);
    const leave = await this.#queue.enter(budget);
    try {
      const { writer } = await this.#open();
      await this.#letOthersIn(budget);
      const kysely = new Kysely<NoTables>({ dialect: sqliteDialect(writingSession(writer, budget, this.#random)) });
      return await kysely.transaction().execute((tx) => insideWrite(() => work(transactionOf(tx))));
    } finally {
      this.#lastEndMs = performance.now();
      leave();
    }
  }

  migrate(stages: readonly StageMigrations[]): Promise<void> {
    return runMigrations(this, stages, { types, clock: this.#clock, hasTable, prepare: async () => undefined });
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    const leave = await this.#queue.enter(waitBudget());
    try {
      if (this.#opening === undefined) return;
      const { writer, reader } = await this.#opening;
      reader.close();
      writer.close();
    } finally {
      leave();
    }
  }

  #open(): Promise<OpenFiles> {
    if (this.#closing !== undefined) return Promise.reject(closed(this.#path));
    this.#opening ??= this.#openFiles().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #openFiles(): Promise<OpenFiles> {
    const writer = await openSqliteFile(this.#path, "write", waitBudget(), this.#random);
    try {
      return { writer, reader: await openSqliteFile(this.#path, "read", waitBudget(), this.#random) };
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  /** A process that writes without a break pauses now and then, so that others, who can only ask again and again, get the lock. */
  async #letOthersIn(budget: WaitBudget): Promise<void> {
    const now = performance.now();
    if (now - this.#lastEndMs > pauseAfterBurstMs) this.#burstStartMs = now;
    if (now - this.#burstStartMs < longestBurstMs) return;
    await budget.sleep(pauseAfterBurstMs);
    this.#burstStartMs = performance.now();
  }
}

/** There is one writer: it holds every lock, and puts nothing off. */
function transactionOf(tx: Transaction<NoTables>): MetadataTransaction {
  return {
    sql: tx,
    lock: async () => undefined,
    lockAndRead: async (_keys, query) => (await tx.executeQuery(query)).rows,
    later: async (query) => {
      await tx.executeQuery(query);
    },
  };
}

async function hasTable(handle: Kysely<NoTables>, table: string): Promise<boolean> {
  const found = await sql`select 1 from sqlite_master where type = 'table' and name = ${table}`.execute(handle);
  return found.rows.length > 0;
}

function closed(path: string): SluiceError {
  return new SluiceError("metadata/closed", {
    found: `a use of the metadata store of ${path} after close()`,
    expected: "an open store",
    fix: "Close it last, or open it again.",
  });
}
