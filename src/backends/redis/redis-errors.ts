import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { unavailable } from "../online/unavailable.ts";

/** Names of errors of ioredis and node-redis, and codes of the network, that a server out of reach gives. */
const awayNames: ReadonlySet<string> = new Set([
  "AbortError",
  "ClientClosedError",
  "ClientOfflineError",
  "ClusterAllFailedError",
  "ConnectionTimeoutError",
  "DisconnectsClientError",
  "MaxRetriesPerRequestError",
  "RootNodesUnavailableError",
  "SocketClosedUnexpectedlyError",
  "SocketTimeoutError",
  "TimeoutError",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/** What a server says that cannot answer now, and what ioredis says of a connection that is gone. */
const awayMessages =
  /^(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|NOREPLICAS|READONLY|TRYAGAIN)\b|Connection is closed|Failed to refresh slots cache|Stream isn't writeable|Command timed out/;

/** The SluiceError for an error of a client or of the server; one that is already a SluiceError passes. */
export function redisError(error: unknown): SluiceError {
  if (isSluiceError(error)) return error;
  const found = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (isAway(error)) return unavailable("Redis", found, error);
  if (error instanceof Error && error.message.startsWith("OOM ")) {
    return new SluiceError("io/disk-full", {
      found: `no memory left in Redis (${error.message})`,
      expected: "room below its maxmemory",
      fix: "Give it more memory, trim, or clear views that no model uses; then call again.",
      cause: error,
    });
  }
  return new SluiceError("io/failed", {
    found: `${found} (Redis)`,
    expected: "commands that this Redis runs: MGET, GET, HMGET, EVAL, EVALSHA, on keys below the prefix",
    fix: "See the cause; check the client's user and its rights (ACL), that the prefix is the store's alone, and that nodes of a cluster are spoken to by a cluster client.",
    cause: error,
  });
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (awayNames.has(error.name) || awayNames.has(error.constructor.name) || awayMessages.test(error.message))
    return true;
  return "code" in error && typeof error.code === "string" && awayNames.has(error.code);
}
