import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Digest } from "../../core/digest.ts";
import { duckDbError } from "./duckdb-session.ts";

/** The digest of a file's bytes, read in pieces. Errors: `io/failed`; the signal's reason. */
export async function fileDigest(path: string, signal: AbortSignal | undefined): Promise<Digest> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path, {
      highWaterMark: 1 << 20,
      ...(signal === undefined ? {} : { signal }),
    }))
      hash.update(chunk);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw duckDbError(
      new Error(`IO Error: ${error instanceof Error ? error.message : String(error)}`, { cause: error }),
      path,
    );
  }
  return `sha256:${hash.digest("hex")}`;
}
