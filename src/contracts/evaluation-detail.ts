import type { MetricEstimate, Metrics } from "./metric-estimate.ts";

/** What a model predicts: whether something happens, which of several classes a row is of, or a number. */
export type TaskKind = "binary" | "multiclass" | "regression";

/** Decisions counted: at a threshold (binary), or of the likeliest class (multiclass). */
export interface DecisionCounts {
  /** A row is called positive from this prediction on; left out for several classes. */
  readonly threshold?: number;
  /** The classes in order; of two: what did not happen, what did. */
  readonly classes: readonly string[];
  /** `counts[i][j]`: rows of class i that were called class j. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * What each threshold calls: the points of the ROC curve and of the precision–recall curve, as columns of one length, from the strictest threshold to the
 * loosest. At most 200; of more distinct predictions some are left out, both ends never.
 */
export interface ScoreCurve {
  /** Rows in which it happened. */
  readonly positives: number;
  /** Rows in which it did not. */
  readonly negatives: number;
  /** A row is called positive from this prediction on. */
  readonly thresholds: readonly number[];
  /** Rows called so in which it happened. */
  readonly truePositives: readonly number[];
  /** Rows called so in which it did not. */
  readonly falsePositives: readonly number[];
}

/** A bin of predicted probabilities against what happened. */
export interface CalibrationBin {
  /** Probabilities above this … */
  readonly from: number;
  /** … up to this (the first bin has 0 too). */
  readonly to: number;
  readonly rows: number;
  /** The mean probability that was predicted. */
  readonly meanProbability: number;
  /** The share that happened, with Wilson's interval. */
  readonly observed: MetricEstimate;
}

/** The reliability curve, and a test of it. */
export interface Reliability {
  /** Whose probability: that it happens, or that the likeliest class is the right one. */
  readonly of: "outcome" | "likeliest class";
  /** Ten bins of equally many rows; those without rows are left out. */
  readonly bins: readonly CalibrationBin[];
  /** Spiegelhalter's test that the probabilities are what they say: below 0.05 they are hardly. */
  readonly spiegelhalter: { readonly z: number; readonly pValue: number } | { readonly notComputable: string };
}

/** A threshold that was chosen on the held-out rows. */
export interface ThresholdChoice {
  /** What it was chosen by, as in `f1`, `youden`, `cost(1, 5)`, `recall where precision ≥ 0.9`. */
  readonly by: string;
  /** A row is called positive from here on. */
  readonly threshold: number;
  /** Where 95% of the thresholds lie that resampled rows would have chosen. */
  readonly thresholdLower: number;
  /** The upper end of it. */
  readonly thresholdUpper: number;
  /** What it was chosen by, on the rows it was chosen on: optimistic for others. */
  readonly value: number;
  /** The same where the threshold is chosen on four fifths of the rows and measured on the fifth, in turn: not optimistic. */
  readonly crossFitted: number;
  /** Decisions at the threshold, and their shares on the rows it was chosen on. */
  readonly decisions: DecisionCounts;
  readonly metrics: Metrics;
  /** What to think of it. */
  readonly warning: string;
}

/** A part of the rows on which the model is worse than on the others, found by search. */
export interface WorstSlice {
  /** All of them hold. Numbers are cut into quartiles, as in `[2, 5)`. */
  readonly conditions: readonly { readonly column: string; readonly value: string }[];
  readonly rows: number;
  /** The mean loss in it. */
  readonly loss: number;
  /** The mean loss in it minus that of all other rows, with an interval that holds for all tested slices at once. */
  readonly difference: MetricEstimate;
  /** Holm's p-value among all tested slices. */
  readonly pValue: number;
}

/** The search for the worst slices. */
export interface WorstSlices {
  readonly columns: readonly string[];
  /** The most conditions of a slice. */
  readonly depth: number;
  /** Smaller slices were not tested. */
  readonly minRows: number;
  /** What was averaged over rows: `logLoss` or `absoluteError`. */
  readonly loss: string;
  /** The loss over all rows. */
  readonly overall: number;
  /** Slices that were tested: the p-values are corrected for so many. */
  readonly tested: number;
  /** The chance of finding any slice where there is none. */
  readonly alpha: number;
  /** The worst first. */
  readonly slices: readonly WorstSlice[];
}

/** What became of the metrics when the inputs were disturbed. */
export interface RobustnessMeasurement {
  /** The disturbance, as in `gaussianNoise(0.1)`. */
  readonly perturbation: string;
  /** The metrics on the disturbed inputs. */
  readonly metrics: Metrics;
  /** By how much each metric is worse than on the undisturbed rows, paired: above 0 is worse. */
  readonly drops: Metrics;
}

/** Decisions of which this model and the champion differ, and McNemar's test of them. */
export interface DecisionComparison {
  /** Rows that only this model has right. */
  readonly onlyThis: number;
  /** Rows that only the champion has right. */
  readonly onlyChampion: number;
  /** The exact two-sided p-value of both being right equally often. */
  readonly pValue: number;
  /** The mid-p-value, less conservative. */
  readonly midPValue: number;
}

/** The code that measured. */
export interface EvaluationCode {
  /** The code that ran, as the run names it: git commit and files; `asserted:…` where it is only named. */
  readonly digest: string;
  /** Digests of the source text of the host's own metrics and disturbances, which cannot see what they close over. */
  readonly functions?: { readonly [name: string]: string };
}
