import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireFinite, requireSameLength } from "../require-argument.ts";
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

/** What follows from a {@link Confusion}; a ratio over nothing is `notComputable`, not 0. */
export interface ConfusionMetrics {
  /** The share of right decisions. */
  readonly accuracy: number | NotComputable;
  /** The share of true ones among those called positive. */
  readonly precision: number | NotComputable;
  /** The share of the positives that were called. */
  readonly recall: number | NotComputable;
  /** The share of the negatives that were called positive. */
  readonly falsePositiveRate: number | NotComputable;
  /** The harmonic mean of precision and recall. */
  readonly f1: number | NotComputable;
}

/**
 * Counts decisions at a stated threshold: a row is called positive when its score is at least `threshold`.
 *
 * `notComputable` without rows or with a NaN score; labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { confusionAt, confusionMetrics, isNotComputable } from "sluice/stats";
 * const counts = confusionAt([0.9, 0.6, 0.4, 0.1], [1, 0, 1, 0], 0.5);
 * if (isNotComputable(counts) || confusionMetrics(counts).precision !== 0.5) throw new Error("one of two calls is right");
 * ```
 */
export function confusionAt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): Confusion | NotComputable {
  requireSameLength("scores and labels", scores, labels);
  requireFinite("threshold", threshold);
  const positives = countPositives(labels);
  if (scores.length === 0) return notComputable("empty", "there are no rows");
  let truePositives = 0;
  let falsePositives = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (Number.isNaN(score)) return notComputable("nan", `the score at index ${i} is NaN`);
    if (score < threshold) continue;
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

/** Accuracy, precision, recall, false positive rate and F1 of counted decisions. */
export function confusionMetrics(counts: Confusion): ConfusionMetrics {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  return {
    accuracy: ratio(tp + tn, tp + fp + tn + fn, "there are no rows"),
    precision: ratio(tp, tp + fp, "nothing was called positive"),
    recall: ratio(tp, tp + fn, "there are no positives"),
    falsePositiveRate: ratio(fp, fp + tn, "there are no negatives"),
    f1: ratio(2 * tp, 2 * tp + fp + fn, "there are no positives and nothing was called positive"),
  };
}

function ratio(part: number, whole: number, why: string): number | NotComputable {
  return whole === 0 ? notComputable("zero-denominator", why) : part / whole;
}
