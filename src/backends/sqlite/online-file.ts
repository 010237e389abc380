import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { systemClock } from "../../core/clock.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import { waitBudget } from "../sql/wait-budget.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import { loadSqlite } from "./load-sqlite.ts";
import { gatherNewest } from "./online-newest.ts";
import { sqliteError } from "./sqlite-errors.ts";

/** The file behind a SQLite online store. */
export interface OnlineFile {
  /** A prepared statement, kept. */
  statement(sql: string): StatementSync;
  /** The number that stands for a view; inside a write it is made if need be. */
  view(name: string): number;
  /** The number that stands for a view, if it has one. */
  viewIfKnown(name: string): number | undefined;
  /** Runs synchronous reading; waits for other processes without blocking. Errors: as of `write`, within a second or so of the change. */
  read<R>(work: () => R, signal?: AbortSignal): Promise<R>;
  /**
   * Runs synchronous work in one transaction; waits for other processes without blocking. Errors: `metadata/newer-schema` where a newer version
   * of the library has changed the tables since the file was opened.
   */
  write<R>(work: () => R, signal?: AbortSignal): Promise<R>;
  close(): void;
}

/** The version of the tables, as SQLite's `user_version`. Files of version 0 lack the layout of cells: theirs is 0; those of version 1 the newest events. */
const fileVersion = 2;

const tables = `
  create table if not exists online_view (id integer primary key, name text not null unique) strict;
  create table if not exists online_row (
    view integer not null, key blob not null, event_ms real not null, known_ms real not null, bytes blob not null,
    primary key (view, key)) strict, without rowid;
  create table if not exists online_event (
    view integer not null, key blob not null, event_ms real not null, id integer not null, known_ms real not null, cells blob not null,
    layout integer not null default 0,
    primary key (view, key, event_ms, id)) strict, without rowid;
  create table if not exists online_newest (
    view integer not null, key blob not null, event_ms real not null, known_ms real not null, id integer not null, record blob not null,
    primary key (view, key)) strict, without rowid;
  create table if not exists online_extent (
    view integer primary key, kept_from_ms real, oldest_ms real not null, newest_ms real not null) strict;
  create unique index if not exists online_event_id on online_event (view, id);
`;

/** Opens the file, making it and its folder if need be. Errors: `io/failed`, `io/disk-full`, `metadata/busy`, `metadata/newer-schema`. */
export async function openOnlineFile(path: string): Promise<OnlineFile> {
  const { DatabaseSync } = await loadSqlite();
  try {
    await mkdir(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    const retry = retrier();
    try {
      await retry(() => database.exec("pragma busy_timeout = 0; pragma journal_mode = wal; pragma synchronous = full"));
      await retry(() => bringUpToDate(database, path));
    } catch (error) {
      database.close();
      throw error;
    }
    return onlineFile(database, path, retry);
  } catch (error) {
    throw sqliteError(error, path);
  }
}

/** Makes the tables, or those of an older version what they are now. */
function bringUpToDate(database: DatabaseSync, path: string): void {
  const version = (): number => versionIn(database.prepare(readVersion));
  if (version() > fileVersion) throw newerFile(path, version());
  if (version() === fileVersion) return;
  transaction(database, () => {
    if (version() === fileVersion) return; // another process did meanwhile
    database.exec(tables);
    const columns = database.prepare("pragma table_info(online_event)").all();
    if (!columns.some((column) => column["name"] === "layout"))
      database.exec("alter table online_event add column layout integer not null default 0");
    gatherNewest(database);
    database.exec(`pragma user_version = ${fileVersion}`);
  });
}

const readVersion = "pragma user_version";

function versionIn(statement: StatementSync): number {
  return Number(statement.get()?.["user_version"]);
}

/** How often reading looks for a newer version, milliseconds: as often as every read it would cost a third of a short one. */
const lookEveryMs = 1000;

function newerFile(path: string, version: number): SluiceError {
  return new SluiceError("metadata/newer-schema", {
    found: `version ${version} of an online store's file, in ${path}`,
    expected: `version ${fileVersion} or older`,
    fix: "A newer version of the library wrote it: install that version and restart this process, or use another file.",
  });
}

type Retry = <T>(attempt: () => T, signal?: AbortSignal) => Promise<T>;

function retrier(): Retry {
  const random = seededRandom(systemClock.nowMs());
  return async (attempt, signal) =>
    await retryWhileBusy(attempt, waitBudget(signal === undefined ? {} : { signal }), random);
}

function onlineFile(database: DatabaseSync, path: string, retry: Retry): OnlineFile {
  const statements = new Map<string, StatementSync>();
  const views = new Map<string, number>();
  const statement = (sql: string): StatementSync => {
    const kept = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, kept);
    return kept;
  };
  let lookedAtMs = performance.now();
  const requireVersion = (): void => {
    const version = versionIn(statement(readVersion));
    if (version > fileVersion) throw newerFile(path, version);
    lookedAtMs = performance.now();
  };
  const viewIfKnown = (name: string): number | undefined => {
    const kept = views.get(name);
    if (kept !== undefined) return kept;
    const id = statement("select id from online_view where name = ?").get(name)?.["id"];
    if (typeof id !== "number") return undefined;
    views.set(name, id);
    return id;
  };
  const guarded = async <R>(work: () => R, signal?: AbortSignal): Promise<R> => {
    try {
      return await retry(work, signal);
    } catch (error) {
      if (isSluiceError(error, "metadata/aborted")) throw signal?.reason;
      throw sqliteError(error, path);
    }
  };
  return {
    statement,
    viewIfKnown,
    view: (name) => {
      statement("insert into online_view (name) values (?) on conflict do nothing").run(name);
      return Number(statement("select id from online_view where name = ?").get(name)?.["id"]);
    },
    read: async (work, signal) =>
      await guarded(() => {
        if (performance.now() - lookedAtMs >= lookEveryMs) requireVersion();
        return work();
      }, signal),
    write: async (work, signal) => {
      const checked = () => {
        requireVersion(); // within the transaction: nobody changes the tables between
        return work();
      };
      return await guarded(() => transaction(database, checked), signal);
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
}

/** One synchronous transaction: nothing of this process can come between. */
function transaction<R>(database: DatabaseSync, work: () => R): R {
  database.exec("begin immediate");
  try {
    const result = work();
    database.exec("commit");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("rollback");
    throw error;
  }
}
