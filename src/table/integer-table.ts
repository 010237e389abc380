import { cellState } from "./column.ts";

const firstSlots = 1024;

/**
 * Gives equal 32-bit integers equal codes, counted from 0 in the order of first appearance, a column at a time: a hash table whose slot is two
 * words side by side (the integer, its code plus one), so that those of some ten thousand keys stay in a processor's cache.
 */
export class IntegerTable {
  #slots: Int32Array = new Int32Array(firstSlots * 2);
  #mask: number = firstSlots - 1;
  #count = 0;

  /** Codes are in [0, count). */
  get count(): number {
    return this.#count;
  }

  /** The code of each cell, −1 where there is no value; a new integer gets the next one. */
  codeAll(values: Int32Array, states: Uint8Array | undefined): Int32Array {
    const codes = new Int32Array(values.length);
    for (let row = 0; row < codes.length; ) {
      row = this.#codeFrom(row, values, states, codes);
      if (this.#count * 2 > this.#mask) this.#grow();
    }
    return codes;
  }

  /** The code of each cell; −1 where there is no value, or where it has no code. */
  findAll(values: Int32Array, states: Uint8Array | undefined): Int32Array {
    const slots = this.#slots;
    const mask = this.#mask;
    const codes = new Int32Array(values.length);
    for (let row = 0; row < codes.length; row++) {
      if (states !== undefined && states[row] !== cellState.present) codes[row] = -1;
      else codes[row] = (slots[slotOf(slots, mask, values[row] ?? 0) + 1] ?? 0) - 1;
    }
    return codes;
  }

  /** Codes rows until the table is to grow; answers the next row. */
  #codeFrom(from: number, values: Int32Array, states: Uint8Array | undefined, codes: Int32Array): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let count = this.#count;
    let row = from;
    for (; row < codes.length && count * 2 <= mask; row++) {
      if (states !== undefined && states[row] !== cellState.present) {
        codes[row] = -1;
        continue;
      }
      const value = values[row] ?? 0;
      const slot = slotOf(slots, mask, value);
      let stored = slots[slot + 1] ?? 0;
      if (stored === 0) {
        stored = ++count;
        slots[slot] = value;
        slots[slot + 1] = stored;
      }
      codes[row] = stored - 1;
    }
    this.#count = count;
    return row;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 2) {
      const stored = old[at + 1] ?? 0;
      if (stored === 0) continue;
      const value = old[at] ?? 0;
      const slot = slotOf(slots, mask, value);
      slots[slot] = value;
      slots[slot + 1] = stored;
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}

/** Where the slot is that holds the integer, or the free one where it belongs: looked for from the upper bits of a product on (D. Knuth, 1973), which spread ids evenly. */
function slotOf(slots: Int32Array, mask: number, value: number): number {
  let slot = Math.imul(value, 0x9e3779b1) >>> Math.clz32(mask);
  while (slots[slot * 2 + 1] !== 0 && slots[slot * 2] !== value) slot = (slot + 1) & mask;
  return slot * 2;
}
