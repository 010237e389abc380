import type { NotComputable } from "../../../stats/not-computable.ts";
import type { ConfusionMatrix } from "../../../stats/quality/multiclass/confusion-matrix.ts";
import { type MulticlassMetrics, multiclassMetrics } from "../../../stats/quality/multiclass/multiclass-metrics.ts";
import { confusionMetric } from "../confusion-metric.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { likeliest } from "../likeliest.ts";

/**
 * A class that neither occurs nor is predicted among these rows does not count. One that occurs without a prediction has no precision, and so has the mean; one that is predicted
 * and does not occur has no recall, and is left out of that mean (scikit-learn takes both for 0).
 */
const read = (matrix: ConfusionMatrix): MulticlassMetrics => multiclassMetrics(matrix);
const skipping = (matrix: ConfusionMatrix): MulticlassMetrics => multiclassMetrics(matrix, { zeroDivision: "skip" });

const byName: { readonly [name: string]: (matrix: ConfusionMatrix) => number | NotComputable } = {
  accuracy: (matrix) => read(matrix).accuracy,
  balancedAccuracy: (matrix) => read(matrix).balancedAccuracy,
  macroPrecision: (matrix) => read(matrix).macro.precision,
  macroRecall: (matrix) => skipping(matrix).macro.recall,
  macroF1: (matrix) => skipping(matrix).macro.f1,
  weightedPrecision: (matrix) => read(matrix).weighted.precision,
  weightedRecall: (matrix) => skipping(matrix).weighted.recall,
  weightedF1: (matrix) => skipping(matrix).weighted.f1,
  mcc: (matrix) => read(matrix).mcc,
  kappa: (matrix) => read(matrix).kappa,
};

/** The metrics of calling each row the class that is likeliest for it. */
export const classMetrics: readonly EvaluationMetric[] = Object.entries(byName).map(([name, of]) =>
  confusionMetric({
    name,
    kinds: ["multiclass"],
    range: name === "mcc" || name === "kappa" ? [-1, 1] : [0, 1],
    classes: (labels, predictions) => predictions.length / labels.length,
    decide: likeliest,
    ...(name === "accuracy" && { whole: (counts) => counts.reduce((sum, count) => sum + count, 0) }),
    of: (counts, classes) => of(matrixOf(counts, classes)),
  }),
);

/** Counts with the places of the classes as labels, of those that occur or are predicted. */
function matrixOf(counts: Float64Array, classes: number): ConfusionMatrix {
  const at = (i: number, j: number): number => counts[i * classes + j] as number;
  const all = Array.from({ length: classes }, (_, i) => i);
  const places = all.filter((i) => all.some((j) => at(i, j) > 0 || at(j, i) > 0));
  return { labels: places, counts: places.map((i) => places.map((j) => at(i, j))) };
}
