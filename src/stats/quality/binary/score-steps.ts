import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import { sortOwnDoubles } from "../../sort-doubles.ts";
import { labelledScores } from "./labelled-scores.ts";

/** The distinct scores from the highest down, and how many rows of each class score at least that: what every curve is drawn from. */
export interface ScoreSteps {
  /** The distinct scores, descending. */
  readonly thresholds: Float64Array;
  /** Rows with label 1 that score at least the threshold. */
  readonly truePositives: Float64Array;
  /** Rows with label 0 that score at least the threshold. */
  readonly falsePositives: Float64Array;
  /** Rows with label 1. */
  readonly positives: number;
  /** Rows with label 0. */
  readonly negatives: number;
}

/** Walks down both classes at once, tied rows in one step; `notComputable` and throws as `labelledScores`. */
export function scoreSteps(scores: ArrayLike<number>, labels: ArrayLike<number>): ScoreSteps | NotComputable {
  const split = labelledScores(scores, labels);
  if (isNotComputable(split)) return split;
  const positives = sortOwnDoubles(split.positives);
  const negatives = sortOwnDoubles(split.negatives);
  const thresholds = new Float64Array(scores.length);
  const truePositives = new Float64Array(scores.length);
  const falsePositives = new Float64Array(scores.length);
  let i = positives.length;
  let j = negatives.length;
  let steps = 0;
  while (i > 0 || j > 0) {
    const positive = i > 0 ? (positives[i - 1] as number) : Number.NEGATIVE_INFINITY;
    const negative = j > 0 ? (negatives[j - 1] as number) : Number.NEGATIVE_INFINITY;
    const value = positive > negative ? positive : negative;
    while (i > 0 && positives[i - 1] === value) i--;
    while (j > 0 && negatives[j - 1] === value) j--;
    thresholds[steps] = value + 0;
    truePositives[steps] = positives.length - i;
    falsePositives[steps] = negatives.length - j;
    steps++;
  }
  return {
    thresholds: thresholds.subarray(0, steps),
    truePositives: truePositives.subarray(0, steps),
    falsePositives: falsePositives.subarray(0, steps),
    positives: positives.length,
    negatives: negatives.length,
  };
}
