import { SluiceError } from "../../core/errors.ts";
import { checksum } from "./checksum.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads what `SummaryWriter` wrote. Whatever is damaged, cut off, of another kind or of a newer version throws `argument/invalid`; a
 * reader of a summary checks its own numbers with {@link SummaryReader.require} and ends with {@link SummaryReader.end}.
 */
export class SummaryReader {
  /** The version of the body's layout. */
  readonly version: number;
  readonly #kind: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #end: number;
  #at = 5;

  /**
   * @param bytes - What `SummaryWriter.finish` returned.
   * @param kind - The four letters that are expected.
   * @param newest - The newest version that can be read.
   */
  constructor(bytes: Uint8Array, kind: string, newest: number) {
    this.#kind = kind;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length - 4;
    if (this.#end < 5) this.#refuse(`${bytes.length} bytes`);
    const found = String.fromCharCode(...bytes.subarray(0, 4));
    if (found !== kind) this.#refuse(`bytes that begin with ${JSON.stringify(found)}`);
    if (this.#view.getUint32(this.#end, true) !== checksum(bytes.subarray(0, this.#end)))
      this.#refuse("bytes whose checksum is wrong");
    this.version = bytes[4] as number;
    if (this.version < 1 || this.version > newest) this.#refuse(`version ${this.version}`);
  }

  /** Reads a whole number from 0 to 255. */
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  /** Reads a whole number from 0 to 2^32 − 1. */
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** Reads a whole number from 0 to 2^53 − 1. */
  count(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte % 128) * scale;
      if (!Number.isSafeInteger(value)) this.#refuse("a count above 2^53 − 1");
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  /** Reads a double, bit for bit. */
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Reads as many doubles as were written. */
  f64s(): Float64Array {
    const length = this.count();
    let at = this.#take(8 * length);
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++, at += 8) values[i] = this.#view.getFloat64(at, true);
    return values;
  }

  /** Reads as many bytes as were written, as a copy. */
  bytes(): Uint8Array {
    const length = this.count();
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  /** Reads a text. */
  text(): string {
    const bytes = this.bytes();
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      return this.#refuse("a text that is not UTF-8", cause);
    }
  }

  /** Throws `argument/invalid` unless a condition holds that every written summary meets. */
  require(holds: boolean, otherwise: string): void {
    if (!holds) this.#refuse(otherwise);
  }

  /** Throws `argument/invalid` if anything is left. */
  end(): void {
    if (this.#at !== this.#end) this.#refuse(`${this.#end - this.#at} bytes too many`);
  }

  #take(size: number): number {
    const at = this.#at;
    if (!(size <= this.#end - at)) this.#refuse(`bytes that end ${size - (this.#end - at)} too early`);
    this.#at = at + size;
    return at;
  }

  #refuse(found: string, cause?: unknown): never {
    throw new SluiceError("argument/invalid", {
      found: `${found}, where a summary "${this.#kind}" is read`,
      expected: "the unchanged bytes that such a summary wrote",
      fix: "Read bytes with the class that wrote them, in this release or a newer one; damaged ones are lost.",
      cause,
    });
  }
}
