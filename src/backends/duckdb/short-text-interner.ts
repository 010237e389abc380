/** Gives equal texts equal codes, counted from 0 in the order of first appearance. */
export interface ShortTextInterner {
  /** The code of the text at a 16-byte string cell of DuckDB (length, then up to 12 bytes in place); `long` reads a longer one. */
  code(cells: DataView, row: number, long: (row: number) => string): number;
  /** The distinct texts by code; a copy. */
  dictionary(): string[];
}

const firstSlots = 1024;

/** Makes a {@link ShortTextInterner}: texts up to 12 bytes are found by their bytes, without making strings. */
export function shortTextInterner(): ShortTextInterner {
  const texts: string[] = [];
  const longCodes = new Map<string, number>();
  let slots = new Int32Array(firstSlots).fill(-1);
  let keys = new Int32Array(firstSlots * 4);
  let used = 0;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  const slotOf = (n: number, a: number, b: number, c: number): number => {
    const mask = slots.length - 1;
    let slot =
      (Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(n, 0x27d4eb2f)) >>> 0;
    slot = (slot ^ (slot >>> 15)) & mask;
    for (;;) {
      if ((slots[slot] ?? -1) < 0) return slot;
      const at = slot * 4;
      if (keys[at] === n && keys[at + 1] === a && keys[at + 2] === b && keys[at + 3] === c) return slot;
      slot = (slot + 1) & mask;
    }
  };

  const grow = (): void => {
    const oldSlots = slots;
    const oldKeys = keys;
    slots = new Int32Array(oldSlots.length * 2).fill(-1);
    keys = new Int32Array(slots.length * 4);
    for (let old = 0; old < oldSlots.length; old++) {
      const code = oldSlots[old] ?? -1;
      if (code < 0) continue;
      const key = oldKeys.subarray(old * 4, old * 4 + 4);
      const slot = slotOf(key[0] ?? 0, key[1] ?? 0, key[2] ?? 0, key[3] ?? 0);
      slots[slot] = code;
      keys.set(key, slot * 4);
    }
  };

  const longCode = (text: string): number => {
    const known = longCodes.get(text);
    if (known !== undefined) return known;
    longCodes.set(text, texts.length);
    return texts.push(text) - 1;
  };

  return {
    code: (cells, row, long) => {
      const at = row * 16;
      const n = cells.getInt32(at, true);
      if (n > 12) return longCode(long(row));
      const a = cells.getInt32(at + 4, true);
      const b = cells.getInt32(at + 8, true);
      const c = cells.getInt32(at + 12, true);
      const slot = slotOf(n, a, b, c);
      const known = slots[slot] ?? -1;
      if (known >= 0) return known;
      const text = decoder.decode(new Uint8Array(cells.buffer, cells.byteOffset + at + 4, n));
      slots[slot] = texts.length;
      keys.set([n, a, b, c], slot * 4);
      texts.push(text);
      if (++used * 2 > slots.length) grow();
      return texts.length - 1;
    },
    dictionary: () => [...texts],
  };
}
