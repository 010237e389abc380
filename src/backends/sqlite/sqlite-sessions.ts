import type { CompiledQuery, QueryResult } from "kysely";
import type { Random } from "../../core/random.ts";
import { readOnly, refuseWriting } from "../sql/read-only.ts";
import { type Session, transactionGuard } from "../sql/session-driver.ts";
import { type WaitBudget, waitBudget } from "../sql/wait-budget.ts";
import { refuseInsideWrite } from "../sql/write-scope.ts";
import { retryWhileBusy } from "./busy-retry.ts";
import type { SqliteFile } from "./sqlite-file.ts";

const pageRows = 1000;

/** A session for reading: each statement by itself, no transactions; refuses to be used inside a write. */
export function readingSession(open: () => Promise<SqliteFile>, random: Random): Session {
  const refuse = async (): Promise<void> => {
    throw readOnly();
  };
  const fileFor = (query: CompiledQuery): Promise<SqliteFile> => {
    refuseInsideWrite("the store's `sql` was used");
    refuseWriting(query);
    return open();
  };
  return {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const file = await fileFor(query);
      return retryWhileBusy(() => file.run<R>(query.sql, query.parameters), waitBudget(), random);
    },
    streamQuery: async function* <R>(
      query: CompiledQuery,
      chunkSize: number = pageRows,
    ): AsyncIterableIterator<QueryResult<R>> {
      const file = await fileFor(query);
      yield* pages(file.iterate<R>(query.sql, query.parameters), chunkSize);
    },
    begin: refuse,
    commit: refuse,
    rollback: refuse,
    end: () => undefined,
  };
}

/** The session of one write: begins at once as the writer (BEGIN IMMEDIATE), waiting for others without blocking. */
export function writingSession(file: SqliteFile, budget: WaitBudget, random: Random): Session {
  const guard = transactionGuard();
  const run = <R>(query: CompiledQuery): Promise<QueryResult<R>> =>
    guard.statement(() => file.run<R>(query.sql, query.parameters));
  return {
    executeQuery: run,
    streamQuery: async function* <R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      yield await run<R>(query);
    },
    begin: async () => {
      await retryWhileBusy(() => file.exec("begin immediate"), budget, random);
      guard.opened();
    },
    commit: async () => {
      guard.committing();
      if (budget.signal?.aborted) budget.check();
      await retryWhileBusy(() => file.exec("commit"), waitBudget(), random);
    },
    rollback: async () => {
      guard.over();
      rollBack(file);
    },
    end: guard.over,
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

function* pages<R>(rows: Iterable<R>, pageSize: number): IterableIterator<QueryResult<R>> {
  let page: R[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length < pageSize) continue;
    yield { rows: page };
    page = [];
  }
  if (page.length > 0) yield { rows: page };
}
