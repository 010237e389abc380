import { coMoment } from "../../moments/co-moment.ts";
import { MomentsAccumulator } from "../../moments/moments-accumulator.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireCount } from "../../require-argument.ts";
import { roundRatio } from "../../sums/double-units.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { checkPaired } from "./paired-values.ts";

/** For how many predictors {@link adjustedRSquared} adjusts. */
export interface AdjustedRSquaredOptions extends WeightOptions {
  /** Parameters of the model besides the intercept, at least 0. */
  readonly predictors: number;
}

/**
 * R², the coefficient of determination: 1 − Σ(actual − predicted)² / Σ(actual − mean)². 1 is perfect, 0 is no better than the mean of the
 * actual values, below 0 is worse.
 *
 * `notComputable` with fewer than two rows, when all actual values are equal (scikit-learn answers 0 or 1), for NaN and infinite values;
 * `argument/invalid` for different lengths and negative weights.
 *
 * @example
 * ```ts
 * import { isNotComputable, rSquared } from "sluice/stats";
 * const found = rSquared([2.5, 0, 2, 8], [3, -0.5, 2, 7]);
 * if (isNotComputable(found) || Math.abs(found.value - 0.9486081370449679) > 1e-12) throw new Error("not 95% explained");
 * ```
 */
export function rSquared(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return explained(predicted, actual, options, false);
}

/**
 * The explained variance: as {@link rSquared}, but blind to a constant bias: 1 − Var(actual − predicted) / Var(actual).
 */
export function explainedVariance(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return explained(predicted, actual, options, true);
}

/**
 * R² adjusted for the number of predictors: 1 − (1 − R²)(n − 1)/(n − predictors − 1) (M. Ezekiel, 1930). `notComputable("too-few")` unless
 * there are at least predictors + 2 rows; otherwise it answers as {@link rSquared}.
 */
export function adjustedRSquared(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: AdjustedRSquaredOptions,
): QualityValue | NotComputable {
  const predictors = requireCount("predictors", options?.predictors);
  const plain = rSquared(predicted, actual, options);
  if (isNotComputable(plain)) return plain;
  const { rows } = plain;
  if (rows < predictors + 2) return notComputable("too-few", `${rows} rows for ${predictors} predictors`);
  return { value: 1 - ((1 - plain.value) * (rows - 1)) / (rows - predictors - 1), rows };
}

function explained(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions,
  centred: boolean,
): QualityValue | NotComputable {
  const unfit = checkPaired(predicted, actual);
  const weights = requireWeights(options, actual);
  if (isNotComputable(unfit)) return unfit;
  const rows = actual.length;
  const errors = Float64Array.from({ length: rows }, (_, i) => (predicted[i] as number) - (actual[i] as number));
  if (weights !== undefined) return weightedShare(errors, actual, weights, centred);
  const sums = [new MomentsAccumulator(), new MomentsAccumulator()] as const;
  sums[0].addAll(Float64Array.from(actual));
  sums[1].addAll(errors);
  const value = explainedShare(...sums, centred);
  return isNotComputable(value) ? value : { value, rows };
}

/** 1 − Σerror² / Σ(actual − mean)², or of the errors around their mean, from exact sums: rounded once. */
export function explainedShare(
  actual: MomentsAccumulator,
  errors: MomentsAccumulator,
  centred: boolean,
): number | NotComputable {
  const { n } = actual;
  if (n < 2) return notComputable("too-few", "one row has no variance");
  if (errors.finite < n) return notComputable("out-of-range", "an error is beyond the largest double");
  const a = actual.units();
  const e = errors.units();
  const spread = coMoment(n, a.sum, a.sum, a.squares);
  if (spread === 0n) return notComputable("constant", "all actual values are equal");
  const bias = centred ? e.sum : 0n;
  return finite(roundRatio(spread - coMoment(n, bias, bias, e.squares), spread, 0));
}

/** The same with weights, in doubles: deviations are brought near 1, so that no square overflows or vanishes. */
function weightedShare(
  errors: Float64Array,
  actual: ArrayLike<number>,
  weights: ArrayLike<number>,
  centred: boolean,
): QualityValue | NotComputable {
  const rows = errors.length;
  if (rows < 2) return notComputable("too-few", "one row has no variance");
  const mean = (of: (row: number) => number): number | NotComputable => {
    const found = meanOverRows("mean", rows, weights, of);
    return isNotComputable(found) ? found : found.value;
  };
  const middle = mean((row) => actual[row] as number);
  if (isNotComputable(middle)) return middle;
  const bias = centred ? mean((row) => errors[row] as number) : 0;
  if (isNotComputable(bias)) return bias;
  if (constant(actual, weights)) return notComputable("constant", "all actual values are equal");
  let scale = 0;
  for (let i = 0; i < rows; i++)
    if (weights[i] !== 0) scale = Math.max(scale, Math.abs((actual[i] as number) - middle));
  const spread = mean((row) => (((actual[row] as number) - middle) / scale) ** 2);
  if (isNotComputable(spread)) return spread;
  const left = mean((row) => (((errors[row] as number) - bias) / scale) ** 2);
  if (isNotComputable(left)) return left;
  const value = finite(1 - left / spread);
  return isNotComputable(value) ? value : { value, rows };
}

function finite(value: number): number | NotComputable {
  return Number.isFinite(value) ? value : notComputable("out-of-range", "R² is beyond the largest double");
}

/** Whether all values that count are the same: their mean may be off by a rounding, and the variance then not 0. */
function constant(values: ArrayLike<number>, weights: ArrayLike<number>): boolean {
  let first: number | undefined;
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue;
    first ??= values[i] as number;
    if (values[i] !== first) return false;
  }
  return true;
}
