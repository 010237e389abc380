import { type ConfusionMetrics, confusionMetrics } from "../../../stats/quality/binary/confusion-metrics.ts";
import { confusionMetric, rarest } from "../confusion-metric.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { notProbabilities } from "../row-mean-metric.ts";

/** The metrics of binary decisions. */
export type DecisionName = keyof ConfusionMetrics &
  ("accuracy" | "precision" | "recall" | "specificity" | "f1" | "balancedAccuracy" | "mcc" | "kappa");

/** The rows that each share is one of. */
const wholes: { readonly [name in DecisionName]?: (counts: Float64Array) => number } = {
  accuracy: ([tn = 0, fp = 0, fn = 0, tp = 0]) => tn + fp + fn + tp,
  precision: ([, fp = 0, , tp = 0]) => fp + tp,
  recall: ([, , fn = 0, tp = 0]) => fn + tp,
  specificity: ([tn = 0, fp = 0]) => tn + fp,
};

/** A metric of calling a row positive from `threshold` on, named as in `f1@0.5`. */
export function decisionMetric(name: DecisionName, threshold: number): EvaluationMetric {
  return confusionMetric({
    name: `${name}@${threshold}`,
    kinds: ["binary"],
    range: name === "mcc" || name === "kappa" ? [-1, 1] : [0, 1],
    unfit: notProbabilities,
    classes: () => 2,
    whole: wholes[name] ?? rarest,
    decide: (predictions, row) => ((predictions[row] as number) >= threshold ? 1 : 0),
    of: ([trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0]) =>
      confusionMetrics({ truePositives, falsePositives, trueNegatives, falseNegatives })[name],
  });
}
