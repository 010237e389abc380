import { blockSize } from "./sort-block.ts";

/** Values that wait until there are 4,096 of them; the room for them grows with their number. */
export class ValueBlock {
  #values: Float64Array = new Float64Array(64);
  #length = 0;

  /** How many values wait. */
  get length(): number {
    return this.#length;
  }

  /** Whether the block has to be emptied before anything can be added. */
  get full(): boolean {
    return this.#length === blockSize;
  }

  /** The waiting values, as a live view. */
  get values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  /** Forgets the values. */
  clear(): void {
    this.#length = 0;
  }

  /** Adds one value to a block that is not full. */
  push(value: number): void {
    if (this.#length === this.#values.length) this.#grow(this.#length + 1);
    this.#values[this.#length++] = value;
  }

  /** Adds values from `start` on, without NaN and with 0 for −0, until there are no more or the block is full; returns where it stopped. */
  fill(values: ArrayLike<number>, start: number): number {
    const end = Math.min(values.length, start + blockSize - this.#length);
    this.#grow(this.#length + end - start);
    const own = this.#values;
    let length = this.#length;
    for (let i = start; i < end; i++) {
      const value = (values[i] as number) + 0;
      if (!Number.isNaN(value)) own[length++] = value;
    }
    this.#length = length;
    return end;
  }

  #grow(least: number): void {
    let room = this.#values.length;
    if (least <= room) return;
    while (room < least) room *= 2;
    const grown = new Float64Array(room);
    grown.set(this.values);
    this.#values = grown;
  }
}
