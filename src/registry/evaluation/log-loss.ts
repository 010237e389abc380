import type { EvaluationMetric } from "./evaluation-metric.ts";
import { rowMeanMetric } from "./row-mean-metric.ts";

/** Probabilities are kept this far from 0 and 1, so that one saturated output does not make the mean infinite. */
const margin = 1e-15;

/** The mean negative log likelihood, in nats; lower is better. */
export const logLoss: EvaluationMetric = rowMeanMetric({
  name: "logLoss",
  higherIsBetter: false,
  row: (label, p) => -Math.log(Math.max(label === 1 ? p : 1 - p, margin)),
});
