import type { ColumnDataType, CompiledQuery, Kysely, RawBuilder, Transaction } from "kysely";

/** No tables: a handle that a stage narrows to its own tables with Kysely's `withTables`. */
export type NoTables = Record<never, never>;

/** What differs between metadata engines. */
export interface MetadataCapabilities {
  /** Several `write`s of different processes may run at the same moment (they still serialise on `lock`). */
  readonly concurrentWriters: boolean;
}

/** A write transaction. Only SQL may be awaited while it is open. */
export interface MetadataTransaction {
  /** The transaction's SQL, narrowed by `sql.withTables<Own>()`. */
  readonly sql: Transaction<NoTables>;
  /** Takes named locks, one after the other, until the transaction ends; required before read-then-append. Take locks in alphabetical order, `audit` last. */
  lock(...keys: readonly string[]): Promise<void>;
  /** Takes named locks as {@link MetadataTransaction.lock} does, then reads what they guard, in one way to the server and back. */
  lockAndRead<R>(keys: readonly string[], query: CompiledQuery<R>): Promise<readonly R[]>;
  /**
   * Puts a write off that nobody waits for the answer of: the engine does it at once, or together with others before the transaction's next statement or its
   * commit, in one way to the server and back. What fails, fails that statement or the commit. Errors: `metadata/invalid-value`, at once.
   */
  later(query: CompiledQuery): Promise<void>;
}

/** How a write waits. */
export interface WriteOptions {
  /** Gives up waiting for the lock (and rolls back) when aborted. */
  readonly signal?: AbortSignal;
  /** Longest wait for another writer, milliseconds. @default 30000 */
  readonly deadlineMs?: number;
}

/** The column types every engine has in the same meaning. */
export interface PortableColumnTypes {
  /** Text in code-point (C) collation, without NUL. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  /** A small integer (32 bits); booleans are 0 or 1. */
  readonly integer: ColumnDataType | RawBuilder<unknown>;
  /** A finite double; instants (epoch ms) and counts. */
  readonly double: ColumnDataType | RawBuilder<unknown>;
  /** Bytes. */
  readonly bytes: ColumnDataType | RawBuilder<unknown>;
}

/** One step of a stage's schema. It is never edited once released. */
export interface Migration {
  /** Its name, unique in its stage. */
  readonly name: string;
  /** Applies it, inside the runner's write transaction. */
  up(sql: Transaction<NoTables>, types: PortableColumnTypes): Promise<void>;
}

/** The migrations of one stage, in order. */
export interface StageMigrations {
  readonly stage: string;
  readonly migrations: readonly Migration[];
}

/** Typed SQL behind `read` (the `sql` handle) and `write`. */
export interface MetadataStore {
  readonly capabilities: MetadataCapabilities;
  /** SQL for reading; never waits for a writer. Writing through it is refused or unsupported. */
  readonly sql: Kysely<NoTables>;
  /**
   * Runs `work` in one short transaction and commits it durably; a rejection, or a statement that failed, rolls everything back.
   * `work` does nothing but SQL: an engine may run it again after a deadlock. The store's own `sql` is refused inside it.
   * Errors: `metadata/nested-write`, `metadata/busy` (deadline), `metadata/aborted`, `metadata/invalid-value`, `metadata/failed`, `io/disk-full`, `metadata/closed`.
   */
  write<R>(work: (tx: MetadataTransaction) => Promise<R>, options?: WriteOptions): Promise<R>;
  /** Applies what is missing of every stage's migrations in one transaction. Refuses a newer schema (`metadata/newer-schema`). */
  migrate(stages: readonly StageMigrations[]): Promise<void>;
  /** Closes what the store itself opened; never a client of the host. */
  close(): Promise<void>;
}
