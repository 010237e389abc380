import type { BinLocator, LocatorPlan } from "./locator-plan.ts";
import { cellTable, crowding } from "./cell-table.ts";

/**
 * A plan with a uniform grid over the range of all but the outermost `trim` bins on either side, which an outlier would stretch; what lies
 * before and behind falls into the first and the last cell. `undefined` where the range has no usable width.
 */
export function gridLocator(
  min: number,
  uppers: Float64Array,
  counts: readonly number[],
  cells: number,
  trim: number,
): LocatorPlan | undefined {
  const from = trim === 0 ? min : (uppers[trim - 1] as number);
  const to = uppers[uppers.length - 1 - trim] as number;
  const scale = cells / (to - from);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return undefined;
  const cellOf = (value: number): number => {
    const cell = (value - from) * scale;
    return cell > 0 ? (cell < cells ? cell | 0 : cells) : 0;
  };
  return {
    ...crowding(uppers, counts, cellOf),
    build: () => new GridLocator(min, uppers, from, scale, cellTable(uppers, cells + 1, cellOf)),
  };
}

class GridLocator implements BinLocator {
  readonly #min: number;
  readonly #uppers: Float64Array;
  readonly #from: number;
  readonly #scale: number;
  readonly #first: Uint16Array;

  constructor(min: number, uppers: Float64Array, from: number, scale: number, first: Uint16Array) {
    this.#min = min;
    this.#uppers = uppers;
    this.#from = from;
    this.#scale = scale;
    this.#first = first;
  }

  slotOf(value: number): number {
    const uppers = this.#uppers;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    if (value >= this.#min && value <= max) {
      const first = this.#first;
      const cells = first.length - 1;
      const cell = (value - this.#from) * this.#scale;
      let bin = first[cell > 0 ? (cell < cells ? cell | 0 : cells) : 0] as number;
      while ((uppers[bin] as number) < value) bin++;
      return bin + 1;
    }
    return value < this.#min ? 0 : value > max ? bins + 1 : bins + 2;
  }

  locate(values: Float64Array, slots: Int32Array): void {
    const min = this.#min;
    const from = this.#from;
    const scale = this.#scale;
    const uppers = this.#uppers;
    const first = this.#first;
    const cells = first.length - 1;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value >= min && value <= max) {
        const cell = (value - from) * scale;
        let bin = first[cell > 0 ? (cell < cells ? cell | 0 : cells) : 0] as number;
        while ((uppers[bin] as number) < value) bin++;
        slots[i] = bin + 1;
      } else {
        slots[i] = value < min ? 0 : value > max ? bins + 1 : bins + 2;
      }
    }
  }
}
