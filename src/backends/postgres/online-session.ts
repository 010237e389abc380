import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { unavailable, withinTimeout } from "../online/unavailable.ts";
import { foundAway, isRestartable, postgresError } from "./postgres-errors.ts";
import { guardNewConnections, type PostgresClient, type PostgresPool, type PostgresResult } from "./postgres-pool.ts";

/** Runs a statement on a borrowed connection. */
export type RunStatement = (text: string, values?: unknown[]) => Promise<PostgresResult>;

/** A borrowed connection, whose every answer is waited for at most the host's time. */
interface Borrowed {
  readonly run: RunStatement;
  giveBack(error?: unknown): void;
}

const mostRestarts = 10;

/** Reads on a connection of the pool. */
export async function readOn<T>(
  pool: PostgresPool,
  timeoutMs: number,
  work: (run: RunStatement) => Promise<T>,
): Promise<T> {
  const { run, giveBack } = await borrow(pool, timeoutMs);
  try {
    const result = await work(run);
    giveBack();
    return result;
  } catch (error) {
    giveBack(error);
    throw onlineError(error);
  }
}

/** Writes in one transaction that is on disk when it commits; begun again where Postgres stops it for a deadlock or because this process stood still. */
export async function writeOn<T>(
  pool: PostgresPool,
  timeoutMs: number,
  work: (run: RunStatement) => Promise<T>,
): Promise<T> {
  for (let restarts = 0; ; restarts++) {
    const { run, giveBack } = await borrow(pool, timeoutMs);
    try {
      await run(`begin isolation level read committed; ${standstill(timeoutMs)}; ${durableCommit}`);
      const result = await work(run);
      await run("commit");
      giveBack();
      return result;
    } catch (error) {
      giveBack(error);
      if (!isRestartable(error) || restarts === mostRestarts) throw onlineError(error);
    }
  }
}

/** A database may be set up to answer before a commit is on disk; stronger settings stay as they are. */
const durableCommit =
  "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";

/** A process that stands still inside a transaction keeps its locks: the server ends it before those who wait for them give up. */
function standstill(timeoutMs: number): string {
  const ms = Math.ceil(Math.min(Math.max(timeoutMs / 2, 1000), 20_000));
  return `set local idle_in_transaction_session_timeout = ${ms}`;
}

/** A connection that comes too late goes back unused; one with a failed or unanswered statement is closed, which rolls back. */
async function borrow(pool: PostgresPool, timeoutMs: number): Promise<Borrowed> {
  guardNewConnections(pool);
  let late = false;
  const connecting = pool.connect().then((client) => {
    if (late) client.release();
    return client;
  });
  let client: PostgresClient;
  try {
    client = await withinTimeout("Postgres", timeoutMs, connecting);
  } catch (error) {
    late = true;
    throw onlineError(error);
  }
  let lost: Error | undefined;
  const onLost = (error: Error): void => {
    lost ??= error;
  };
  client.on?.("error", onLost);
  return {
    run: async (text, values) => {
      try {
        return await withinTimeout("Postgres", timeoutMs, client.query(text, values));
      } catch (error) {
        // What the server said when it closed the connection tells more than that it is closed.
        throw lost ?? error;
      }
    },
    giveBack: (error) => {
      client.release(error !== undefined);
      if (error === undefined) client.off?.("error", onLost);
    },
  };
}

/** The SluiceError for an error of the pool or of the server. */
function onlineError(error: unknown): SluiceError {
  if (isSluiceError(error)) return error;
  const away = foundAway(error);
  if (away !== undefined) return unavailable("Postgres", away, error);
  const known = postgresError(error, 0);
  if (known.code !== "metadata/failed") return known;
  return new SluiceError("io/failed", {
    found: known.found,
    expected: "a statement that Postgres can run",
    fix: "See the cause; check the role's rights on the tables online_view, online_row, online_event and online_extent.",
    cause: error,
  });
}
