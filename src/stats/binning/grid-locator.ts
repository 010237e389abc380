import type { BinLocator, LocatorPlan } from "./locator-plan.ts";
import { cellTable, crowding } from "./cell-table.ts";

/** A plan with a uniform grid over the range; `undefined` where the range has no usable width. */
export function gridLocator(
  min: number,
  uppers: Float64Array,
  counts: readonly number[],
  cells: number,
): LocatorPlan | undefined {
  const max = uppers[uppers.length - 1] as number;
  const scale = cells / (max - min);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return undefined;
  const cellOf = (value: number): number => ((value - min) * scale) | 0;
  return {
    ...crowding(uppers, counts, cellOf),
    build: () => new GridLocator(min, uppers, scale, cellTable(uppers, cells + 2, cellOf)),
  };
}

class GridLocator implements BinLocator {
  readonly #min: number;
  readonly #uppers: Float64Array;
  readonly #scale: number;
  readonly #first: Uint16Array;

  constructor(min: number, uppers: Float64Array, scale: number, first: Uint16Array) {
    this.#min = min;
    this.#uppers = uppers;
    this.#scale = scale;
    this.#first = first;
  }

  slotOf(value: number): number {
    const uppers = this.#uppers;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    if (value >= this.#min && value <= max) {
      let bin = this.#first[((value - this.#min) * this.#scale) | 0] as number;
      while ((uppers[bin] as number) < value) bin++;
      return bin + 1;
    }
    return value < this.#min ? 0 : value > max ? bins + 1 : bins + 2;
  }

  locate(values: Float64Array, slots: Int32Array): void {
    const min = this.#min;
    const scale = this.#scale;
    const uppers = this.#uppers;
    const first = this.#first;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value >= min && value <= max) {
        let bin = first[((value - min) * scale) | 0] as number;
        while ((uppers[bin] as number) < value) bin++;
        slots[i] = bin + 1;
      } else {
        slots[i] = value < min ? 0 : value > max ? bins + 1 : bins + 2;
      }
    }
  }
}
