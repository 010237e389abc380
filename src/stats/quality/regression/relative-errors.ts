import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import type { QualityValue } from "../quality-value.ts";
import type { WeightOptions } from "../row-weights.ts";
import { meanAbsoluteError } from "./mean-errors.ts";
import { meanOfPairs } from "./paired-values.ts";

/**
 * MAPE: the mean of |predicted − actual| / |actual|, as a fraction (0.1 is 10%).
 *
 * `notComputable("zero-denominator")` when an actual value is 0 (scikit-learn divides by 2⁻⁵² instead); consider
 * {@link weightedAbsolutePercentageError}. Otherwise it answers as {@link meanAbsoluteError}.
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
 * counts 0. Otherwise it answers as {@link meanAbsoluteError}.
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
 * `notComputable("zero-denominator")` when all actual values are 0. Otherwise it answers as {@link meanAbsoluteError}.
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
  const error = meanAbsoluteError(predicted, actual, options);
  if (isNotComputable(error)) return error;
  const size = meanOfPairs("mean absolute value", predicted, actual, options, (_, a) => Math.abs(a));
  if (isNotComputable(size)) return size;
  if (size.value === 0) return notComputable("zero-denominator", "all actual values are 0");
  const value = error.value / size.value;
  return Number.isFinite(value)
    ? { value, rows: error.rows }
    : notComputable("out-of-range", "beyond the largest double");
}
