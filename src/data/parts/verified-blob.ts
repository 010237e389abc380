import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** A blob's bytes; where it is missing or corrupt, the error says what the blob was part of, and, where it is missing, what to do (`heal`). */
export async function verifiedBlob(
  blobs: BlobStore,
  digest: Digest,
  place: string,
  heal?: string,
): Promise<Uint8Array> {
  try {
    return await blobs.get(digest);
  } catch (error) {
    if (!isSluiceError(error)) throw error;
    throw new SluiceError(error.code, {
      found: `${error.found}, which is ${place}`,
      expected: error.expected,
      fix: error.code === "blob/not-found" ? (heal ?? error.fix) : error.fix,
      cause: error,
    });
  }
}
