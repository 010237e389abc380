import { MomentsAccumulator } from "../../stats/moments/moments-accumulator.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import { type Column, isListColumn } from "../../table/column.ts";
import { finiteNumbers } from "./column-doubles.ts";
import type { NumberMoments } from "./number-moments.ts";

/** Measures the finite numbers of a column that comes piece by piece; by exact sums, so that it does not matter how it is cut. */
export class NumberMeter {
  readonly #moments: MomentsAccumulator = new MomentsAccumulator();
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Takes the next cells: of a text its length in code points; JSON and lists count for none. */
  add(column: Column): void {
    if (column.tag === "json" || isListColumn(column)) return;
    const values = finiteNumbers(column);
    this.#moments.addAll(values);
    let min = this.#min;
    let max = this.#max;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min = min;
    this.#max = max;
  }

  /** What was measured; `undefined` without a finite number, no `sd` for fewer than two and where it is beyond the largest double. */
  moments(): NumberMoments | undefined {
    const mean = this.#moments.mean();
    if (isNotComputable(mean)) return undefined;
    const summary = this.#moments.summary();
    const sd = isNotComputable(summary) ? undefined : Math.sqrt(summary.variance);
    // Plus zero: neither −0 nor 0 comes first.
    return { n: this.#moments.n, mean, sd, min: this.#min + 0, max: this.#max + 0 };
  }
}
