import { lowerBound } from "../../../core/lower-bound.ts";
import { upperBound } from "../../../core/upper-bound.ts";
import { normalIsf, normalSf } from "../../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOpenFraction, requireSameLength } from "../../require-argument.ts";
import { sortDoubles } from "../../sort-doubles.ts";
import { type LabelledScores, labelledScores } from "./labelled-scores.ts";

/** What {@link compareAucs} found: the AUC of the first model minus that of the second, with its interval. */
export interface AucComparison extends IntervalEstimate {
  /** The AUC of the first model. */
  readonly first: number;
  /** The AUC of the second model. */
  readonly second: number;
  /** DeLong's standard error of `value`. */
  readonly standardError: number;
  /** The two-sided p-value of no difference; 1 when both models rank every pair alike. */
  readonly pValue: number;
}

/**
 * Compares the AUCs of two models scored on the same rows (paired DeLong test, 1988).
 *
 * `notComputable` as in {@link rocAuc}, with fewer than two rows of a class, and when the models differ by the same amount on every row
 * so that no error can be told.
 *
 * @example
 * ```ts
 * import { compareAucs, isNotComputable } from "sluice/stats";
 * const labels = [0, 0, 0, 1, 1, 1];
 * const result = compareAucs([1, 2, 4, 3, 5, 6], [3, 1, 5, 2, 6, 4], labels);
 * if (isNotComputable(result) || !(result.value > 0 && result.pValue > 0.05)) throw new Error("better, but not proven");
 * ```
 */
export function compareAucs(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ConfidenceOptions = {},
): AucComparison | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  requireSameLength("first and second", first, second);
  const a = labelledScores(first, labels);
  if (isNotComputable(a)) return a;
  const b = labelledScores(second, labels);
  if (isNotComputable(b)) return b;
  const { length: positives } = a.positives;
  const { length: negatives } = a.negatives;
  if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
  if (positives < 2 || negatives < 2) return notComputable("too-few", "a class has a single row");
  const belowFirst = sharesBelow(a);
  const belowSecond = sharesBelow(b);
  const ofPositives = differences(belowFirst, belowSecond);
  const ofNegatives = differences(sharesAbove(a), sharesAbove(b));
  const auc = { first: mean(belowFirst), second: mean(belowSecond) };
  const value = mean(ofPositives);
  const standardError = Math.sqrt(variance(ofPositives) / positives + variance(ofNegatives) / negatives);
  if (standardError === 0 && value !== 0) return notComputable("constant", "the models differ alike on every row");
  const z = standardError === 0 ? 0 : Math.abs(value) / standardError;
  const half = normalIsf((1 - confidence) / 2) * standardError;
  const ends = { lower: value - half, upper: value + half };
  return { value, ...ends, confidence, standardError, pValue: 2 * normalSf(z), ...auc };
}

/** For each positive, the share of negatives that score below it, ties as half. */
function sharesBelow({ positives, negatives }: LabelledScores): Float64Array {
  const sorted = sortDoubles(negatives);
  return positives.map((score) => middleRank(sorted, score) / sorted.length);
}

/** For each negative, the share of positives that score above it, ties as half. */
function sharesAbove({ positives, negatives }: LabelledScores): Float64Array {
  const sorted = sortDoubles(positives);
  return negatives.map((score) => 1 - middleRank(sorted, score) / sorted.length);
}

/** How many sorted values are below the score, those equal to it counted as half. */
function middleRank(sorted: Float64Array, score: number): number {
  const below = lowerBound(sorted, score);
  return sorted[below] === score ? (below + upperBound(sorted, score, below)) / 2 : below;
}

function differences(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The variance; exactly 0 where all are alike but for rounding, which must not pass for an error of the difference. */
function variance(values: Float64Array): number {
  const middle = mean(values);
  const first = values[0] as number;
  let squares = 0;
  let alike = true;
  for (const value of values) {
    squares += (value - middle) ** 2;
    alike &&= Math.abs(value - first) < 1e-12;
  }
  if (alike) return 0;
  return squares / (values.length - 1);
}
