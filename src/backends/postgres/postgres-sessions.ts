import type { CompiledQuery, QueryResult } from "kysely";
import { checkValues } from "../sql/check-values.ts";
import { readOnly, refuseWriting } from "../sql/read-only.ts";
import { type Session, type TransactionGuard, transactionGuard } from "../sql/session-driver.ts";
import type { WaitBudget } from "../sql/wait-budget.ts";
import { refuseInsideWrite } from "../sql/write-scope.ts";
import { portableRows } from "./portable-rows.ts";
import { metadataUnavailable, postgresError } from "./postgres-errors.ts";
import type { PostgresClient, PostgresResult } from "./postgres-pool.ts";
import { type PutOffWrites, putOffWrites } from "./put-off-writes.ts";
import { withLiterals } from "./sql-literal.ts";

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
  /** Waits for advisory locks, which it holds until the transaction ends; for one that it has it does not ask again. */
  lock(ids: readonly string[]): Promise<void>;
  /** Waits for advisory locks and runs what comes after, all in one way to the server and back. */
  lockAndRead<R>(ids: readonly string[], query: CompiledQuery): Promise<readonly R[]>;
  /** Puts a write off until the next statement, or the commit. */
  later(query: CompiledQuery): Promise<void>;
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
  let state: "running" | "committing" | "abandoned" = "running";
  const { query, rollBack, giveBack } = borrowed(client, timeoutMs, budget);
  const opening = openedBy(beginSql, query);
  const waiting = putOffWrites(async (text, values) => {
    await opening.send();
    await query(text, [...values]);
  });
  const run = <R>(compiled: CompiledQuery): Promise<QueryResult<R>> =>
    guard.statement(async () => {
      const values = checkValues(compiled.parameters);
      await opening.send();
      await waiting.flush();
      const result = await query(compiled.sql, values);
      return { rows: portableRows<R>(result), numAffectedRows: BigInt(result.rowCount ?? 0) };
    });
  const session: Session = {
    executeQuery: run,
    streamQuery: onePage(run),
    begin: async () => guard.opened(),
    commit: async () => {
      const last = waiting.take();
      if (waiting.any()) await guard.statement(waiting.flush);
      guard.committing();
      if (state === "abandoned") budget?.check();
      state = "committing";
      // With the last writes in one text: whoever waits for the locks waits for one way to the server less.
      if (last !== undefined) await opening.send([last, "commit"]);
      else if (opening.sent()) await query("commit");
    },
    rollback: async () => {
      guard.over();
      if (state !== "abandoned" && (beginSql === undefined || opening.sent())) await rollBack();
    },
    end: () => {
      guard.over();
      if (state !== "abandoned") giveBack();
    },
  };
  return {
    session,
    ...transactionLocks({ guard, opening, waiting, run }),
    later: (compiled) => guard.statement(() => waiting.add(compiled)),
    abandon: () => {
      if (state !== "running") return state === "abandoned";
      state = "abandoned";
      guard.over();
      giveBack(true);
      return true;
    },
  };
}

/** The locks of a transaction; for one that it has it does not ask again. What waits is sent before: a lock is not held for as long. */
function transactionLocks({
  guard,
  opening,
  waiting,
  run,
}: {
  readonly guard: TransactionGuard;
  readonly opening: Opening;
  readonly waiting: PutOffWrites;
  readonly run: <R>(query: CompiledQuery) => Promise<QueryResult<R>>;
}): Pick<PostgresTransaction, "lock" | "lockAndRead"> {
  const held = new Set<string>();
  const take = async (wanted: readonly string[], ...more: readonly string[]): Promise<PostgresResult> => {
    if (waiting.any()) await guard.statement(waiting.flush);
    const result = await guard.statement(() => opening.send([...wanted.map(lockSql), ...more]));
    for (const id of wanted) held.add(id);
    return result;
  };
  return {
    lock: async (ids) => {
      const wanted = ids.filter((id) => !held.has(id));
      if (wanted.length > 0) await take(wanted);
    },
    lockAndRead: async <R>(ids: readonly string[], query: CompiledQuery) => {
      const wanted = ids.filter((id) => !held.has(id));
      if (wanted.length === 0) return (await run<R>(query)).rows;
      return await guard.statement(async () => {
        const text = withLiterals(query.sql, checkValues(query.parameters));
        return portableRows<R>(await take(wanted, text));
      });
    },
  };
}

function lockSql(id: string): string {
  return `select pg_advisory_xact_lock(${BigInt(id)})`;
}

/** A connection that the pool has lent: what it does not answer in time, or loses, it is not lent again for. */
interface Borrowed {
  /** The result of the last statement. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>;
  rollBack(): Promise<void>;
  giveBack(destroy?: boolean): void;
}

function borrowed(client: PostgresClient, timeoutMs: number, budget: WaitBudget | undefined): Borrowed {
  let lost: Error | undefined;
  const onLost = (error: Error): void => {
    lost = error;
  };
  client.on?.("error", onLost);
  return {
    query: async (text, values) => {
      try {
        const answer: PostgresResult | readonly PostgresResult[] = await answeredWithin(
          timeoutMs,
          client.query(text, values),
          (error) => {
            lost ??= error; // a connection that owes an answer is not lent again
          },
        );
        return Array.isArray(answer) ? (answer.at(-1) ?? noResult) : answer;
      } catch (error) {
        // Of a connection that the server closed, what it said tells more than that it is closed.
        throw postgresError(lost ?? error, budget?.waitedMs() ?? 0);
      }
    },
    rollBack: async () => {
      lost ??= await rolledBack(client);
    },
    giveBack: (destroy) => {
      client.release(destroy ?? lost);
      client.off?.("error", onLost);
    },
  };
}

const noResult: PostgresResult = { rows: [], rowCount: null, fields: [] };

/** What begins a transaction, sent with its first statement where that has no values (locks): one way to the server and back less. */
interface Opening {
  /** Sends what was not sent yet, and then the statements. The result of the last. */
  send(more?: readonly string[]): Promise<PostgresResult>;
  sent(): boolean;
}

function openedBy(beginSql: (() => string) | undefined, query: (text: string) => Promise<PostgresResult>): Opening {
  let sent = false;
  return {
    send: async (more = []) => {
      const texts = beginSql === undefined || sent ? more : [beginSql(), ...more];
      sent = beginSql !== undefined;
      return texts.length > 0 ? await query(texts.join("; ")) : noResult;
    },
    sent: () => sent,
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
async function rolledBack(client: PostgresClient): Promise<Error | undefined> {
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
