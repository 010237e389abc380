import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import type { QualityValue } from "../quality-value.ts";
import type { WeightOptions } from "../row-weights.ts";
import { meanOfPairs } from "./paired-values.ts";

/**
 * The mean of predicted − actual: above 0 where predictions are too high.
 *
 * `notComputable` without rows, for NaN and infinite values, for weights that are all 0, and beyond the largest double; `argument/invalid`
 * for different lengths and negative weights. Sums are exact, so the order of rows does not matter.
 */
export function meanBias(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return meanOfPairs("mean bias", predicted, actual, options, (p, a) => p - a);
}

/**
 * The mean absolute error, in the unit of the values; answers as {@link meanBias}.
 *
 * @example
 * ```ts
 * import { isNotComputable, meanAbsoluteError } from "sluice/stats";
 * const found = meanAbsoluteError([2.5, 0, 2, 8], [3, -0.5, 2, 7]);
 * if (isNotComputable(found) || found.value !== 0.5) throw new Error("half a unit off on average");
 * ```
 */
export function meanAbsoluteError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return meanOfPairs("mean absolute error", predicted, actual, options, (p, a) => Math.abs(p - a));
}

/** The mean squared error, in squared units; answers as {@link meanBias}. */
export function meanSquaredError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return meanOfPairs("mean squared error", predicted, actual, options, (p, a) => (p - a) ** 2);
}

/** The square root of {@link meanSquaredError}, in the unit of the values. */
export function rootMeanSquaredError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return rootOf(meanSquaredError(predicted, actual, options));
}

/** The mean squared difference of ln(1 + value); `notComputable("out-of-range")` for a value of −1 or less, else as {@link meanBias}. */
export function meanSquaredLogError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  const loss = (p: number, a: number): number => (Math.log1p(p) - Math.log1p(a)) ** 2;
  return meanOfPairs("mean squared log error", predicted, actual, options, loss, (p, a, row) =>
    p > -1 && a > -1
      ? undefined
      : notComputable("out-of-range", `ln(1 + x) needs x above −1, row ${row} has ${p} predicted and ${a} actual`),
  );
}

/** The square root of {@link meanSquaredLogError}. */
export function rootMeanSquaredLogError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return rootOf(meanSquaredLogError(predicted, actual, options));
}

function rootOf(squared: QualityValue | NotComputable): QualityValue | NotComputable {
  return isNotComputable(squared) ? squared : { ...squared, value: Math.sqrt(squared.value) };
}
