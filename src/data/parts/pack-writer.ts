import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Digest } from "../../core/digest.ts";
import { type Codec, startSha256 } from "../../core/platform.ts";
import type { ManifestChunk } from "./manifest.ts";
import { ChunkCompressor } from "./chunk-compressor.ts";
import type { KnownChunks } from "./known-chunks.ts";

/** Bytes of chunks after which a pack is stored: few blobs, few waits for the disk, and a bounded memory. */
const packBytes = 16_777_216;

/** Packs on their way to the store at once. */
const inFlight = 2;

/** How chunks are stored. */
export type Compression = Codec | "none";

interface Waiting {
  readonly digest: Digest;
  readonly column: number;
  readonly bytes: number;
  readonly compression: Compression;
  readonly stored: readonly Uint8Array[];
}

/**
 * Stores chunks in packs: blobs of many chunks, those of one column beside each other, so that reading a column reads a pack's bytes in one
 * piece. A chunk that is known, or was written before, is not written again.
 */
export class PackWriter {
  readonly #blobs: BlobStore;
  readonly #compression: Compression;
  readonly #compressor: ChunkCompressor | undefined;
  readonly #known: KnownChunks | undefined;
  readonly #placed = new Map<Digest, ManifestChunk>();
  readonly #seen = new Set<Digest>();
  readonly #buffers: Uint8Array[] = [];
  #waiting: Promise<Waiting>[] = [];
  #bytes = 0;
  readonly #puts: Promise<void>[] = [];

  /** @param known - Chunks that are stored already. */
  constructor(blobs: BlobStore, known: KnownChunks | undefined, compression: Compression) {
    this.#blobs = blobs;
    this.#known = known;
    this.#compression = compression;
    this.#compressor = compression === "none" ? undefined : new ChunkCompressor(compression);
  }

  /** Takes the bytes of a column in pieces; answers their digest. Errors: what the store's `put` throws. */
  async add(column: number, pieces: readonly Uint8Array[]): Promise<Digest> {
    const hash = startSha256();
    for (const piece of pieces) hash.update(piece);
    const digest: Digest = `sha256:${hash.hex()}`;
    if (this.#seen.has(digest)) return digest;
    this.#seen.add(digest);
    const stored = await this.#known?.find(digest);
    if (stored !== undefined) {
      this.#placed.set(digest, stored);
      return digest;
    }
    const bytes = total(pieces);
    const waiting = this.#encoded({ digest, column, bytes, compression: "none", stored: pieces });
    // Awaited later: a failure must not count as unhandled meanwhile.
    waiting.catch(() => undefined);
    this.#waiting.push(waiting);
    await this.#compressor?.room();
    this.#bytes += bytes;
    if (this.#bytes >= packBytes) await this.#flush();
    return digest;
  }

  /** Stores what is left; afterwards every chunk is durable. */
  async finish(): Promise<void> {
    await this.#flush();
    await Promise.all(this.#puts);
  }

  /** Where a chunk lies, after {@link PackWriter.finish}. */
  placeOf(digest: Digest): ManifestChunk {
    const place = this.#placed.get(digest);
    if (place === undefined) throw new RangeError(`no chunk ${digest} was added`);
    return place;
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    if (this.#puts.length >= inFlight) await this.#puts.shift();
    const chunks = (await Promise.all(waiting)).sort((a, b) => a.column - b.column);
    const put = this.#put(chunks);
    // Awaited later: a failure must not count as unhandled meanwhile.
    put.catch(() => undefined);
    this.#puts.push(put);
  }

  async #put(chunks: readonly Waiting[]): Promise<void> {
    const offsets: number[] = [];
    let at = 0;
    for (const { stored } of chunks) {
      offsets.push(at);
      at += total(stored);
    }
    const buffer = this.#bufferOf(at);
    const pack = buffer.subarray(0, at);
    chunks.forEach(({ stored }, i) => {
      let to = offsets[i] as number;
      for (const piece of stored) {
        pack.set(piece, to);
        to += piece.length;
      }
    });
    const { digest: blob } = await this.#blobs.put(pack);
    this.#buffers.push(buffer);
    chunks.forEach(({ digest, bytes, compression, stored }, i) => {
      const offset = offsets[i] as number;
      this.#placed.set(digest, { digest, bytes, blob, offset, storedBytes: total(stored), compression });
    });
  }

  /** A chunk as it is stored. */
  async #encoded(chunk: Waiting): Promise<Waiting> {
    const smaller = await this.#compressor?.compress(chunk.stored, chunk.bytes);
    return smaller === undefined ? chunk : { ...chunk, compression: this.#compression, stored: [smaller] };
  }

  /** Room for a pack; that of a pack that is stored is used again. */
  #bufferOf(bytes: number): Uint8Array {
    const used = this.#buffers.pop();
    return used !== undefined && used.length >= bytes ? used : new Uint8Array(bytes);
  }
}

function total(pieces: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const piece of pieces) bytes += piece.length;
  return bytes;
}
