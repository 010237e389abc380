const firstSlots = 1024;

/**
 * Gives equal pairs of 32-bit words equal codes, counted from 0 in the order of first appearance: a hash table without an object a key. A
 * slot is four words side by side (the pair, its code plus one, nothing), so that a look-up reads one line of a processor's cache.
 */
export class WordTable {
  #slots: Int32Array = new Int32Array(firstSlots * 4);
  #mask: number = firstSlots - 1;
  #count = 0;

  /** Codes are in [0, count). */
  get count(): number {
    return this.#count;
  }

  /** The code of a pair; −1 where it has none. */
  find(low: number, high: number): number {
    return (this.#slots[this.#slotOf(low, high) + 2] ?? 0) - 1;
  }

  /** The code of a pair; a new pair gets the next one. */
  codeOf(low: number, high: number): number {
    const slot = this.#slotOf(low, high);
    const known = this.#slots[slot + 2] ?? 0;
    if (known !== 0) return known - 1;
    this.#put(slot, low, high, ++this.#count);
    if (this.#count * 2 > this.#mask) this.#grow();
    return this.#count - 1;
  }

  /** Where the slot is that holds the pair, or the free one where it belongs. */
  #slotOf(low: number, high: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    let slot = (mixed ^ (mixed >>> 13)) & mask;
    for (; slots[slot * 4 + 2] !== 0; slot = (slot + 1) & mask)
      if (slots[slot * 4] === low && slots[slot * 4 + 1] === high) break;
    return slot * 4;
  }

  #put(slot: number, low: number, high: number, stored: number): void {
    this.#slots[slot] = low;
    this.#slots[slot + 1] = high;
    this.#slots[slot + 2] = stored;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 4) {
      const stored = old[at + 2] ?? 0;
      if (stored === 0) continue;
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      this.#put(this.#slotOf(low, high), low, high, stored);
    }
  }
}
