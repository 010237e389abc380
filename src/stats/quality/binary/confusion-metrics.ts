import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireNonNegative, requirePositive } from "../../require-argument.ts";
import type { Confusion } from "./confusion.ts";
import { determinant } from "./determinant.ts";

/** What follows from a {@link Confusion}; a ratio over nothing is `notComputable`, not 0. */
export interface ConfusionMetrics {
  /** The share of right decisions. */
  readonly accuracy: number | NotComputable;
  /** The share of true ones among those called positive (positive predictive value). */
  readonly precision: number | NotComputable;
  /** The share of the positives that were called (sensitivity, true positive rate). */
  readonly recall: number | NotComputable;
  /** The share of the negatives that were not called (true negative rate). */
  readonly specificity: number | NotComputable;
  /** The share of the negatives that were called positive. */
  readonly falsePositiveRate: number | NotComputable;
  /** The share of the positives that were not called. */
  readonly falseNegativeRate: number | NotComputable;
  /** The share of true ones among those called negative. */
  readonly negativePredictiveValue: number | NotComputable;
  /** The harmonic mean of precision and recall. */
  readonly f1: number | NotComputable;
  /** The mean of recall and specificity. */
  readonly balancedAccuracy: number | NotComputable;
  /** Matthews' correlation of decision and label, in [−1, 1]. */
  readonly mcc: number | NotComputable;
  /** Cohen's kappa: agreement beyond chance, in [−1, 1]. */
  readonly kappa: number | NotComputable;
  /** Recall + specificity − 1: Youden's J, also called informedness, in [−1, 1]. */
  readonly youdenJ: number | NotComputable;
  /** Precision + negative predictive value − 1, in [−1, 1]. */
  readonly markedness: number | NotComputable;
  /** Recall over the false positive rate: by how much a positive call multiplies the odds. */
  readonly positiveLikelihoodRatio: number | NotComputable;
  /** The false negative rate over specificity: by how much a negative call multiplies the odds. */
  readonly negativeLikelihoodRatio: number | NotComputable;
  /** The share of positives. */
  readonly prevalence: number | NotComputable;
}

/** How {@link fBeta} weighs recall. */
export interface FBetaOptions {
  /** Recall counts `beta` times as much as precision. @default 1 */
  readonly beta?: number;
}

const noRows = "there are no rows";
const noPositives = "there are no positives";
const noNegatives = "there are no negatives";
const nothingCalled = "nothing was called positive";
const allCalled = "everything was called positive";
const oneKind = "all labels or all decisions are the same";

/**
 * Everything that counted decisions at one threshold say; each value that would be 0/0 is `notComputable("zero-denominator")`, where
 * scikit-learn warns and answers 0.
 *
 * Counts may be sums of weights; negative and non-finite ones are `argument/invalid`. MCC: B. W. Matthews (1975); kappa: J. Cohen (1960);
 * J: W. J. Youden (1950); markedness: D. M. W. Powers (2011).
 *
 * @example
 * ```ts
 * import { confusionMetrics, isNotComputable } from "sluice/stats";
 * const found = confusionMetrics({ truePositives: 8, falsePositives: 2, trueNegatives: 88, falseNegatives: 2 });
 * if (found.precision !== 0.8 || found.accuracy !== 0.96 || isNotComputable(found.mcc)) throw new Error("8 of 10 calls are right");
 * const silent = confusionMetrics({ truePositives: 0, falsePositives: 0, trueNegatives: 90, falseNegatives: 10 });
 * if (!isNotComputable(silent.precision) || silent.recall !== 0) throw new Error("without a call there is no precision");
 * ```
 */
export function confusionMetrics(counts: Confusion): ConfusionMetrics {
  const {
    truePositives: tp,
    falsePositives: fp,
    trueNegatives: tn,
    falseNegatives: fn,
  } = scaled(requireConfusion(counts));
  const [positives, negatives, called, passed] = [tp + fn, fp + tn, tp + fp, tn + fn];
  const excess = determinant(tp, fp, fn, tn);
  return {
    accuracy: share(tp + tn, positives + negatives, noRows),
    precision: share(tp, called, nothingCalled),
    recall: share(tp, positives, noPositives),
    specificity: share(tn, negatives, noNegatives),
    falsePositiveRate: share(fp, negatives, noNegatives),
    falseNegativeRate: share(fn, positives, noPositives),
    negativePredictiveValue: share(tn, passed, allCalled),
    f1: share(2 * tp, 2 * tp + fp + fn, "there are no positives and nothing was called positive"),
    balancedAccuracy: bothClasses(positives, negatives) ?? (tp / positives + tn / negatives) / 2,
    mcc:
      Math.min(positives, negatives, called, passed) === 0
        ? notComputable("zero-denominator", oneKind)
        : excess / Math.sqrt(positives) / Math.sqrt(negatives) / Math.sqrt(called) / Math.sqrt(passed),
    kappa: share(2 * excess, called * negatives + positives * passed, oneKind),
    youdenJ: bothClasses(positives, negatives) ?? excess / positives / negatives,
    markedness: share(excess, called * passed, "all decisions are the same"),
    positiveLikelihoodRatio:
      bothClasses(positives, negatives) ?? share(tp / positives, fp / negatives, "no false call"),
    negativeLikelihoodRatio: bothClasses(positives, negatives) ?? share(fn / positives, tn / negatives, allCalled),
    prevalence: share(positives, positives + negatives, noRows),
  };
}

/**
 * The F measure of counted decisions: (1 + β²)·precision·recall / (β²·precision + recall) (C. J. van Rijsbergen, 1979).
 *
 * `notComputable("zero-denominator")` without positives and without positive calls.
 */
export function fBeta(counts: Confusion, options: FBetaOptions = {}): number | NotComputable {
  const { truePositives: tp, falsePositives: fp, falseNegatives: fn } = scaled(requireConfusion(counts));
  const square = requirePositive("beta", options.beta ?? 1) ** 2;
  if (square === 0) return share(tp, tp + fp, nothingCalled);
  if (square === Number.POSITIVE_INFINITY) return share(tp, tp + fn, noPositives);
  return share(
    (1 + square) * tp,
    (1 + square) * tp + square * fn + fp,
    "there are no positives and nothing was called positive",
  );
}

/** Returns counts of which each is finite and at least 0; `argument/invalid` otherwise. */
export function requireConfusion(counts: Confusion): Confusion {
  requireNonNegative("truePositives", counts.truePositives);
  requireNonNegative("falsePositives", counts.falsePositives);
  requireNonNegative("trueNegatives", counts.trueNegatives);
  requireNonNegative("falseNegatives", counts.falseNegatives);
  return counts;
}

/** Sums of weights of an extreme size, brought near 1, so that their products are doubles; counts stay as they are. */
function scaled(counts: Confusion): Confusion {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const largest = Math.max(truePositives, falsePositives, trueNegatives, falseNegatives);
  if (largest === 0 || (largest < 1e75 && largest > 1e-75)) return counts;
  return {
    truePositives: truePositives / largest,
    falsePositives: falsePositives / largest,
    trueNegatives: trueNegatives / largest,
    falseNegatives: falseNegatives / largest,
  };
}

function share(part: number, whole: number, why: string): number | NotComputable {
  if (whole === 0) return notComputable("zero-denominator", why);
  const value = part / whole;
  return Number.isFinite(value)
    ? value
    : notComputable("out-of-range", "the counts are beyond what doubles can multiply");
}

function bothClasses(positives: number, negatives: number): NotComputable | undefined {
  if (positives === 0) return notComputable("zero-denominator", noPositives);
  return negatives === 0 ? notComputable("zero-denominator", noNegatives) : undefined;
}
