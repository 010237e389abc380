import { checkSample } from "../../check-sample.ts";
import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";

/** Says why predictions and actual values cannot be compared (none, NaN, infinite), or `undefined`; `argument/invalid` for different lengths. */
export function checkPaired(predicted: ArrayLike<number>, actual: ArrayLike<number>): NotComputable | undefined {
  requireSameLength("predicted and actual", predicted, actual);
  return checkSample("predicted", predicted, true) ?? checkSample("actual", actual, true);
}

/** The (weighted) mean over rows of a loss of prediction and actual value; a loss may refuse a row by saying why. */
export function meanOfPairs(
  name: string,
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions,
  loss: (predicted: number, actual: number) => number,
  refuse?: (predicted: number, actual: number, row: number) => NotComputable | undefined,
): QualityValue | NotComputable {
  const unfit = checkPaired(predicted, actual);
  const weights = requireWeights(options, actual);
  if (isNotComputable(unfit)) return unfit;
  for (let i = 0; refuse !== undefined && i < actual.length; i++) {
    const refused = refuse(predicted[i] as number, actual[i] as number, i);
    if (refused !== undefined) return refused;
  }
  return meanOverRows(name, actual.length, weights, (i) => loss(predicted[i] as number, actual[i] as number));
}
