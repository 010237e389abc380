import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOpenFraction } from "../../require-argument.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import { checkProbabilities, type LogLossOptions } from "../probabilistic/probability-losses.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import type { ClassLabel } from "./class-label.ts";
import { type ClassScores, type ClassScoresOptions, classScores } from "./class-scores.ts";

/** Sums of a row's probabilities may miss 1 by this much: what 32-bit outputs of many classes lose. */
const sumSlack = 1e-4;

/**
 * The mean logarithmic loss of the probabilities of the actual classes, in nats.
 *
 * @param probabilities - Rows × classes, row after row; each row sums to 1.
 *
 * `notComputable` without rows, with a NaN, for values outside [0, 1] and rows that do not sum to 1 (scikit-learn warns);
 * `argument/invalid` when sizes do not fit and for a class without a column.
 *
 * @example
 * ```ts
 * import { isNotComputable, multiclassLogLoss } from "sluice/stats";
 * const loss = multiclassLogLoss([0.7, 0.2, 0.1, 0.25, 0.25, 0.5], ["a", "c"], { labels: ["a", "b", "c"] });
 * if (isNotComputable(loss) || Math.abs(loss.value + Math.log(0.35) / 2) > 1e-12) throw new Error("ln 0.7 and ln 0.5");
 * ```
 */
export function multiclassLogLoss(
  probabilities: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: ClassScoresOptions & LogLossOptions = {},
): QualityValue | NotComputable {
  const clip = requireOpenFraction("clip", options.clip ?? Number.EPSILON);
  const weights = requireWeights(options, actual);
  const checked = classProbabilities(probabilities, actual, options);
  if (isNotComputable(checked)) return checked;
  const { classes, truth } = checked;
  return meanOverRows("log loss", truth.length, weights, (row) => {
    const p = probabilities[row * classes + (truth[row] as number)] as number;
    return -Math.log(p < clip ? clip : p) + 0;
  });
}

/**
 * Brier's score over all classes: the mean over rows of Σ (pₖ − [class is k])², in [0, 2] (G. W. Brier, 1950): for two classes twice
 * {@link brierScore}. Arguments and answers as {@link multiclassLogLoss}.
 */
export function multiclassBrierScore(
  probabilities: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: ClassScoresOptions & WeightOptions = {},
): QualityValue | NotComputable {
  const weights = requireWeights(options, actual);
  const checked = classProbabilities(probabilities, actual, options);
  if (isNotComputable(checked)) return checked;
  const { classes, truth } = checked;
  return meanOverRows("Brier score", truth.length, weights, (row) => {
    let sum = 0;
    for (let j = 0; j < classes; j++) {
      sum += ((probabilities[row * classes + j] as number) - (j === truth[row] ? 1 : 0)) ** 2;
    }
    return sum;
  });
}

function classProbabilities(
  probabilities: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: ClassScoresOptions,
): ClassScores | NotComputable {
  const checked = classScores(probabilities, actual, options);
  if (isNotComputable(checked)) return checked;
  const unfit = checkProbabilities(probabilities);
  if (unfit !== undefined) return unfit;
  for (let row = 0; row < actual.length; row++) {
    let sum = 0;
    for (let j = 0; j < checked.classes; j++) sum += probabilities[row * checked.classes + j] as number;
    if (Math.abs(sum - 1) > sumSlack) return notComputable("out-of-range", `row ${row} sums to ${sum}, not to 1`);
  }
  return checked;
}
