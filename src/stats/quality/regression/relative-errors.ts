import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { checkPaired, meanOfPairs } from "./paired-values.ts";

/**
 * MAPE: the mean of |predicted − actual| / |actual|, as a fraction (0.1 is 10%).
 *
 * `notComputable("zero-denominator")` when an actual value is 0 (scikit-learn divides by 2⁻⁵² instead); consider
 * {@link weightedAbsolutePercentageError}. Otherwise it answers as `meanAbsoluteError`.
 */
export function meanAbsolutePercentageError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  const loss = (p: number, a: number): number => Math.abs(p - a) / Math.abs(a);
  return meanOfPairs("mean absolute percentage error", predicted, actual, options, loss, (_, a, row) =>
    a === 0 ? notComputable("zero-denominator", `the actual value of row ${row} is 0`) : undefined,
  );
}

/** The term of sMAPE of one row, in [0, 2]. */
export function symmetricTerm(p: number, a: number): number {
  const error = Math.abs(p - a);
  return error === 0 ? 0 : 2 * (error / (Math.abs(p) + Math.abs(a)));
}

/**
 * sMAPE: the mean of 2·|predicted − actual| / (|predicted| + |actual|), a fraction in [0, 2] (S. Makridakis, 1993); a row where both are 0
 * counts 0. Otherwise it answers as `meanAbsoluteError`.
 */
export function symmetricMeanAbsolutePercentageError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return meanOfPairs("symmetric mean absolute percentage error", predicted, actual, options, symmetricTerm);
}

/**
 * WAPE: Σ|predicted − actual| / Σ|actual|, a fraction: robust to single values at 0 (S. Kolassa, W. Schütz, 2007).
 *
 * `notComputable("zero-denominator")` when all actual values are 0. Otherwise it answers as `meanAbsoluteError`.
 *
 * @example
 * ```ts
 * import { isNotComputable, meanAbsolutePercentageError, weightedAbsolutePercentageError } from "sluice/stats";
 * const [predicted, actual] = [[1, 9, 12], [0, 10, 10]];
 * const wape = weightedAbsolutePercentageError(predicted, actual);
 * if (isNotComputable(wape) || wape.value !== 0.2) throw new Error("4 of 20");
 * if (!isNotComputable(meanAbsolutePercentageError(predicted, actual))) throw new Error("an actual value is 0");
 * ```
 */
export function weightedAbsolutePercentageError(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  const unfit = checkPaired(predicted, actual);
  const weights = requireWeights(options, actual);
  if (isNotComputable(unfit)) return unfit;
  const error = new ExactSum();
  const size = new ExactSum();
  for (let i = 0; i < actual.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    error.add(weight * Math.abs((predicted[i] as number) - (actual[i] as number)));
    size.add(weight * Math.abs(actual[i] as number));
  }
  if (size.count === 0) return notComputable("zero-denominator", "all weights are 0");
  return shareOfSums(error.value(), size.value(), actual.length);
}

/** Σ|error| / Σ|actual|, where there is one and it is a double. */
export function shareOfSums(error: number, size: number, rows: number): QualityValue | NotComputable {
  if (size === 0) return notComputable("zero-denominator", "all actual values are 0");
  const value = error / size;
  return Number.isFinite(value) && Number.isFinite(size)
    ? { value, rows }
    : notComputable("out-of-range", "a sum is beyond the largest double");
}
