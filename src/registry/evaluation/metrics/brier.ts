import { rowBrierLoss } from "../../../stats/quality/probabilistic/row-losses.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { notProbabilities, rowMeanMetric } from "../row-mean-metric.ts";

/** The mean squared difference between probability and outcome (Brier 1950, one class); lower is better. */
export const brier: EvaluationMetric = rowMeanMetric({
  name: "brier",
  kinds: ["binary"],
  higherIsBetter: false,
  unfit: notProbabilities,
  row: (label, p, i) => rowBrierLoss(p[i] as number, label),
});
