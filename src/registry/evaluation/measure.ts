import type { EvaluationReport, Metrics } from "../../contracts/evaluation-report.ts";
import type { LabelledMatrix } from "../../table/labelled-matrix.ts";
import type { Table } from "../../table/table.ts";
import type { EvaluationMetric, MetricResult } from "./evaluation-metric.ts";
import { slicesOf } from "./slices.ts";

/** Every metric over the same rows; a value that is not finite is not computable. */
export function measure(metrics: readonly EvaluationMetric[], labels: Uint8Array, predictions: Float64Array): Metrics {
  return Object.fromEntries(metrics.map((metric) => [metric.name, finite(metric.estimate(labels, predictions))]));
}

/** Every metric in every slice of every column. */
export function measureSlices(
  metrics: readonly EvaluationMetric[],
  table: Table,
  columns: readonly string[],
  kept: LabelledMatrix,
  predictions: Float64Array,
): EvaluationReport["slices"] {
  const position = new Map<number, number>();
  kept.rowIndex.forEach((row, i) => {
    position.set(row, i);
  });
  return columns.flatMap((column) =>
    slicesOf(table, column, kept.rowIndex).map(({ value, rows }) => {
      const at = Array.from(rows, (row) => position.get(row) ?? 0);
      const labels = Uint8Array.from(at, (i) => kept.labels[i] ?? 0);
      return {
        column,
        value,
        rows: rows.length,
        metrics: measure(
          metrics,
          labels,
          Float64Array.from(at, (i) => predictions[i] ?? 0),
        ),
      };
    }),
  );
}

function finite(result: MetricResult): MetricResult {
  if ("notComputable" in result) return result;
  const numbers = [result.value, result.lower ?? 0, result.upper ?? 0];
  return numbers.every(Number.isFinite) ? result : { notComputable: `its value is ${result.value}` };
}
