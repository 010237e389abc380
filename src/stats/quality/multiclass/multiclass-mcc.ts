import { type NotComputable, notComputable } from "../../not-computable.ts";
import { type ConfusionMatrix, requireMatrix } from "./confusion-matrix.ts";
import { dot, matrixMargins } from "./matrix-margins.ts";

/**
 * Matthews' correlation for many classes (R_K of J. Gorodkin, 2004), in [−1, 1]: the correlation of actual and predicted class over
 * indicator vectors; for two classes the usual one.
 *
 * `notComputable("zero-denominator")` where all rows are of one class or are predicted as one (scikit-learn answers 0).
 */
export function multiclassMcc(matrix: ConfusionMatrix): number | NotComputable {
  const { actual, predicted, total, counts } = matrixMargins(requireMatrix(matrix));
  const right = counts.map((row, i) => row[i] as number);
  const ones = right.map(() => total);
  const spread = (margin: readonly number[]): number =>
    dot([total, ...margin], [total, ...margin.map((value) => -value)]);
  const [actualSpread, predictedSpread] = [spread(actual), spread(predicted)];
  const single = (margin: readonly number[]): boolean => margin.filter((value) => value > 0).length < 2;
  if (single(actual) || single(predicted) || !(actualSpread > 0 && predictedSpread > 0))
    return notComputable("zero-denominator", "all actual or all predicted classes are the same");
  const excess = dot([...right, ...actual], [...ones, ...predicted.map((value) => -value)]);
  return Math.max(-1, Math.min(1, excess / Math.sqrt(actualSpread) / Math.sqrt(predictedSpread)));
}
