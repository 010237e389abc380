import { SluiceError } from "../../../core/errors.ts";
import { checkSample } from "../../check-sample.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireSameLength } from "../../require-argument.ts";
import { countPositives } from "../binary/labelled-scores.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { fitLogistic } from "./fit-logistic.ts";
import { requireModel } from "./require-model.ts";

/** A fitted Platt scaling, plain and safe to store as JSON: P(label 1) = 1 / (1 + exp(a·score + b)); a is below 0 where higher scores mean label 1. */
export interface PlattModel {
  /** What kind of record this is. */
  readonly kind: "platt";
  /** The version of this record. */
  readonly version: 1;
  /** Platt's A. */
  readonly a: number;
  /** Platt's B. */
  readonly b: number;
}

/**
 * Fits Platt scaling (J. Platt, 1999) with prior-corrected targets by Newton's method with backtracking (H.-T. Lin, C.-J. Lin, R. C. Weng,
 * 2007). Fit it on rows that the model has not been trained on.
 *
 * `notComputable` without rows, for NaN and infinite scores, with one class only (by weight), and when all scores are equal
 * (`constant`); labels other than 0 and 1 and negative weights are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { applyPlatt, fitPlatt, isNotComputable } from "sluice/stats";
 * const model = fitPlatt([-3, -2, -1, 1, 2, 3], [0, 0, 1, 0, 1, 1]);
 * if (isNotComputable(model)) throw new Error(model.detail);
 * const [low = 1, high = 0] = applyPlatt(JSON.parse(JSON.stringify(model)), [-3, 3]);
 * if (!(low < 0.3 && high > 0.7)) throw new Error("not a probability of the label");
 * ```
 */
export function fitPlatt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: WeightOptions = {},
): PlattModel | NotComputable {
  requireSameLength("scores and labels", scores, labels);
  countPositives(labels);
  const weights = requireWeights(options, scores);
  const unfit = checkSample("score", scores, true);
  if (unfit !== undefined) return unfit;
  const x = Float64Array.from(scores);
  let [positives, negatives] = [0, 0];
  let alike = true;
  let first: number | undefined;
  for (let i = 0; i < x.length; i++) {
    const weight = weights === undefined ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    if (labels[i] === 1) positives += weight;
    else negatives += weight;
    first ??= x[i] as number;
    alike &&= x[i] === first;
  }
  if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
  if (alike) return notComputable("constant", "all scores are equal");
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)];
  const targets = Float64Array.from({ length: x.length }, (_, i) => (labels[i] === 1 ? high : low));
  const fit = fitLogistic(x, targets, weights);
  if (isNotComputable(fit)) return fit;
  return { kind: "platt", version: 1, a: 0 - fit.slope, b: 0 - fit.intercept };
}

/** The probabilities that a {@link PlattModel} gives to scores, in [0, 1]; `argument/invalid` for a NaN or infinite score and for another record. */
export function applyPlatt(model: PlattModel, scores: ArrayLike<number>): Float64Array {
  const { a, b } = requireModel(
    model,
    "platt",
    "finite a and b",
    (found) => Number.isFinite(found.a) && Number.isFinite(found.b),
  );
  return Float64Array.from({ length: scores.length }, (_, i) => 1 / (1 + Math.exp(a * requireScore(scores, i) + b)));
}

/** The score at an index, which must be finite: calibrated values are never NaN in silence. */
export function requireScore(scores: ArrayLike<number>, index: number): number {
  const score = scores[index] as number;
  if (Number.isFinite(score)) return score;
  throw new SluiceError("argument/invalid", {
    found: `the score ${score} at index ${index}`,
    expected: "finite scores",
    fix: "Leave rows without a score out.",
  });
}
