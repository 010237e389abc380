import { type NotComputable, notComputable } from "../../../stats/not-computable.ts";
import { rowLogLoss } from "../../../stats/quality/probabilistic/row-losses.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { notProbabilities, rowMeanMetric } from "../row-mean-metric.ts";

/** Rounding may leave a row's probabilities this far from 1. */
const slack = 1e-6;

/** The mean negative log likelihood of the class that a row is of, in nats, clipped; lower is better. */
export const classLogLoss: EvaluationMetric = rowMeanMetric({
  name: "logLoss",
  kinds: ["multiclass"],
  higherIsBetter: false,
  unfit: notDistributions,
  row: (label, p, i, width) => rowLogLoss(p[i * width + label] as number, 1),
});

/** Brier's score over all classes, Σ (pₖ − [class is k])², in [0, 2]; lower is better. */
export const classBrier: EvaluationMetric = rowMeanMetric({
  name: "brier",
  kinds: ["multiclass"],
  higherIsBetter: false,
  unfit: notDistributions,
  row: (label, p, i, width) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += ((p[i * width + j] as number) - (j === label ? 1 : 0)) ** 2;
    return sum;
  },
});

/** The share of rows whose class is among the `k` likeliest ones, ties against the row. */
export function topAccuracy(k: number): EvaluationMetric {
  return rowMeanMetric({
    name: `topAccuracy@${k}`,
    kinds: ["multiclass"],
    higherIsBetter: true,
    row: (label, p, i, width) => {
      const own = p[i * width + label] as number;
      let asLikely = 0;
      for (let j = 0; j < width; j++) if (j !== label && (p[i * width + j] as number) >= own) asLikely++;
      return asLikely < k ? 1 : 0;
    },
  });
}

/** Why a row's predictions are no probabilities of its classes; `undefined` when all are. */
export function notDistributions(labels: ArrayLike<number>, predictions: Float64Array): NotComputable | undefined {
  const unfit = notProbabilities(labels, predictions);
  if (unfit !== undefined) return unfit;
  const width = predictions.length / labels.length;
  for (let row = 0; row < labels.length; row++) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += predictions[row * width + j] as number;
    if (Math.abs(sum - 1) > slack)
      return notComputable("out-of-range", `the predictions of row ${row} sum to ${sum}, not to 1`);
  }
  return undefined;
}
