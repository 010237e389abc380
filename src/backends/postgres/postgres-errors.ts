import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { readOnly } from "../sql/read-only.ts";
import { busy } from "../sql/wait-budget.ts";

const lockNotAvailable = "55P03";
const readOnlyTransaction = "25006";
const diskFull = "53100";
/** Serialisation failure, deadlock, and a transaction that the server ended because its process stood still. */
const restartable: ReadonlySet<string> = new Set(["40001", "40P01", "25P03"]);

/** Classes and states of SQLSTATE with which a server says that it cannot answer now: connection, insufficient resources, operator intervention. */
const awayStates = /^(08...|53300|57P0[1-5])$/;
const awayMessages =
  /Connection terminated|Connection ended|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/;
const awayCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);
/** What an error says of a server that cannot be reached or does not answer now; `undefined` for every other error. */
export function foundAway(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const away = awayStates.test(code) || awayCodes.has(code) || awayMessages.test(error.message);
  if (!away) return undefined;
  return error.message === "" ? code : error.message;
}

/** The error of a server that cannot be reached or does not answer now. */
export function metadataUnavailable(found: string, cause?: unknown): SluiceError {
  return new SluiceError("store/unavailable", {
    found: `${found} (Postgres)`,
    expected: "a server that answers",
    fix: "Call again when it does; nothing has to be opened anew. A write is rolled back, unless it was being committed: then look whether it is there.",
    cause,
  });
}

/** Tells an error that rolled everything back and after which the same transaction may succeed. */
export function isRestartable(error: unknown): boolean {
  return restartable.has(sqlState(isSluiceError(error) ? error.cause : error) ?? "");
}

/** The SluiceError for an error of Postgres; one that is already a SluiceError passes. `waitedMs` is how long a statement could wait for a lock. */
export function postgresError(error: unknown, waitedMs: number): SluiceError {
  if (isSluiceError(error)) return error;
  const found = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
  const away = foundAway(error);
  if (away !== undefined) return metadataUnavailable(away, error);
  if (state === lockNotAvailable) return busy(waitedMs, error);
  if (state === readOnlyTransaction) return readOnly(error);
  if (state === diskFull) {
    return new SluiceError("io/disk-full", {
      found: `no room left on the database server (${found})`,
      expected: "free space on its disk",
      fix: "Nothing of this write was kept; free some space and call again.",
      cause: error,
    });
  }
  return new SluiceError("metadata/failed", {
    found: `${found}${state === undefined ? "" : ` (SQLSTATE ${state})`}`,
    expected: "a statement that Postgres can run",
    fix: "See the cause; check the connection, the role's rights and that migrate() has run.",
    cause: error,
  });
}

/** The five-character SQLSTATE of a server's error. */
function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}
