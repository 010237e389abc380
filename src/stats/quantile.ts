import { type NotComputable, notComputable } from "./not-computable.ts";
import { requireFraction } from "./require-argument.ts";

/**
 * The quantile of a sample that is sorted ascending: linear between its order statistics (type 7 of R. Hyndman and Y. Fan, "Sample quantiles
 * in statistical packages", 1996; the default of numpy and R). p = 0.5 is the median.
 *
 * `notComputable` for an empty sample, one with NaN (which sorts to the end), and halfway between −∞ and ∞. Throws `argument/invalid`
 * unless p lies in [0, 1]. Sort with {@link sortDoubles}.
 *
 * @example
 * ```ts
 * import { quantileOfSorted } from "sluice/stats";
 * if (quantileOfSorted([1, 2, 3, 4], 0.5) !== 2.5) throw new Error("between the two in the middle");
 * if (quantileOfSorted([10, 20, 30], 0.25) !== 15) throw new Error("halfway between the first two");
 * ```
 */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number | NotComputable {
  requireFraction("p", p);
  if (sorted.length === 0) return notComputable("empty", "the sample is empty");
  if (Number.isNaN(sorted[sorted.length - 1])) return notComputable("nan", "the sample has a NaN at its end");
  const value = interpolatedQuantile(sorted, p);
  return Number.isNaN(value) ? notComputable("infinite", "the quantile lies between −∞ and ∞") : value;
}

/** {@link quantileOfSorted} of a sample that is known to be sorted, finite and not empty, for a p known to be in [0, 1]. */
export function interpolatedQuantile(sorted: ArrayLike<number>, p: number): number {
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const a = sorted[below] as number;
  const share = place - below;
  if (share === 0) return a;
  const b = sorted[below + 1] as number;
  if (a === b) return a;
  const step = b - a;
  if (!Number.isFinite(step)) return a * (1 - share) + b * share;
  // From the nearer end, so that the result is monotone in p and exact at both ends.
  return share < 0.5 ? a + step * share : b - step * (1 - share);
}
