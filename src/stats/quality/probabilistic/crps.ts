import { checkSample } from "../../check-sample.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { sortDoubles } from "../../sort-doubles.ts";
import { erf } from "../../special/erfc.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";

/** Which estimate {@link crpsEnsemble} is. */
export interface CrpsEnsembleOptions extends WeightOptions {
  /** Members are a sample of the predicted distribution, and what a small sample costs is taken out (C. Ferro, 2014). @default false: members are the distribution */
  readonly fair?: boolean;
}

/**
 * The continuous ranked probability score of predicted ensembles, in the unit of the values: the mean absolute error for distributions
 * (J. Matheson, R. Winkler, 1976): E|X − y| − ½·E|X − X′|.
 *
 * @param members - Rows × members, row after row; as many members in each row.
 *
 * `notComputable` without rows, for NaN and infinite values, with one member a row if `fair`, and beyond the largest double;
 * `argument/invalid` when the sizes do not fit and for negative weights.
 *
 * @example
 * ```ts
 * import { crpsEnsemble, isNotComputable } from "sluice/stats";
 * const found = crpsEnsemble([1, 3], [2]);
 * if (isNotComputable(found) || found.value !== 0.5) throw new Error("1 − ½·1");
 * ```
 */
export function crpsEnsemble(
  members: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: CrpsEnsembleOptions = {},
): QualityValue | NotComputable {
  const weights = requireWeights(options, actual);
  const rows = actual.length;
  const size = rows === 0 ? 0 : Math.floor(members.length / rows);
  requireSameLength("members and rows × members", members, { length: rows * size });
  const unfit = checkSample("actual", actual, true) ?? checkSample("member", members, true);
  if (unfit !== undefined) return unfit;
  if (options.fair === true && size < 2) return notComputable("too-few", "a fair score needs two members");
  const pairs = options.fair === true ? size * (size - 1) : size * size;
  return meanOverRows("CRPS", rows, weights, (row) => {
    const errors = new Float64Array(size);
    for (let j = 0; j < size; j++) errors[j] = (members[row * size + j] as number) - (actual[row] as number);
    let distance = 0;
    let spread = 0;
    sortDoubles(errors).forEach((error, j) => {
      distance += Math.abs(error);
      spread += (2 * j + 1 - size) * error;
    });
    return distance / size - spread / pairs;
  });
}

/**
 * The continuous ranked probability score of predicted normal distributions (T. Gneiting, A. Raftery, 2005), in the unit of the values.
 * A standard deviation of 0 is a certain prediction, whose score is the absolute error.
 *
 * `notComputable` without rows, for NaN and infinite values, and for a negative standard deviation; `argument/invalid` for different
 * lengths and negative weights.
 */
export function crpsNormal(
  means: ArrayLike<number>,
  standardDeviations: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  requireSameLength("means and actual", means, actual);
  requireSameLength("standardDeviations and actual", standardDeviations, actual);
  const weights = requireWeights(options, actual);
  const unfit =
    checkSample("actual", actual, true) ??
    checkSample("mean", means, true) ??
    checkSample("standard deviation", standardDeviations, true);
  if (unfit !== undefined) return unfit;
  for (let i = 0; i < actual.length; i++) {
    const deviation = standardDeviations[i] as number;
    if (deviation < 0) return notComputable("out-of-range", `the standard deviation of row ${i} is ${deviation}`);
  }
  return meanOverRows("CRPS", actual.length, weights, (row) => {
    const deviation = standardDeviations[row] as number;
    const error = Math.abs((actual[row] as number) - (means[row] as number));
    const z = error / deviation;
    // Far out, and for a certain prediction, the error itself but for a constant.
    if (!(z < 40)) return Math.max(0, error - deviation / Math.sqrt(Math.PI));
    const density = Math.exp((-z * z) / 2) * Math.sqrt(2 / Math.PI);
    return error * erf(z / Math.SQRT2) + deviation * (density - 1 / Math.sqrt(Math.PI));
  });
}
