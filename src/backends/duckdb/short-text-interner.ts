/** Gives equal texts equal codes, counted from 0 in the order of first appearance. */
export interface ShortTextInterner {
  /** The code of the text at a 16-byte string cell of DuckDB (length, then up to 12 bytes in place); `long` reads a longer one. */
  code(cells: DataView, row: number, long: (row: number) => string): number;
  /** The distinct texts by code; a copy. */
  dictionary(): string[];
}

/** Makes a {@link ShortTextInterner}: texts up to 12 bytes are found by their bytes, without making strings. */
export function shortTextInterner(): ShortTextInterner {
  const texts: string[] = [];
  const longCodes = new Map<string, number>();
  const shortCodes = new CellTable();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  const longCode = (text: string): number => {
    const known = longCodes.get(text);
    if (known !== undefined) return known;
    longCodes.set(text, texts.length);
    return texts.push(text) - 1;
  };

  return {
    code: (cells, row, long) => {
      const at = row * 16;
      const length = cells.getInt32(at, true);
      if (length > 12) return longCode(long(row));
      const a = cells.getInt32(at + 4, true);
      const b = cells.getInt32(at + 8, true);
      const c = cells.getInt32(at + 12, true);
      const code = shortCodes.codeOf(length, a, b, c, texts.length);
      if (code === texts.length)
        texts.push(decoder.decode(new Uint8Array(cells.buffer, cells.byteOffset + at + 4, length)));
      return code;
    },
    dictionary: () => [...texts],
  };
}

const firstSlots = 1024;

/** A hash table from four 32-bit words to a code: open addressing, at most half full. */
class CellTable {
  #codes = new Int32Array(firstSlots).fill(-1);
  #keys = new Int32Array(firstSlots * 4);
  #used = 0;

  /** The code of a key; one that is new gets `next`. */
  codeOf(n: number, a: number, b: number, c: number, next: number): number {
    const slot = this.#slotOf(n, a, b, c);
    const known = this.#codes[slot] ?? -1;
    if (known >= 0) return known;
    this.#put(slot, n, a, b, c, next);
    if (++this.#used * 2 > this.#codes.length) this.#grow();
    return next;
  }

  #put(slot: number, n: number, a: number, b: number, c: number, code: number): void {
    const at = slot * 4;
    this.#codes[slot] = code;
    this.#keys[at] = n;
    this.#keys[at + 1] = a;
    this.#keys[at + 2] = b;
    this.#keys[at + 3] = c;
  }

  /** The slot that holds the key, or the free one where it belongs. */
  #slotOf(n: number, a: number, b: number, c: number): number {
    const keys = this.#keys;
    const mask = this.#codes.length - 1;
    const mixed =
      Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(n, 0x27d4eb2f);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while ((this.#codes[slot] ?? -1) >= 0) {
      const at = slot * 4;
      if (keys[at] === n && keys[at + 1] === a && keys[at + 2] === b && keys[at + 3] === c) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const codes = this.#codes;
    const keys = this.#keys;
    this.#codes = new Int32Array(codes.length * 2).fill(-1);
    this.#keys = new Int32Array(keys.length * 2);
    codes.forEach((code, old) => {
      if (code < 0) return;
      const [n = 0, a = 0, b = 0, c = 0] = keys.subarray(old * 4, old * 4 + 4);
      this.#put(this.#slotOf(n, a, b, c), n, a, b, c, code);
    });
  }
}
