import type { Check } from "../../contracts/check.ts";
import { anyColumnOf } from "../../table/table.ts";
import { NumberMeter } from "./number-meter.ts";
import { numberTags, type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * The standard deviation (divisor n − 1) of a column's finite numbers lies between two values. `insufficientHistory` for fewer than two.
 * Throws `argument/invalid` without a bound or for bounds out of order.
 *
 * @example
 * ```ts
 * import { sdBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const stuck = makeTable({ sensor: { tag: "f64", values: Float64Array.of(7, 7, 7) } });
 * if (sdBounds("sensor", { min: 0.01 }).judge({ batch: stuck }).outcome !== "fail") throw new Error("the sensor is stuck");
 * ```
 */
export function sdBounds<const C extends string>(column: C, options: ValueBoundsOptions): Check<C> {
  return valueCheck({
    check: "sd",
    columns: [column],
    params: {},
    tags: numberTags,
    options,
    statistic: {
      pieces: () => {
        const meter = new NumberMeter();
        return {
          add: (piece) => meter.add(anyColumnOf(piece, column)),
          value: () => meter.moments()?.sd ?? "there are fewer than two finite numbers",
        };
      },
    },
  });
}
