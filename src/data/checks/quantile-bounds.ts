import type { Check } from "../../contracts/check.ts";
import { interpolatedQuantile } from "../../stats/quantile.ts";
import { sortOwnDoubles } from "../../stats/sort-doubles.ts";
import { anyColumnOf } from "../../table/table.ts";
import { finiteNumbers } from "./column-doubles.ts";
import { requireShare } from "./require-option.ts";
import { numberTags, type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * A quantile of a column's finite numbers lies between two values; p = 0.5 is the median (linear between order statistics, type 7 of
 * R. Hyndman and Y. Fan, 1996). `insufficientHistory` without a finite number. Throws `argument/invalid` unless p lies in [0, 1].
 *
 * @example
 * ```ts
 * import { quantileBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ km: { tag: "f64", values: Float64Array.of(1, 2, 3, 1000) } });
 * if (quantileBounds("km", 0.5, { max: 10 }).judge({ batch }).value !== 2.5) throw new Error("the median is 2.5");
 * ```
 */
export function quantileBounds<const C extends string>(column: C, p: number, options: ValueBoundsOptions): Check<C> {
  requireShare("p", p);
  return valueCheck({
    check: "quantile",
    columns: [column],
    params: { p },
    tags: numberTags,
    options,
    statistic: {
      whole: (batch) => {
        const values = finiteNumbers(anyColumnOf(batch, column));
        return values.length === 0
          ? "there is no finite number"
          : interpolatedQuantile(sortOwnDoubles(values.slice()), p);
      },
    },
  });
}
