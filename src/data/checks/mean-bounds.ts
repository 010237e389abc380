import type { Check } from "../../contracts/check.ts";
import { anyColumnOf } from "../../table/table.ts";
import { NumberMeter } from "./number-meter.ts";
import { numberTags, type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * The mean of a column lies between two values: of its finite numbers, of instants as epoch ms, of booleans the share that is true.
 * `insufficientHistory` without a finite number. Throws `argument/invalid` without a bound or for bounds out of order.
 *
 * @example
 * ```ts
 * import { meanBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ km: { tag: "f64", values: Float64Array.of(10, 20) } });
 * if (meanBounds("km", { max: 14 }).judge({ batch }).value !== 15) throw new Error("fifteen on average");
 * ```
 */
export function meanBounds<const C extends string>(column: C, options: ValueBoundsOptions): Check<C> {
  return valueCheck({
    check: "mean",
    columns: [column],
    params: {},
    tags: numberTags,
    options,
    statistic: {
      pieces: () => {
        const meter = new NumberMeter();
        return {
          add: (piece) => meter.add(anyColumnOf(piece, column)),
          value: () => meter.moments()?.mean ?? "there is no finite number",
        };
      },
    },
  });
}
