/** A set of finite numbers at 8 to 32 bytes each: open addressing over one typed array. NaN marks a free slot. */
export class NumberSet {
  #slots: Float64Array = new Float64Array(16).fill(Number.NaN);
  #size = 0;

  /** How many numbers it holds. */
  get size(): number {
    return this.#size;
  }

  /** Adds a number; tells whether it was new. */
  add(value: number): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const at = slotOf(this.#slots, value);
    if (this.#slots[at] === value) return false;
    this.#slots[at] = value;
    this.#size++;
    return true;
  }

  /** Tells whether it holds a number. */
  has(value: number): boolean {
    return this.#slots[slotOf(this.#slots, value)] === value;
  }

  /** Removes a number. */
  delete(value: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let free = slotOf(slots, value);
    if (slots[free] !== value) return;
    this.#size--;
    slots[free] = Number.NaN;
    // What lies behind moves up as far as its own way leads: a search ends at the first free slot (Knuth, TAOCP 3, 6.4, algorithm R).
    for (let at = (free + 1) & mask; !Number.isNaN(slots[at]); at = (at + 1) & mask) {
      const own = slots[at] ?? 0;
      if (((at - startOf(slots, own)) & mask) < ((at - free) & mask)) continue;
      slots[free] = own;
      slots[at] = Number.NaN;
      free = at;
    }
  }

  #grow(): void {
    const slots = new Float64Array(this.#slots.length * 2).fill(Number.NaN);
    for (const value of this.#slots) if (!Number.isNaN(value)) slots[slotOf(slots, value)] = value;
    this.#slots = slots;
  }
}

/** The slot of a value, or the free one where it would go. The mask keeps it inside: lengths are powers of two. */
function slotOf(slots: Float64Array, value: number): number {
  const mask = slots.length - 1;
  let at = startOf(slots, value);
  for (;;) {
    const found = slots[at] ?? Number.NaN;
    if (found === value || Number.isNaN(found)) return at;
    at = (at + 1) & mask;
  }
}

/** Where a value is looked for first. */
function startOf(slots: Float64Array, value: number): number {
  const high = Math.floor(value / 4294967296);
  let hash = Math.imul((value - high * 4294967296) | 0, 0x9e3779b1) ^ Math.imul(high | 0, 0x85ebca6b);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 7) & (slots.length - 1);
}
