import { type Confusion, confusionAt } from "../../../stats/quality/binary/confusion.ts";
import { wilsonInterval } from "../../../stats/quality/wilson-interval.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import type { EvaluationMetric, MetricResult } from "../evaluation-metric.ts";
import { notProbabilities } from "../row-mean-metric.ts";
import { decisionMetric } from "./decision-metric.ts";

/** The shares that are read off decisions at a threshold. */
export type ShareName = "accuracy" | "precision" | "recall" | "specificity";

const parts: { readonly [share in ShareName]: (c: Confusion) => readonly [successes: number, trials: number] } = {
  accuracy: (c) => [
    c.truePositives + c.trueNegatives,
    c.truePositives + c.trueNegatives + c.falsePositives + c.falseNegatives,
  ],
  precision: (c) => [c.truePositives, c.truePositives + c.falsePositives],
  recall: (c) => [c.truePositives, c.truePositives + c.falseNegatives],
  specificity: (c) => [c.trueNegatives, c.trueNegatives + c.falsePositives],
};

/** A share of calling a row positive from `threshold` on, with Wilson's interval; the paired difference has a normal one. */
export function shareAtThreshold(share: ShareName, threshold: number): EvaluationMetric {
  const paired = decisionMetric(share, threshold);
  return {
    ...paired,
    estimate: (labels, predictions): MetricResult => {
      const unfit = notProbabilities(labels, predictions);
      if (unfit !== undefined) return { notComputable: unfit.detail };
      const counts = confusionAt(predictions, labels, { threshold });
      if (isNotComputable(counts)) return { notComputable: counts.detail };
      const [successes, trials] = parts[share](counts);
      const interval = wilsonInterval({ successes, trials });
      if (isNotComputable(interval)) return { notComputable: `${share} is a share of nothing: ${interval.detail}` };
      const { value, lower, upper } = interval;
      return { value, lower, upper, n: trials };
    },
  };
}
