import type { EvaluationMetric, MetricResult } from "./evaluation-metric.ts";
import { withNormalInterval } from "./evaluation-metric.ts";

/** A metric that is the mean of one number a row. */
export interface RowMean {
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** The row's number. */
  row(label: number, prediction: number): number;
}

/** Makes a metric of a mean over rows: normal interval of the mean, and of the mean of the paired differences. Predictions must be probabilities. */
export function rowMeanMetric(mean: RowMean): EvaluationMetric {
  return {
    name: mean.name,
    higherIsBetter: mean.higherIsBetter,
    estimate: (labels, predictions) =>
      notProbabilities(predictions) ?? meanOf(labels.length, (i) => mean.row(labels[i] ?? 0, predictions[i] ?? 0)),
    advantage: (labels, predictions, others) => {
      const sign = mean.higherIsBetter ? 1 : -1;
      const one = (of: Float64Array, i: number): number => mean.row(labels[i] ?? 0, of[i] ?? 0);
      return (
        notProbabilities(predictions) ??
        notProbabilities(others) ??
        meanOf(labels.length, (i) => sign * (one(predictions, i) - one(others, i)))
      );
    },
  };
}

/** Why predictions are no probabilities; `undefined` when they are. */
export function notProbabilities(predictions: Float64Array): { readonly notComputable: string } | undefined {
  const at = predictions.findIndex((p) => !(p >= 0 && p <= 1));
  return at < 0 ? undefined : { notComputable: `prediction ${predictions[at]} of row ${at} is no probability` };
}

function meanOf(n: number, row: (i: number) => number): MetricResult {
  if (n === 0) return { notComputable: "no rows" };
  let sum = 0;
  for (let i = 0; i < n; i++) sum += row(i);
  const value = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (row(i) - value) ** 2;
  return withNormalInterval(value, n > 1 ? Math.sqrt(squares / (n - 1) / n) : undefined, n);
}
