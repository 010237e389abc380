import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOneOf } from "../../require-argument.ts";
import { type ConfusionMatrix, requireMatrix } from "./confusion-matrix.ts";
import { dot, matrixMargins } from "./matrix-margins.ts";

/** How {@link cohensKappa} weighs disagreement. */
export interface KappaOptions {
  /**
   * `none`: every disagreement counts alike; `linear`, `quadratic`: by the distance of the places of the two classes in `labels`, for
   * classes that are grades. @default "none"
   */
  readonly weighting?: "none" | "linear" | "quadratic";
}

/**
 * Cohen's kappa of a confusion matrix: agreement beyond what the margins would give by chance, at most 1 (J. Cohen, 1960; weighted 1968).
 *
 * `notComputable("zero-denominator")` without rows, and when only one class occurs at all, so that chance explains everything.
 *
 * @example
 * ```ts
 * import { cohensKappa } from "sluice/stats";
 * const matrix = { labels: ["low", "middle", "high"], counts: [[8, 2, 0], [1, 7, 2], [0, 1, 9]] };
 * if (!(Number(cohensKappa(matrix, { weighting: "quadratic" })) > Number(cohensKappa(matrix)))) throw new Error("near misses");
 * ```
 */
export function cohensKappa(matrix: ConfusionMatrix, options: KappaOptions = {}): number | NotComputable {
  const weighting = requireOneOf("weighting", options.weighting ?? "none", ["none", "linear", "quadratic"]);
  const { actual, predicted, total, counts } = matrixMargins(requireMatrix(matrix));
  if (total === 0) return notComputable("zero-denominator", "there are no rows");
  const weight = (distance: number): number => {
    if (distance === 0) return 0;
    if (weighting === "none") return 1;
    return weighting === "linear" ? Math.abs(distance) : distance * distance;
  };
  const places = actual.map((_, i) => i);
  const costs = places.map((i) => places.map((j) => weight(i - j)));
  const observed = costs.reduce((sum, row, i) => sum + dot(row, counts[i] as readonly number[]), 0);
  const expected = dot(
    actual,
    costs.map((row) => dot(row, predicted)),
  );
  if (expected === 0) return notComputable("zero-denominator", "all actual and predicted classes are the same");
  return 1 - (observed / expected) * total;
}
