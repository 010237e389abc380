import type { CompiledQuery, QueryResult } from "kysely";
import type { Random } from "../../core/random.ts";
import { SluiceError } from "../../core/errors.ts";
import { readOnly, refuseWriting } from "../sql/read-only.ts";
import { type WaitBudget, waitBudget } from "../sql/wait-budget.ts";
import { refuseInsideWrite } from "../sql/write-scope.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import type { SqliteSession } from "./sqlite-dialect.ts";
import type { SqliteFile } from "./sqlite-file.ts";

const pageRows = 1000;

/** A session for reading: each statement by itself, no transactions; refuses to be used inside a write. */
export function readingSession(open: () => Promise<SqliteFile>, random: Random): SqliteSession {
  const refuse = async (): Promise<void> => {
    throw readOnly();
  };
  return {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      refuseInsideWrite("the store's `sql` was used");
      refuseWriting(query);
      const file = await open();
      return retryWhileBusy(() => file.run(query.sql, query.parameters), waitBudget(), random) as Promise<QueryResult<R>>;
    },
    streamQuery: async function* <R>(query: CompiledQuery, chunkSize: number = pageRows): AsyncIterableIterator<QueryResult<R>> {
      refuseInsideWrite("the store's `sql` was used");
      refuseWriting(query);
      yield* chunks<R>((await open()).iterate(query.sql, query.parameters), chunkSize);
    },
    begin: refuse,
    commit: refuse,
    rollback: refuse,
    end: () => undefined,
  };
}

/** The session of one write: begins at once as the writer (BEGIN IMMEDIATE), waiting for others without blocking. */
export function writingSession(file: SqliteFile, budget: WaitBudget, random: Random): SqliteSession {
  let state: "new" | "open" | "over" = "new";
  const run = <R>(query: CompiledQuery): QueryResult<R> => {
    if (state !== "open") throw transactionOver();
    return file.run(query.sql, query.parameters) as QueryResult<R>;
  };
  return {
    executeQuery: async (query) => run(query),
    streamQuery: async function* (query) {
      yield run(query);
    },
    begin: async () => {
      await retryWhileBusy(() => file.exec("begin immediate"), budget, random);
      state = "open";
    },
    commit: async () => {
      if (budget.signal?.aborted) budget.check();
      state = "over";
      await retryWhileBusy(() => file.exec("commit"), waitBudget(), random);
    },
    rollback: async () => {
      state = "over";
      rollBack(file);
    },
    end: () => {
      state = "over";
    },
  };
}

/** Rolls back; SQLite has already done so by itself after some errors (a full disk). */
function rollBack(file: SqliteFile): void {
  try {
    file.exec("rollback");
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    if (!message.includes("no transaction is active")) throw error;
  }
}

function* chunks<R>(rows: IterableIterator<unknown>, chunkSize: number): IterableIterator<QueryResult<R>> {
  let page: unknown[] = [];
  for (const row of rows) {
    page.push({ ...(row as object) });
    if (page.length < chunkSize) continue;
    yield { rows: page as R[] };
    page = [];
  }
  if (page.length > 0) yield { rows: page as R[] };
}

function transactionOver(): SluiceError {
  return new SluiceError("metadata/failed", {
    found: "a statement on a transaction that is over",
    expected: "every statement awaited before the write's function returns",
    fix: "Await the promises of all statements inside `write`.",
  });
}
