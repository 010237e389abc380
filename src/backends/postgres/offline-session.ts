import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { postgresError } from "./postgres-errors.ts";
import type { PostgresClient, PostgresPool } from "./postgres-pool.ts";

/** A whole answer in one snapshot; doubles as texts that read back to the same bits. */
const beginReading = "begin transaction isolation level repeatable read read only; set local extra_float_digits = 1";
/** A database may be set up to answer before a commit is on disk; stronger settings stay as they are. */
const beginWriting =
  "begin; select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'";

/** Runs work in one transaction on a connection that the pool lends: all of it is there afterwards, or, after an error, nothing. */
export async function inTransaction<R>(
  pool: PostgresPool,
  kind: "reading" | "writing",
  work: (client: PostgresClient) => Promise<R>,
): Promise<R> {
  const client = await pool.connect().catch((error: unknown) => {
    throw offlineError(error);
  });
  let lost: Error | undefined;
  const onLost = (error: Error): void => {
    lost = error;
  };
  client.on?.("error", onLost);
  try {
    await client.query(kind === "reading" ? beginReading : beginWriting);
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    // A connection whose transaction cannot be ended is not lent again; the first error is the one to tell.
    await client.query("rollback").catch((cause: unknown) => {
      lost ??= cause instanceof Error ? cause : new Error(String(cause));
    });
    throw offlineError(error);
  } finally {
    client.off?.("error", onLost);
    client.release(lost);
  }
}

/** As the store of metadata tells errors, but of what cannot be told apart: this store keeps no metadata. */
function offlineError(error: unknown): SluiceError {
  if (isSluiceError(error)) return error;
  const told = postgresError(error, 0);
  if (told.code !== "metadata/failed") return told;
  return new SluiceError("io/failed", {
    found: `${error instanceof Error ? error.message : String(error)} (in the offline store)`,
    expected: "a Postgres that answers, and a role that may create and read the store's tables",
    fix: "See the cause; check the connection and the role's rights.",
    cause: error,
  });
}
