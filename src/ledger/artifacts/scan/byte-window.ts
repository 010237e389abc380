import type { ByteSource } from "../../../core/byte-source.ts";

/** How much is read at once where only a few bytes are asked for. */
const aheadBytes = 16_384;

/** A part of a source in memory, so that a reader of many small fields does not ask the source for each. */
export class ByteWindow {
  readonly #source: ByteSource;
  #start = 0;
  #bytes: Uint8Array = new Uint8Array();

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get sizeBytes(): number {
    return this.#source.sizeBytes;
  }

  /** Whether the bytes `[from, to)` are in memory. */
  holds(from: number, to: number): boolean {
    return from >= this.#start && to <= this.#start + this.#bytes.length;
  }

  /** The bytes `[from, to)`, which are in memory. */
  held(from: number, to: number): Uint8Array {
    return this.#bytes.subarray(from - this.#start, to - this.#start);
  }

  /** The bytes `[from, to)`, fewer where the source ends before. */
  async at(from: number, to: number): Promise<Uint8Array> {
    const end = Math.min(to, this.sizeBytes);
    if (end <= from) return new Uint8Array();
    if (!this.holds(from, end)) {
      this.#bytes = await this.#source.read(from, Math.min(this.sizeBytes, Math.max(end, from + aheadBytes)));
      this.#start = from;
    }
    return this.held(from, end);
  }
}

/** Some bytes as numbers of a format. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
