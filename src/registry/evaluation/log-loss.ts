import { rowLogLoss } from "../../stats/quality/probabilistic/row-losses.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import { rowMeanMetric } from "./row-mean-metric.ts";

/** The mean negative log likelihood, in nats, clipped as in `logLoss` of `sluice/stats`; lower is better. */
export const logLoss: EvaluationMetric = rowMeanMetric({
  name: "logLoss",
  higherIsBetter: false,
  row: (label, p) => rowLogLoss(p, label),
});
