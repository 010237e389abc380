import type { DatabaseConnection, Driver } from "kysely";
import { SluiceError } from "../../core/errors.ts";

/** A connection that knows how its own transaction begins and ends; the driver only hands it out. */
export interface Session extends DatabaseConnection {
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Called when Kysely gives the session back; nothing runs on it afterwards. */
  end(): void;
}

/** A Kysely driver whose sessions the store makes itself. */
export function sessionDriver(session: Session): Driver {
  return {
    init: async () => undefined,
    acquireConnection: async () => session,
    beginTransaction: () => session.begin(),
    commitTransaction: () => session.commit(),
    rollbackTransaction: () => session.rollback(),
    releaseConnection: async () => session.end(),
    destroy: async () => undefined,
  };
}

/** What a write's session keeps track of: whether it may still be used, and whether one of its statements failed. */
export interface TransactionGuard {
  /** Runs a statement; throws `metadata/failed` when the transaction is not open. */
  statement<T>(run: () => T | Promise<T>): Promise<T>;
  opened(): void;
  /** Ends the use; throws `metadata/failed` if a statement failed, since Postgres would silently roll back instead of committing. */
  committing(): void;
  over(): void;
}

/** Makes a {@link TransactionGuard}. */
export function transactionGuard(): TransactionGuard {
  let open = false;
  let failure: { readonly error: unknown } | undefined;
  return {
    statement: async (run) => {
      if (!open) throw transactionOver();
      try {
        return await run();
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
    opened: () => {
      open = true;
    },
    committing: () => {
      open = false;
      if (failure !== undefined) throw statementFailed(failure.error);
    },
    over: () => {
      open = false;
    },
  };
}

function transactionOver(): SluiceError {
  return new SluiceError("metadata/failed", {
    found: "a statement on a transaction that is over",
    expected: "every statement awaited before the write's function returns",
    fix: "Await the promises of all statements inside `write`.",
  });
}

function statementFailed(cause: unknown): SluiceError {
  return new SluiceError("metadata/failed", {
    found: "a write that ended well although one of its statements had failed",
    expected: "a write in which every statement succeeds",
    fix: "Let the statement's error reject the write, or avoid it (onConflict, a select before).",
    cause,
  });
}
