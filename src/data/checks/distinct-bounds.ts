import type { Check } from "../../contracts/check.ts";
import { anyColumnOf } from "../../table/table.ts";
import { valueCounts } from "./value-counts.ts";
import { type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * The number of distinct values of a column, exact, lies between two numbers; null and absent cells do not count.
 * `insufficientHistory` without a value. Throws `argument/invalid` without a bound or for bounds out of order.
 *
 * @example
 * ```ts
 * import { distinctBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ depot: { tag: "f64", values: Float64Array.of(1, 1, 1) } });
 * if (distinctBounds("depot", { min: 2 }).judge({ batch }).outcome !== "fail") throw new Error("one depot only");
 * ```
 */
export function distinctBounds<const C extends string>(column: C, options: ValueBoundsOptions): Check<C> {
  return valueCheck({
    check: "distinct",
    columns: [column],
    params: {},
    options,
    statistic: { whole: (batch) => valueCounts(anyColumnOf(batch, column)).length || "no row holds a value" },
  });
}
