import { checksum } from "./checksum.ts";

const utf8 = new TextEncoder();

/**
 * Writes the bytes of a mergeable summary: four letters that name its kind, a version, the body in little-endian order, a checksum.
 * Read them with {@link SummaryReader}.
 */
export class SummaryWriter {
  #bytes: Uint8Array = new Uint8Array(256);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  /**
   * @param kind - Four ASCII letters.
   * @param version - The version of the body's layout, from 1 to 255.
   */
  constructor(kind: string, version: number) {
    for (let i = 0; i < 4; i++) this.u8(kind.charCodeAt(i));
    this.u8(version);
  }

  /** Writes a whole number from 0 to 255. */
  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }

  /** Writes a whole number from 0 to 2^32 − 1. */
  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }

  /** Writes a whole number from 0 to 2^53 − 1 in one to eight bytes, seven bits a byte, the lowest first. */
  count(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.u8((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    this.u8(rest);
  }

  /** Writes a double, bit for bit. */
  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Writes how many doubles there are, and the doubles. */
  f64s(values: ArrayLike<number>): void {
    this.count(values.length);
    let at = this.#room(8 * values.length);
    for (let i = 0; i < values.length; i++, at += 8) this.#view.setFloat64(at, values[i] as number, true);
  }

  /** Writes how many bytes there are, and the bytes. */
  bytes(values: Uint8Array): void {
    this.count(values.length);
    const at = this.#room(values.length);
    this.#bytes.set(values, at);
  }

  /** Writes a text as UTF-8 behind its length in bytes. */
  text(value: string): void {
    this.bytes(utf8.encode(value));
  }

  /** The finished bytes, checksum included. */
  finish(): Uint8Array {
    this.u32(checksum(this.#bytes.subarray(0, this.#length)));
    return this.#bytes.slice(0, this.#length);
  }

  /** The place of the next bytes. It may move `#bytes` and `#view`, so it is asked for before either is looked at. */
  #room(size: number): number {
    const at = this.#length;
    this.#length += size;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }
}
