import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOneOf } from "../../require-argument.ts";
import { sortDoubles } from "../../sort-doubles.ts";
import { pairsInOrder } from "../binary/placements.ts";
import type { QualityValue } from "../quality-value.ts";
import type { ClassLabel } from "./class-label.ts";
import { type ClassScoresOptions, classScores } from "./class-scores.ts";

/** How {@link multiclassAuc} makes one number of many classes. */
export interface MulticlassAucOptions extends ClassScoresOptions {
  /**
   * `one-vs-rest`: each class against all others; `one-vs-one`: each pair of classes, both ways (D. J. Hand, R. J. Till, 2001), which does
   * not depend on how frequent the classes are. Always stated: they are different quantities.
   */
  readonly scheme: "one-vs-rest" | "one-vs-one";
  /** `macro`: the plain mean over classes or pairs; `weighted`: by the rows of the class or the pair. @default "macro" */
  readonly average?: "macro" | "weighted";
}

/**
 * The area under the ROC curve for many classes.
 *
 * @param scores - Rows × classes, row after row: the column of a class is its score.
 *
 * `notComputable` without rows, with a NaN, and when a class has no rows; `argument/invalid` when sizes do not fit, for a class without a
 * column and for fewer than two columns.
 *
 * @example
 * ```ts
 * import { isNotComputable, multiclassAuc } from "sluice/stats";
 * const scores = [0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.2, 0.7, 0.4, 0.5, 0.1];
 * const auc = multiclassAuc(scores, [0, 1, 2, 0], { scheme: "one-vs-one" });
 * if (isNotComputable(auc) || auc.value !== 1) throw new Error("every pair of classes is apart");
 * ```
 */
export function multiclassAuc(
  scores: ArrayLike<number>,
  actual: ArrayLike<ClassLabel>,
  options: MulticlassAucOptions,
): QualityValue | NotComputable {
  const scheme = requireOneOf("scheme", options?.scheme, ["one-vs-rest", "one-vs-one"]);
  const average = requireOneOf("average", options.average ?? "macro", ["macro", "weighted"]);
  const checked = classScores(scores, actual, options);
  if (isNotComputable(checked)) return checked;
  const { classes, truth } = checked;
  const rows = truth.length;
  const sizes = new Float64Array(classes);
  for (const place of truth) sizes[place] = (sizes[place] as number) + 1;
  const absent = sizes.indexOf(0);
  if (absent >= 0) return notComputable("one-class", `the class in column ${absent} has no rows`);
  if (classes < 2) return notComputable("one-class", "there is one class only");
  /** The sorted scores that rows of one class, or of all others, have in a column. */
  const sorted = (column: number, place: number, others: boolean): Float64Array => {
    const kept = new Float64Array(others ? rows - (sizes[place] as number) : (sizes[place] as number));
    let used = 0;
    for (let row = 0; row < rows; row++) {
      if ((truth[row] === place) !== others) kept[used++] = scores[row * classes + column] as number;
    }
    return sortDoubles(kept);
  };
  let [sum, weights] = [0, 0];
  const add = (auc: number, size: number): void => {
    const weight = average === "macro" ? 1 : size;
    sum += weight * auc;
    weights += weight;
  };
  for (let a = 0; a < classes; a++) {
    const own = sorted(a, a, false);
    if (scheme === "one-vs-rest") add(areaOf(own, sorted(a, a, true)), own.length);
    for (let b = 0; scheme === "one-vs-one" && b < classes; b++) {
      if (b !== a) add(areaOf(own, sorted(a, b, false)), own.length + (sizes[b] as number));
    }
  }
  return { value: sum / weights, rows };
}

function areaOf(positives: Float64Array, negatives: Float64Array): number {
  return pairsInOrder(positives, negatives) / (positives.length * negatives.length);
}
