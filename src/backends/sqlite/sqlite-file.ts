import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { QueryResult } from "kysely";
import type { Random } from "../../core/random.ts";
import { SluiceError } from "../../core/errors.ts";
import { checkValues, type SqlValue } from "../sql/check-values.ts";
import type { WaitBudget } from "../sql/wait-budget.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import { loadSqlite } from "./load-sqlite.ts";
import { isBusy, sqliteError } from "./sqlite-errors.ts";

/** One connection to a database file, with its prepared statements. */
export interface SqliteFile {
  readonly path: string;
  /** Runs statements without values. SQLITE_BUSY passes as it is; other errors are SluiceErrors. */
  exec(sql: string): void;
  /** Runs one statement; the rows are whatever it selects, taken to be of type R. SQLITE_BUSY passes as it is; other errors are SluiceErrors. */
  run<R>(sql: string, values: readonly unknown[]): QueryResult<R>;
  /** Runs one statement row by row. */
  iterate<R>(sql: string, values: readonly unknown[]): IterableIterator<R>;
  close(): void;
}

const keptStatements = 200;

/**
 * How long the write-ahead log grows before a commit copies it into the database: 16 MB. A commit that does takes some 2 ms more; a promotion writes 30
 * pages, and by SQLite's default of 1,000 one in 30 of them would.
 */
const pagesBetweenCheckpoints = 4000;

/** Opens a connection for writing (creates the file and its folder, switches it to WAL) or for reading only. */
export async function openSqliteFile(
  path: string,
  use: "write" | "read",
  budget: WaitBudget,
  random: Random,
): Promise<SqliteFile> {
  const { DatabaseSync } = await loadSqlite();
  try {
    if (use === "write") await mkdir(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    try {
      await retryWhileBusy(
        () => database.exec("pragma busy_timeout = 0; pragma synchronous = full; pragma foreign_keys = on"),
        budget,
        random,
      );
      if (use === "read") database.exec("pragma query_only = on");
      else {
        await retryWhileBusy(() => switchToWal(database, path), budget, random);
        database.exec(`pragma wal_autocheckpoint = ${pagesBetweenCheckpoints}`);
      }
    } catch (error) {
      database.close();
      throw error;
    }
    return connection(database, path);
  } catch (error) {
    throw sqliteError(error, path);
  }
}

function switchToWal(database: DatabaseSync, path: string): void {
  const mode = database.prepare("pragma journal_mode = wal").get()?.["journal_mode"];
  if (mode === "wal") return;
  throw new SluiceError("metadata/failed", {
    found: `journal mode ${String(mode)} on ${path}`,
    expected: "a file system on which SQLite can keep a write-ahead log",
    fix: "Use a local disk (not a network share), or a Postgres metadata store.",
  });
}

function connection(database: DatabaseSync, path: string): SqliteFile {
  const statements = new Map<string, PreparedStatement>();
  const prepared = (sql: string): PreparedStatement => {
    const known = statements.get(sql);
    if (known !== undefined) {
      statements.delete(sql);
      statements.set(sql, known);
      return known;
    }
    const statement = database.prepare(sql);
    const fresh = { statement, selects: statement.columns().length > 0 };
    statements.set(sql, fresh);
    const oldest = statements.keys().next().value;
    if (statements.size > keptStatements && oldest !== undefined) statements.delete(oldest);
    return fresh;
  };
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw isBusy(error) ? error : sqliteError(error, path);
    }
  };
  return {
    path,
    exec: (sql) => guarded(() => database.exec(sql)),
    run: <R>(sql: string, values: readonly unknown[]) => {
      const checked = checkValues(values);
      return guarded(() => runStatement<R>(prepared(sql), checked));
    },
    iterate: <R>(sql: string, values: readonly unknown[]) => {
      const checked = checkValues(values);
      return iterateRows<R>(guarded(() => database.prepare(sql).iterate(...checked)));
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

/** A prepared statement, and whether it gives rows: which columns they have may change with the schema, not that. */
interface PreparedStatement {
  readonly statement: StatementSync;
  readonly selects: boolean;
}

function runStatement<R>({ statement, selects }: PreparedStatement, values: readonly SqlValue[]): QueryResult<R> {
  if (selects) return { rows: plainRows<R>(statement.all(...values)) };
  const { changes, lastInsertRowid } = statement.run(...values);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** Rows as plain objects. All have the columns of the first: copying by name is twice as fast as spreading each. */
function plainRows<R>(rows: readonly Record<string, unknown>[]): R[] {
  const names = Object.keys(rows[0] ?? {});
  return rows.map((row) => {
    const plain: Record<string, unknown> = {};
    for (const name of names) plain[name] = row[name];
    return plain as R;
  });
}

function* iterateRows<R>(rows: Iterable<object>): IterableIterator<R> {
  for (const row of rows) yield { ...row } as R;
}
