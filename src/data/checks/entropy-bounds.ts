import type { Check } from "../../contracts/check.ts";
import type { Column } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";
import { valueCounts } from "./value-counts.ts";
import { type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * The entropy of a column's values lies between two numbers of bits: −Σ p·log₂ p over the shares of its distinct values (C. E. Shannon,
 * 1948); 0 where all are equal, log₂ k for k values of equal share. Null and absent cells do not count.
 * `insufficientHistory` without a value. Throws `argument/invalid` without a bound or for bounds out of order.
 *
 * @example
 * ```ts
 * import { entropyBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const batch = makeTable({ side: { tag: "bool", values: Uint8Array.of(0, 1, 0, 1) } });
 * if (entropyBounds("side", { min: 0.5 }).judge({ batch }).value !== 1) throw new Error("a fair coin has one bit");
 * ```
 */
export function entropyBounds<const C extends string>(column: C, options: ValueBoundsOptions): Check<C> {
  return valueCheck({
    check: "entropy",
    columns: [column],
    params: {},
    options,
    statistic: { whole: (batch) => entropy(anyColumnOf(batch, column)) },
  });
}

function entropy(column: Column): number | string {
  const counts = valueCounts(column);
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return "no row holds a value";
  return counts.reduce((sum, count) => sum - (count / all) * Math.log2(count / all), 0);
}
