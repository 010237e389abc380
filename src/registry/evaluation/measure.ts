import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
import type { Metrics } from "../../contracts/metric-estimate.ts";
import type { EvaluationMetric, MetricResult } from "./evaluation-metric.ts";
import { type JudgedRows, pick } from "./judged-rows.ts";
import { slicesOf } from "./slices.ts";

/** Every metric over the same rows; a value that is not finite is not computable. */
export function measure(
  metrics: readonly EvaluationMetric[],
  labels: ArrayLike<number>,
  predictions: Float64Array,
): Metrics {
  return Object.fromEntries(metrics.map((metric) => [metric.name, finite(metric.estimate(labels, predictions))]));
}

/** Every metric in every slice of every column. */
export function measureSlices(judged: JudgedRows, columns: readonly string[]): EvaluationReport["slices"] {
  return columns.flatMap((column) =>
    slicesOf(judged.table, column, judged.rowIndex).map(({ value, places }) => {
      const { labels, predictions } = pick(judged, judged.predictions, places);
      return { column, value, rows: places.length, metrics: measure(judged.metrics, labels, predictions) };
    }),
  );
}

/** A result whose every number is finite; what is not is no measurement. */
export function finite(result: MetricResult): MetricResult {
  if ("notComputable" in result) return result;
  const numbers = [result.value, result.lower ?? 0, result.upper ?? 0];
  return numbers.every(Number.isFinite) ? result : { notComputable: `its value is ${result.value}` };
}
