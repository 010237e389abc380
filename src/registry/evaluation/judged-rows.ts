import type { Table } from "../../table/table.ts";
import type { EvaluationMetric } from "./evaluation-metric.ts";
import type { EvaluationRows } from "./evaluation-rows.ts";

/** Held-out rows with what the model predicts for them: what is measured. */
export interface JudgedRows extends EvaluationRows {
  /** The table that the rows are of: columns to slice and group by. */
  readonly table: Table;
  /** Row-major, `outputs` numbers a row; all finite. */
  readonly predictions: Float64Array;
  /** Predictions a row: 1, or one a class. */
  readonly outputs: number;
  readonly metrics: readonly EvaluationMetric[];
}

/** The labels and predictions of some rows, by their places among the judged ones. */
export function pick(
  { labels, outputs }: Pick<JudgedRows, "labels" | "outputs">,
  predictions: Float64Array,
  places: ArrayLike<number>,
): { readonly labels: Float64Array; readonly predictions: Float64Array } {
  const n = places.length;
  const someLabels = new Float64Array(n);
  const some = new Float64Array(n * outputs);
  for (let i = 0; i < n; i++) {
    const row = places[i] as number;
    someLabels[i] = labels[row] as number;
    for (let j = 0; j < outputs; j++) some[i * outputs + j] = predictions[row * outputs + j] as number;
  }
  return { labels: someLabels, predictions: some };
}
