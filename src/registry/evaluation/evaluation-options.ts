import type { TaskKind } from "../../contracts/evaluation-detail.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { ThresholdCriterion } from "../../stats/quality/binary/best-threshold.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import type { FairnessOptions } from "./fairness/measure-fairness.ts";
import type { LatencyOptions } from "./latency.ts";
import type { LeakageOptions } from "./leakage.ts";
import type { ReproduceOptions } from "./reproduce.ts";
import type { Perturbation } from "./robustness/perturbation.ts";
import type { WorstSlicesOptions } from "./search/worst-slices.ts";

/** What is measured. */
export interface EvaluationOptions<Output extends string = string> extends WorkOptions {
  /** The column with what happened: false, true, 0 or 1 (binary); the class (multiclass); a number (regression). */
  readonly label: string;
  /** What the model predicts. @default by the label: true or false is binary, a text a class; numbers by the metrics, else binary where all are 0 or 1, else regression */
  readonly kind?: TaskKind;
  /**
   * Names of the library, and metrics of your own made by `metric()`. Binary: `auc`, `averagePrecision`, `logLoss`, `brier`, and `accuracy`, `precision`, `recall`,
   * `specificity`, `f1`, `balancedAccuracy`, `mcc`, `kappa` at a threshold, as in `f1@0.5`. Multiclass: `accuracy`, `balancedAccuracy`, `macroF1`, `macroPrecision`,
   * `macroRecall`, `weightedF1`, `weightedPrecision`, `weightedRecall`, `mcc`, `kappa`, `logLoss`, `brier`, `macroAuc`, `topAccuracy@3`. Regression: `rmse`, `mae`,
   * `r2`, `wape`, `mape`, `smape`, `mse`, `quantileLoss@0.9`. @default those that are usual for the kind
   */
  readonly metrics?: readonly (string | EvaluationMetric)[];
  /** Columns whose values are measured one by one. @default none */
  readonly slices?: readonly string[];
  /** Searches the slices on which the model is worst. @default false */
  readonly worstSlices?: boolean | WorstSlicesOptions;
  /** The output that predicts the label; of several classes all outputs do. @default the model's first output */
  readonly output?: Output;
  /** The label's value that each output is the probability of, in the order of the outputs. @default the outputs' names */
  readonly classes?: readonly (string | number | boolean)[];
  /** A row is called positive from this prediction on: for the confusion matrix, changed decisions and fairness. @default 0.5 */
  readonly threshold?: number;
  /** Chooses thresholds on these rows. @default none */
  readonly thresholds?: readonly ThresholdCriterion[];
  /** How differently groups are treated. @default not measured */
  readonly fairness?: FairnessOptions;
  /** Disturbances of the inputs: `gaussianNoise`, `missingValues`, `unitScale`, `categorySwap`, or your own. @default none */
  readonly robustness?: readonly Perturbation[];
  /** Times the model's calls. @default false */
  readonly latency?: boolean | LatencyOptions;
  /** Counts the rows that are in the training set too. @default not counted */
  readonly leakage?: LeakageOptions;
  /** Trains again, and compares. @default not repeated */
  readonly reproduce?: ReproduceOptions;
  /** Whether to compare with the champion on the same rows. @default "champion" */
  readonly against?: "champion" | "none";
  /** The metric of the comparison. @default the first of `metrics` */
  readonly compareOn?: string;
  /** The share of rows that may lack a label or a feature; above it nothing is computable. @default 0.1 */
  readonly maxExcludedShare?: number;
}
