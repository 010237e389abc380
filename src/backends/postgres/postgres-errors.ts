import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { readOnly } from "../sql/read-only.ts";
import { busy } from "../sql/wait-budget.ts";

const lockNotAvailable = "55P03";
const readOnlyTransaction = "25006";
const diskFull = "53100";
/** Serialisation failure, deadlock, and a transaction that the server ended because its process stood still. */
const restartable: ReadonlySet<string> = new Set(["40001", "40P01", "25P03"]);

/** Tells an error that rolled everything back and after which the same transaction may succeed. */
export function isRestartable(error: unknown): boolean {
  return restartable.has(sqlState(isSluiceError(error) ? error.cause : error) ?? "");
}

/** The SluiceError for an error of Postgres; one that is already a SluiceError passes. `waitedMs` is how long a statement could wait for a lock. */
export function postgresError(error: unknown, waitedMs: number): SluiceError {
  if (isSluiceError(error)) return error;
  const found = error instanceof Error ? error.message : String(error);
  const state = sqlState(error);
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
