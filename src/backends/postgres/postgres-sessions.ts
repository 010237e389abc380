import type { CompiledQuery, QueryResult } from "kysely";
import { checkValues } from "../sql/check-values.ts";
import { readOnly, refuseWriting } from "../sql/read-only.ts";
import { type Session, transactionGuard } from "../sql/session-driver.ts";
import type { WaitBudget } from "../sql/wait-budget.ts";
import { refuseInsideWrite } from "../sql/write-scope.ts";
import { portableRows } from "./portable-rows.ts";
import { metadataUnavailable, postgresError } from "./postgres-errors.ts";
import type { PostgresClient } from "./postgres-pool.ts";

/** How a session for reading reads. */
export interface ReadingWaits {
  readonly beginSql: string;
  /** The text of a select that needs no transaction around it; `undefined` for others. */
  readonly single: (query: CompiledQuery) => string | undefined;
  readonly timeoutMs: number;
}

/** A session for reading: each statement by itself or in a read-only transaction of its own, on a connection that is given back at once. */
export function readingSession(
  connect: () => Promise<PostgresClient>,
  { beginSql, single, timeoutMs }: ReadingWaits,
): Session {
  const refuse = async (): Promise<void> => {
    throw readOnly();
  };
  const run = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
    refuseInsideWrite("the store's `sql` was used");
    refuseWriting(query);
    const text = single(query);
    const begin = text === undefined ? { beginSql: () => beginSql } : {};
    const transaction = postgresTransaction(await connect(), { ...begin, timeoutMs });
    try {
      await transaction.session.begin();
      const result = await transaction.session.executeQuery<R>(text === undefined ? query : { ...query, sql: text });
      await transaction.session.commit();
      return result;
    } catch (error) {
      await transaction.session.rollback();
      throw error;
    } finally {
      transaction.session.end();
    }
  };
  return {
    executeQuery: run,
    streamQuery: onePage(run),
    begin: refuse,
    commit: refuse,
    rollback: refuse,
    end: () => undefined,
  };
}

/** A transaction on a connection that the pool has lent; ending its session gives the connection back. */
export interface PostgresTransaction {
  readonly session: Session;
  /** Waits for the advisory lock until the transaction ends; a second time does nothing. */
  lock(id: string): Promise<void>;
  /** Gives up a transaction that is not yet committing, whatever it waits for, by closing the connection; false where it is too late. */
  abandon(): boolean;
}

/** How a transaction begins and waits. */
export interface TransactionWaits {
  /** Left out where one statement by itself is run: nothing is begun then, and nothing to be committed. */
  readonly beginSql?: () => string;
  /** How long the server may take to answer a statement, milliseconds. */
  readonly timeoutMs: number;
  /** How long locks may be waited for: what `beginSql` tells the server. */
  readonly budget?: WaitBudget;
}

/** Makes a {@link PostgresTransaction}. */
export function postgresTransaction(
  client: PostgresClient,
  { beginSql, timeoutMs, budget }: TransactionWaits,
): PostgresTransaction {
  const guard = transactionGuard();
  const held = new Set<string>();
  let state: "running" | "committing" | "abandoned" = "running";
  let lost: Error | undefined;
  const onLost = (error: Error): void => {
    lost = error;
  };
  client.on?.("error", onLost);
  const giveBack = (destroy: boolean | Error | undefined): void => {
    client.release(destroy);
    client.off?.("error", onLost);
  };
  const query = async (text: string, values?: unknown[]): ReturnType<PostgresClient["query"]> => {
    try {
      return await answeredWithin(timeoutMs, client.query(text, values), (error) => {
        lost ??= error; // a connection that owes an answer is not lent again
      });
    } catch (error) {
      // Of a connection that the server closed, what it said tells more than that it is closed.
      throw postgresError(lost ?? error, budget?.waitedMs() ?? 0);
    }
  };
  const run = <R>(compiled: CompiledQuery): Promise<QueryResult<R>> =>
    guard.statement(async () => {
      const result = await query(compiled.sql, checkValues(compiled.parameters));
      return { rows: portableRows<R>(result), numAffectedRows: BigInt(result.rowCount ?? 0) };
    });
  const session: Session = {
    executeQuery: run,
    streamQuery: onePage(run),
    begin: async () => {
      if (beginSql !== undefined) await query(beginSql());
      guard.opened();
    },
    commit: async () => {
      guard.committing();
      if (state === "abandoned") budget?.check();
      state = "committing";
      if (beginSql !== undefined) await query("commit");
    },
    rollback: async () => {
      guard.over();
      if (state !== "abandoned") lost ??= await rollBack(client);
    },
    end: () => {
      guard.over();
      if (state !== "abandoned") giveBack(lost);
    },
  };
  return {
    session,
    lock: async (id) => {
      if (held.has(id)) return;
      await guard.statement(() => query("select pg_advisory_xact_lock($1::bigint)", [id]));
      held.add(id);
    },
    abandon: () => {
      if (state !== "running") return state === "abandoned";
      state = "abandoned";
      guard.over();
      giveBack(true);
      return true;
    },
  };
}

/** A server's answer, or `store/unavailable` where it takes longer; `late` is told before that. */
export async function answeredWithin<T>(
  timeoutMs: number,
  answer: Promise<T>,
  late: (error: Error) => void = () => undefined,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_, reject) => {
    const isOver = (): void => {
      const error = metadataUnavailable(`no answer within ${Math.round(timeoutMs)} ms`);
      late(error);
      reject(error);
    };
    timer = setTimeout(isOver, Math.min(timeoutMs, longestTimerMs));
  });
  try {
    return await Promise.race([answer, over]);
  } finally {
    clearTimeout(timer);
  }
}

const longestTimerMs = 2 ** 31 - 1;

/** Rolls back; answers with an error where the connection can no longer be used, so that the pool closes it. */
async function rollBack(client: PostgresClient): Promise<Error | undefined> {
  try {
    await client.query("rollback");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Streams a statement's result as one page. */
function onePage(run: <R>(query: CompiledQuery) => Promise<QueryResult<R>>): Session["streamQuery"] {
  return async function* <R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await run<R>(query);
  };
}
