import { type ConfusionMetrics, confusionMetrics } from "../../../stats/quality/binary/confusion-metrics.ts";
import { confusionMetric } from "../confusion-metric.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { notProbabilities } from "../row-mean-metric.ts";

/** The metrics of binary decisions. */
export type DecisionName = keyof ConfusionMetrics &
  ("accuracy" | "precision" | "recall" | "specificity" | "f1" | "balancedAccuracy" | "mcc" | "kappa");

/** A metric of calling a row positive from `threshold` on, named as in `f1@0.5`. */
export function decisionMetric(name: DecisionName, threshold: number): EvaluationMetric {
  return confusionMetric({
    name: `${name}@${threshold}`,
    kinds: ["binary"],
    range: name === "mcc" || name === "kappa" ? [-1, 1] : [0, 1],
    unfit: notProbabilities,
    classes: () => 2,
    decide: (predictions, row) => ((predictions[row] as number) >= threshold ? 1 : 0),
    of: ([trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0]) =>
      confusionMetrics({ truePositives, falsePositives, trueNegatives, falseNegatives })[name],
  });
}
