import { closedStore, defaultTimeoutMs, requireTimeout, withinTimeout } from "../online/unavailable.ts";
import { readOn, type RunStatement, writeOn } from "./online-session.ts";
import { postgresMetadata } from "./postgres-metadata-store.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { createVectorExtension, vectorExtension } from "./vector-extension.ts";
import { vectorMigrations } from "./vector-migrations.ts";
import type { VectorNames } from "./vector-tables.ts";

/** How long a statement that makes tables or adds to graphs may take at least. */
const writingMs = 30_000;

/** What is done on a connection. */
type Work<T> = (run: RunStatement, names: VectorNames) => Promise<T>;

/** Connections to a database that has pgvector and the tables of the vector store; the first use sees to both. */
export class VectorSession {
  readonly #pool: PostgresPool;
  readonly #at: string;
  readonly #timeoutMs: number;
  readonly #metadata: ReturnType<typeof postgresMetadata>;
  #prepared: Promise<VectorNames> | undefined;
  #closed = false;

  constructor(options: { readonly pool: PostgresPool; readonly schema?: string; readonly timeoutMs?: number }) {
    this.#pool = options.pool;
    this.#timeoutMs = requireTimeout(options.timeoutMs ?? defaultTimeoutMs);
    this.#metadata = postgresMetadata(options);
    this.#at = options.schema === undefined ? "" : `"${options.schema}".`;
  }

  async read<T>(signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    const names = await this.#names(signal);
    return await readOn(this.#pool, this.#timeoutMs, (run) => work(unlessAborted(run, signal), names));
  }

  /** Reads in one transaction, for which settings hold. */
  async readInOne<T>(signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    const names = await this.#names(signal);
    return await writeOn(this.#pool, this.#timeoutMs, (run) => work(unlessAborted(run, signal), names));
  }

  /** Writes in one transaction. */
  async write<T>(signal: AbortSignal | undefined, work: Work<T>): Promise<T> {
    const names = await this.#names(signal);
    return await writeOn(this.#pool, this.#writingMs, (run) => work(unlessAborted(run, signal), names));
  }

  get #writingMs(): number {
    return Math.max(this.#timeoutMs, writingMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#metadata.close();
  }

  async #names(signal: AbortSignal | undefined): Promise<VectorNames> {
    if (this.#closed) throw closedStore();
    signal?.throwIfAborted();
    this.#prepared ??= this.#prepare().catch((error: unknown) => {
      this.#prepared = undefined; // the next use tries again
      throw error;
    });
    return await this.#prepared;
  }

  async #prepare(): Promise<VectorNames> {
    const found = await readOn(this.#pool, this.#timeoutMs, vectorExtension);
    if (found === undefined) await writeOn(this.#pool, this.#timeoutMs, createVectorExtension);
    const extension = found ?? (await readOn(this.#pool, this.#timeoutMs, vectorExtension)) ?? "public";
    const migrated = this.#metadata.migrate([vectorMigrations]);
    await withinTimeout("Postgres", this.#writingMs, migrated);
    return { at: this.#at, extension };
  }
}

function unlessAborted(run: RunStatement, signal: AbortSignal | undefined): RunStatement {
  return async (text, values) => {
    signal?.throwIfAborted();
    return await run(text, values);
  };
}
