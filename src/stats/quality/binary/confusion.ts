import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireFinite, requireSameLength } from "../../require-argument.ts";
import { ExactSum } from "../../sums/exact-sum.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import { countPositives } from "./labelled-scores.ts";

/** Decisions against labels, counted. Counts of parts add up to the counts of the whole. */
export interface Confusion {
  /** Called positive, label 1. */
  readonly truePositives: number;
  /** Called positive, label 0. */
  readonly falsePositives: number;
  /** Called negative, label 0. */
  readonly trueNegatives: number;
  /** Called negative, label 1. */
  readonly falseNegatives: number;
}

/** Where {@link confusionAt} cuts. */
export interface ThresholdOptions extends WeightOptions {
  /** A row is called positive when its score is at least this. Always stated: no threshold is right by default. ±Infinity calls none or all. */
  readonly threshold: number;
}

/**
 * Counts decisions at a stated threshold: a row is called positive when its score is at least `threshold`. With `weights` the counts are
 * sums of weights.
 *
 * `notComputable` without rows or with a NaN score; labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { confusionAt, confusionMetrics, isNotComputable } from "sluice/stats";
 * const counts = confusionAt([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0], { threshold: 0.5 });
 * if (isNotComputable(counts) || confusionMetrics(counts).precision !== 0.5) throw new Error("one of two calls is right");
 * ```
 */
export function confusionAt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ThresholdOptions,
): Confusion | NotComputable {
  const threshold = requireThreshold(options?.threshold);
  requireSameLength("scores and labels", scores, labels);
  const weights = requireWeights(options, scores);
  const positives = countPositives(labels);
  if (scores.length === 0) return notComputable("empty", "there are no rows");
  for (let i = 0; i < scores.length; i++) {
    if (Number.isNaN(scores[i])) return notComputable("nan", `the score at index ${i} is NaN`);
  }
  if (weights !== undefined) return weighted(scores, labels, threshold, weights);
  let truePositives = 0;
  let falsePositives = 0;
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) < threshold) continue;
    if (labels[i] === 1) truePositives++;
    else falsePositives++;
  }
  const trueNegatives = scores.length - positives - falsePositives;
  return { truePositives, falsePositives, trueNegatives, falseNegatives: positives - truePositives };
}

/** The sum of two {@link Confusion} counts. */
export function mergeConfusions(left: Confusion, right: Confusion): Confusion {
  return {
    truePositives: left.truePositives + right.truePositives,
    falsePositives: left.falsePositives + right.falsePositives,
    trueNegatives: left.trueNegatives + right.trueNegatives,
    falseNegatives: left.falseNegatives + right.falseNegatives,
  };
}

/** Returns a threshold: any number but NaN; `argument/invalid` otherwise. */
export function requireThreshold(threshold: number): number {
  if (threshold === Number.POSITIVE_INFINITY || threshold === Number.NEGATIVE_INFINITY) return threshold;
  return requireFinite("threshold", threshold);
}

function weighted(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
  weights: ArrayLike<number>,
): Confusion {
  const sums = [new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum()] as const;
  for (let i = 0; i < scores.length; i++) {
    const cell = ((scores[i] as number) >= threshold ? 0 : 2) + (labels[i] === 1 ? 0 : 1);
    (sums[cell] as ExactSum).add(weights[i] as number);
  }
  const [truePositives, falsePositives, falseNegatives, trueNegatives] = sums;
  return {
    truePositives: truePositives.value(),
    falsePositives: falsePositives.value(),
    trueNegatives: trueNegatives.value(),
    falseNegatives: falseNegatives.value(),
  };
}
