import { isNotComputable, type NotComputable } from "../../not-computable.ts";
import { requireCount } from "../../require-argument.ts";
import { meanOverRows } from "../mean-over-rows.ts";
import type { QualityValue } from "../quality-value.ts";
import { requireWeights, type WeightOptions } from "../row-weights.ts";
import type { ClassLabel } from "./class-label.ts";
import { type ClassScoresOptions, classScores } from "./class-scores.ts";

/** How many classes {@link topKAccuracy} looks at. */
export interface TopKOptions extends ClassScoresOptions, WeightOptions {
  /** A row counts as right when its class is among the `k` with the highest scores, at least 1. */
  readonly k: number;
}

/**
 * The share of rows whose class is among the `k` with the highest scores. Of equal scores the later column goes first, as in
 * scikit-learn.
 *
 * @param scores - Rows × classes, row after row.
 *
 * `notComputable` without rows and with a NaN; `argument/invalid` when sizes do not fit and for a class without a column.
 *
 * @example
 * ```ts
 * import { isNotComputable, topKAccuracy } from "sluice/stats";
 * const scores = [0.5, 0.2, 0.3, 0.2, 0.5, 0.3, 0.6, 0.3, 0.1];
 * const found = topKAccuracy(scores, ["a", "c", "c"], { labels: ["a", "b", "c"], k: 2 });
 * if (isNotComputable(found) || found.value !== 2 / 3) throw new Error("the last row has c in the third place");
 * ```
 */
export function topKAccuracy(
  scores: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: TopKOptions,
): QualityValue | NotComputable {
  const k = requireCount("k", options?.k, 1);
  const weights = requireWeights(options, actual);
  const checked = classScores(scores, actual, options);
  if (isNotComputable(checked)) return checked;
  const { classes, truth } = checked;
  return meanOverRows("share", truth.length, weights, (row) => {
    const start = row * classes;
    const own = truth[row] as number;
    const score = scores[start + own] as number;
    let before = 0;
    for (let j = 0; j < classes; j++) {
      const other = scores[start + j] as number;
      if (other > score || (other === score && j > own)) before++;
    }
    return before < k ? 1 : 0;
  });
}
