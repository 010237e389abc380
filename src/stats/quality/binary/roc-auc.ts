import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { sortOwnDoubles } from "../../sort-doubles.ts";
import { labelledScores } from "./labelled-scores.ts";
import { pairsInOrder } from "./placements.ts";

/** What {@link rocAuc} found. */
export interface RocAuc {
  /** The area under the ROC curve, in [0, 1]: the chance that a positive scores above a negative, ties as half. */
  readonly value: number;
  /** Rows with label 1. */
  readonly positives: number;
  /** Rows with label 0. */
  readonly negatives: number;
}

/**
 * The exact area under the ROC curve, ties handled.
 *
 * `notComputable` without rows, with a NaN score, or with one class only. Labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, rocAuc } from "sluice/stats";
 * const auc = rocAuc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
 * if (isNotComputable(auc) || auc.value !== 0.75) throw new Error("3 of 4 pairs are in order");
 * if (!isNotComputable(rocAuc([0.1, 0.2], [1, 1]))) throw new Error("one class has no curve");
 * ```
 */
export function rocAuc(scores: ArrayLike<number>, labels: ArrayLike<number>): RocAuc | NotComputable {
  const split = labelledScores(scores, labels);
  if (isNotComputable(split)) return split;
  const { length: positives } = split.positives;
  const { length: negatives } = split.negatives;
  if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
  const pairs = pairsInOrder(sortOwnDoubles(split.positives), sortOwnDoubles(split.negatives));
  return { value: pairs / (positives * negatives), positives, negatives };
}
