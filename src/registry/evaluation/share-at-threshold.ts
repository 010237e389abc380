import { type Confusion, confusionAt } from "../../stats/quality/binary/confusion.ts";
import { wilsonInterval } from "../../stats/quality/wilson-interval.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import type { EvaluationMetric, MetricResult } from "./evaluation-metric.ts";
import { notProbabilities, rowMeanMetric } from "./row-mean-metric.ts";

/** The shares that are read off decisions at a threshold. */
export type ShareName = "accuracy" | "precision" | "recall";

const parts: { readonly [share in ShareName]: (c: Confusion) => readonly [successes: number, trials: number] } = {
  accuracy: (c) => [
    c.truePositives + c.trueNegatives,
    c.truePositives + c.trueNegatives + c.falsePositives + c.falseNegatives,
  ],
  precision: (c) => [c.truePositives, c.truePositives + c.falsePositives],
  recall: (c) => [c.truePositives, c.truePositives + c.falseNegatives],
};

/** Accuracy, precision or recall of calling a row positive from `threshold` on, with Wilson's interval. Only accuracy can be compared row by row. */
export function shareAtThreshold(share: ShareName, threshold: number): EvaluationMetric {
  const name = `${share}@${threshold}`;
  const paired = rowMeanMetric({
    name,
    higherIsBetter: true,
    row: (label, p) => ((p >= threshold ? 1 : 0) === label ? 1 : 0),
  });
  return {
    name,
    higherIsBetter: true,
    estimate: (labels, predictions): MetricResult => {
      const unfit = notProbabilities(predictions);
      if (unfit !== undefined) return unfit;
      const counts = confusionAt(predictions, labels, { threshold });
      if (isNotComputable(counts)) return { notComputable: counts.detail };
      const [successes, trials] = parts[share](counts);
      const interval = wilsonInterval({ successes, trials });
      if (isNotComputable(interval)) return { notComputable: `${share} is a share of nothing: ${interval.detail}` };
      const { value, lower, upper } = interval;
      return { value, lower, upper, n: trials };
    },
    advantage: (labels, predictions, others) =>
      share === "accuracy"
        ? paired.advantage(labels, predictions, others)
        : { notComputable: `${share} is not compared row by row` },
  };
}
