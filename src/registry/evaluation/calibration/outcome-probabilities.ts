import type { Reliability } from "../../../contracts/evaluation-detail.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { likeliest } from "../likeliest.ts";
import { notProbabilities } from "../row-mean-metric.ts";

/** One probability a row, and whether what it is of happened. */
export interface OutcomeProbabilities {
  readonly of: Reliability["of"];
  readonly probabilities: Float64Array;
  readonly happened: Float64Array;
}

/** The probabilities that calibration is about: of the outcome, or of the likeliest class. `undefined` where nothing predicts probabilities. */
export function outcomeProbabilities(judged: JudgedRows): OutcomeProbabilities | undefined {
  const { kind, labels, predictions, outputs, rows } = judged;
  if (kind === "regression" || notProbabilities(labels, predictions) !== undefined) return undefined;
  if (kind === "binary") return { of: "outcome", probabilities: predictions, happened: labels };
  const called = Uint32Array.from({ length: rows }, (_, i) => likeliest(predictions, i, outputs));
  return {
    of: "likeliest class",
    probabilities: Float64Array.from(called, (place, i) => predictions[i * outputs + place] as number),
    happened: Float64Array.from(called, (place, i) => (labels[i] === place ? 1 : 0)),
  };
}
