import { rowLogLoss } from "../../../stats/quality/probabilistic/row-losses.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { notProbabilities, rowMeanMetric } from "../row-mean-metric.ts";

/** The mean negative log likelihood, in nats, clipped as in `logLoss` of `sluice/stats`; lower is better. */
export const logLoss: EvaluationMetric = rowMeanMetric({
  name: "logLoss",
  kinds: ["binary"],
  higherIsBetter: false,
  unfit: notProbabilities,
  row: (label, p, i) => rowLogLoss(p[i] as number, label),
});
