import { rowLogLoss } from "../../../stats/quality/probabilistic/row-losses.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { likeliest } from "../likeliest.ts";
import { notDistributions } from "../metrics/class-losses.ts";
import { notProbabilities } from "../row-mean-metric.ts";

/** What each row loses. */
export interface RowLosses {
  readonly name: "logLoss" | "absoluteError" | "error";
  readonly losses: Float64Array;
}

/**
 * The loss of each row: log loss of probabilities, absolute error of numbers, else 1 where the likeliest class is wrong. Not computable for scores that are no probabilities, and for
 * errors beyond the largest double.
 */
export function rowLosses({
  kind,
  labels,
  predictions,
  outputs,
  rows,
}: JudgedRows): RowLosses | { readonly notComputable: string } {
  const losses = new Float64Array(rows);
  if (kind === "regression") {
    for (let i = 0; i < rows; i++) losses[i] = Math.abs((predictions[i] as number) - (labels[i] as number));
    const beyond = losses.indexOf(Number.POSITIVE_INFINITY);
    if (beyond >= 0) return { notComputable: `the error of row ${beyond} is beyond the largest double` };
    return { name: "absoluteError", losses };
  }
  if (kind === "binary") {
    if (notProbabilities(labels, predictions) !== undefined)
      return { notComputable: "the predictions are no probabilities: rows have no loss" };
    for (let i = 0; i < rows; i++) losses[i] = rowLogLoss(predictions[i] as number, labels[i] as number);
    return { name: "logLoss", losses };
  }
  if (notDistributions(labels, predictions) !== undefined) {
    for (let i = 0; i < rows; i++) losses[i] = likeliest(predictions, i, outputs) === labels[i] ? 0 : 1;
    return { name: "error", losses };
  }
  for (let i = 0; i < rows; i++) losses[i] = rowLogLoss(predictions[i * outputs + (labels[i] as number)] as number, 1);
  return { name: "logLoss", losses };
}
