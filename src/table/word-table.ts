const firstSlots = 1024;

/** Gives equal pairs of 32-bit words equal codes, counted from 0 in the order of first appearance: a hash table without an object a key. */
export class WordTable {
  #codes: Int32Array = new Int32Array(firstSlots);
  #words: Int32Array = new Int32Array(firstSlots * 2);
  #mask: number = firstSlots - 1;
  #count = 0;

  /** Codes are in [0, count). */
  get count(): number {
    return this.#count;
  }

  /** The code of a pair; −1 where it has none. */
  find(low: number, high: number): number {
    return (this.#codes[this.#slotOf(low, high)] ?? 0) - 1;
  }

  /** The code of a pair; a new pair gets the next one. */
  codeOf(low: number, high: number): number {
    const slot = this.#slotOf(low, high);
    const known = this.#codes[slot] ?? 0;
    if (known !== 0) return known - 1;
    this.#codes[slot] = ++this.#count;
    this.#words[slot * 2] = low;
    this.#words[slot * 2 + 1] = high;
    if (this.#count * 2 > this.#mask) this.#grow();
    return this.#count - 1;
  }

  /** The slot that holds the pair, or the free one where it belongs; a slot holds a code plus one, 0 is free. */
  #slotOf(low: number, high: number): number {
    const codes = this.#codes;
    const words = this.#words;
    const mask = this.#mask;
    let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    let slot = (mixed ^ (mixed >>> 13)) & mask;
    while (codes[slot] !== 0 && (words[slot * 2] !== low || words[slot * 2 + 1] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const codes = this.#codes;
    const words = this.#words;
    this.#codes = new Int32Array(codes.length * 2);
    this.#words = new Int32Array(words.length * 2);
    this.#mask = codes.length * 2 - 1;
    for (let old = 0; old < codes.length; old++) {
      if (codes[old] === 0) continue;
      const low = words[old * 2] ?? 0;
      const high = words[old * 2 + 1] ?? 0;
      const slot = this.#slotOf(low, high);
      this.#codes[slot] = codes[old] ?? 0;
      this.#words[slot * 2] = low;
      this.#words[slot * 2 + 1] = high;
    }
  }
}
