const pieceBytes = 1_048_576;

/** Bytes in memory, 1 MiB at a time. */
export async function* pieces(bytes: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    signal?.throwIfAborted();
    yield bytes.subarray(from, from + pieceBytes);
  }
}
