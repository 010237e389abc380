import { type Codec, compress } from "../../core/platform.ts";

/** Chunks that are compressed at once: enough for every thread to have work, and few enough to bound the buffers. */
const atOnce = 16;

/** Longer buffers are not kept: chunks of long texts are few. */
const mostKeptBytes = 1_048_576;

/** Compresses chunks beside the cutting of the next ones, in buffers that are used again. */
export class ChunkCompressor {
  readonly #codec: Codec;
  readonly #buffers: Uint8Array[] = [];
  readonly #running = new Set<Promise<unknown>>();

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  /** Resolves when another chunk may be begun. */
  async room(): Promise<void> {
    while (this.#running.size >= atOnce) await Promise.race(this.#running);
  }

  /** The pieces as one and compressed; `undefined` where that does not shrink them by a tenth. */
  async compress(pieces: readonly Uint8Array[], bytes: number): Promise<Uint8Array | undefined> {
    const buffer = this.#bufferOf(bytes);
    let at = 0;
    for (const piece of pieces) {
      buffer.set(piece, at);
      at += piece.length;
    }
    const work = compress(buffer.subarray(0, bytes), this.#codec).finally(() => {
      this.#running.delete(work);
      if (buffer.length <= mostKeptBytes) this.#buffers.push(buffer);
    });
    this.#running.add(work);
    const smaller = await work;
    return smaller.length < 0.9 * bytes ? smaller : undefined;
  }

  #bufferOf(bytes: number): Uint8Array {
    const used = this.#buffers.pop();
    return used !== undefined && used.length >= bytes ? used : new Uint8Array(bytes);
  }
}
