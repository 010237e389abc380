import type { Digest } from "./digest.ts";
import { startSha256 } from "./platform.ts";

/** The digest of bytes that come in pieces; rejects with the signal's reason when that fires between two of them. */
export async function digestOfStream(pieces: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Digest> {
  const hash = startSha256();
  for await (const piece of pieces) {
    signal?.throwIfAborted();
    hash.update(piece);
  }
  return `sha256:${hash.hex()}`;
}
