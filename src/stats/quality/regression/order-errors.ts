import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { sortDoubles } from "../../sort-doubles.ts";
import { interpolatedQuantile } from "../../quantile.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { checkPaired } from "./paired-values.ts";

/**
 * The median absolute error: half of the predictions (of their weight) are at most this far off.
 *
 * `notComputable` without rows, for NaN and infinite values, and for errors beyond the largest double; `argument/invalid` for different
 * lengths.
 *
 * @example
 * ```ts
 * import { isNotComputable, medianAbsoluteError } from "sluice/stats";
 * const found = medianAbsoluteError([2.5, 0, 2, 80], [3, -0.5, 2, 7]);
 * if (isNotComputable(found) || found.value !== 0.5) throw new Error("one outlier does not count");
 * ```
 */
export function medianAbsoluteError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  const weights = requireWeights(options, actual);
  const errors = absoluteErrors(predicted, actual);
  if (isNotComputable(errors)) return errors;
  if (weights !== undefined) return weightedMedian(errors, weights);
  return finite(interpolatedQuantile(sortDoubles(errors), 0.5), errors.length);
}

/** The first error up to which there is half of the weight; with exactly half, the mean of it and the next. */
function weightedMedian(errors: Float64Array, weights: ArrayLike<number>): QualityValue | NotComputable {
  const order = Uint32Array.from(errors.keys())
    .filter((row) => weights[row] !== 0)
    .sort((a, b) => (errors[a] as number) - (errors[b] as number));
  const total = new ExactSum();
  for (const row of order) total.add(weights[row] as number);
  if (order.length === 0) return notComputable("zero-denominator", "all weights are 0");
  const half = total.value() / 2;
  const below = new ExactSum();
  for (const [place, row] of order.entries()) {
    below.add(weights[row] as number);
    const reached = below.value();
    if (reached < half) continue;
    const next = reached === half ? (order[place + 1] ?? row) : row;
    return finite((errors[row] as number) / 2 + (errors[next] as number) / 2, errors.length);
  }
  return finite(errors[order[order.length - 1] as number] as number, errors.length);
}

/** The largest absolute error, whatever the weights; answers as {@link medianAbsoluteError}. */
export function maxError(predicted: ArrayLike<number>, actual: ArrayLike<number>): QualityValue | NotComputable {
  const errors = absoluteErrors(predicted, actual);
  if (isNotComputable(errors)) return errors;
  let most = 0;
  for (const error of errors) most = Math.max(most, error);
  return finite(most, errors.length);
}

function absoluteErrors(predicted: ArrayLike<number>, actual: ArrayLike<number>): Float64Array | NotComputable {
  const unfit = checkPaired(predicted, actual);
  if (isNotComputable(unfit)) return unfit;
  return Float64Array.from({ length: actual.length }, (_, i) =>
    Math.abs((predicted[i] as number) - (actual[i] as number)),
  );
}

function finite(value: number, rows: number): QualityValue | NotComputable {
  return Number.isFinite(value)
    ? { value, rows }
    : notComputable("out-of-range", "an error is beyond the largest double");
}
