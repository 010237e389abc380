import { lowerBound } from "../../core/lower-bound.ts";
import type { BinLocator } from "./locator-plan.ts";

/** Finds slots by halving: as many steps for every value, whatever the edges. */
export function searchLocator(min: number, uppers: Float64Array): BinLocator {
  return new SearchLocator(min, uppers);
}

class SearchLocator implements BinLocator {
  readonly #min: number;
  readonly #uppers: Float64Array;

  constructor(min: number, uppers: Float64Array) {
    this.#min = min;
    this.#uppers = uppers;
  }

  slotOf(value: number): number {
    const uppers = this.#uppers;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    if (value >= this.#min && value <= max) return lowerBound(uppers, value, 0, bins - 1) + 1;
    return value < this.#min ? 0 : value > max ? bins + 1 : bins + 2;
  }

  locate(values: Float64Array, slots: Int32Array): void {
    const min = this.#min;
    const uppers = this.#uppers;
    const bins = uppers.length;
    const max = uppers[bins - 1] as number;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value >= min && value <= max) {
        slots[i] = lowerBound(uppers, value, 0, bins - 1) + 1;
      } else {
        slots[i] = value < min ? 0 : value > max ? bins + 1 : bins + 2;
      }
    }
  }
}
