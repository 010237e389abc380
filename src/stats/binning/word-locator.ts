import type { BinLocator, LocatorPlan } from "./locator-plan.ts";
import { cellTable, crowding } from "./cell-table.ts";

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** The upper half of a double as a whole number of the same order (on a little-endian machine, as every JavaScript engine runs on). */
function orderedWord(value: number): number {
  double[0] = value;
  const word = words[1] as number;
  return word ^ ((word >> 31) >>> 1);
}

/** A plan with a grid over the upper halves of doubles: even in the logarithm, with as many cells as are allowed. */
export function wordLocator(
  min: number,
  uppers: Float64Array,
  counts: readonly number[],
  cells: number,
): LocatorPlan | undefined {
  const lowest = orderedWord(min);
  const highest = orderedWord(uppers[uppers.length - 1] as number);
  let shift = 0;
  while ((highest >> shift) - (lowest >> shift) > cells) shift++;
  // One cell more below: −0 comes just before 0.
  const base = (lowest >> shift) - 1;
  const cellOf = (value: number): number => (orderedWord(value) >> shift) - base;
  return {
    ...crowding(uppers, counts, cellOf),
    build: () => new WordLocator(min, uppers, shift, base, cellTable(uppers, (highest >> shift) - base + 1, cellOf)),
  };
}

class WordLocator implements BinLocator {
  readonly #min: number;
  readonly #uppers: Float64Array;
  readonly #shift: number;
  readonly #base: number;
  readonly #first: Uint16Array;

  constructor(min: number, uppers: Float64Array, shift: number, base: number, first: Uint16Array) {
    this.#min = min;
    this.#uppers = uppers;
    this.#shift = shift;
    this.#base = base;
    this.#first = first;
  }

  slotOf(value: number): number {
    const uppers = this.#uppers;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    if (value >= this.#min && value <= max) {
      let bin = this.#first[(orderedWord(value) >> this.#shift) - this.#base] as number;
      while ((uppers[bin] as number) < value) bin++;
      return bin + 1;
    }
    return value < this.#min ? 0 : value > max ? bins + 1 : bins + 2;
  }

  locate(values: Float64Array, slots: Int32Array): void {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
    const min = this.#min;
    const shift = this.#shift;
    const base = this.#base;
    const uppers = this.#uppers;
    const first = this.#first;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value >= min && value <= max) {
        const word = halves[2 * i + 1] as number;
        let bin = first[((word ^ ((word >> 31) >>> 1)) >> shift) - base] as number;
        while ((uppers[bin] as number) < value) bin++;
        slots[i] = bin + 1;
      } else {
        slots[i] = value < min ? 0 : value > max ? bins + 1 : bins + 2;
      }
    }
  }
}
