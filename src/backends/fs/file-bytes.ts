import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Digest } from "../../core/digest.ts";
import { fileError } from "./file-errors.ts";

/** A file's bytes in pieces of 256 KiB, which caches hold. Errors: `io/failed`; the signal's reason. */
export async function* fileBytes(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 262_144 })) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw fileError(error, path);
  }
}

/** The digest of a file's bytes. Errors: `io/failed`; the signal's reason. */
export async function fileDigest(path: string, signal: AbortSignal | undefined): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const bytes of fileBytes(path, signal)) hash.update(bytes);
  return `sha256:${hash.digest("hex")}`;
}
