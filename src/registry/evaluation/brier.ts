import { rowBrierLoss } from "../../stats/quality/probabilistic/row-losses.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { rowMeanMetric } from "./row-mean-metric.ts";

/** The mean squared difference between probability and outcome (Brier 1950, one class); lower is better. */
export const brier: EvaluationMetric = rowMeanMetric({
  name: "brier",
  higherIsBetter: false,
  row: (label, p) => rowBrierLoss(p, label),
});
