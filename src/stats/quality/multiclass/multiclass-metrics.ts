import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOneOf } from "../../require-argument.ts";
import type { ClassLabel } from "./class-label.ts";
import { cohensKappa } from "./cohens-kappa.ts";
import { type ConfusionMatrix, requireMatrix } from "./confusion-matrix.ts";
import { multiclassMcc } from "./multiclass-mcc.ts";

/** Precision, recall and F1. */
export interface PrecisionRecallF1 {
  /** The share of right ones among those predicted as the class. */
  readonly precision: number | NotComputable;
  /** The share of the class that was predicted as such. */
  readonly recall: number | NotComputable;
  /** The harmonic mean of both. */
  readonly f1: number | NotComputable;
}

/** How one class fares against all others. */
export interface ClassMetrics extends PrecisionRecallF1 {
  /** The class. */
  readonly label: ClassLabel;
  /** Rows of this class. */
  readonly support: number;
  /** Rows that were predicted as this class. */
  readonly predicted: number;
}

/** What {@link multiclassMetrics} found. */
export interface MulticlassMetrics {
  /** Rows, or the sum of their weights. */
  readonly total: number;
  /** The share of right predictions: also the micro average of precision, recall and F1. */
  readonly accuracy: number | NotComputable;
  /** The mean recall of the classes that occur. */
  readonly balancedAccuracy: number | NotComputable;
  /** Cohen's kappa, unweighted. */
  readonly kappa: number | NotComputable;
  /** Matthews' correlation for many classes (J. Gorodkin, 2004), in [−1, 1]. */
  readonly mcc: number | NotComputable;
  /** Each class, in the order of the matrix. */
  readonly perClass: readonly ClassMetrics[];
  /** The plain mean over the classes. */
  readonly macro: PrecisionRecallF1;
  /** Over all decisions at once. */
  readonly micro: PrecisionRecallF1;
  /** The mean over the classes by their support; classes without rows do not count. */
  readonly weighted: PrecisionRecallF1;
}

/** What {@link multiclassMetrics} takes a 0/0 of one class for. */
export interface ZeroDivisionOptions {
  /**
   * `notComputable`: the class has no value, and neither has a macro mean over it; `skip`: the class has none, means leave it out;
   * `zero`, `one`: that number. (scikit-learn's `zero_division` is 0 with a warning.) @default "notComputable"
   */
  readonly zeroDivision?: "notComputable" | "skip" | "zero" | "one";
}

/**
 * Everything a confusion matrix says: accuracy, balanced accuracy, kappa, MCC; precision, recall and F1 by class and as macro, micro and
 * support-weighted means.
 *
 * What would be 0/0 is `notComputable("zero-denominator")` unless `zeroDivision` says otherwise. A matrix that is not square or has
 * negative or non-finite counts is `argument/invalid`.
 *
 * @example
 * ```ts
 * import { confusionMatrix, isNotComputable, multiclassMetrics } from "sluice/stats";
 * const matrix = confusionMatrix([0, 2, 1, 0, 0, 1], [0, 1, 2, 0, 1, 2]);
 * if (isNotComputable(matrix)) throw new Error(matrix.detail);
 * const { accuracy, macro } = multiclassMetrics(matrix);
 * if (accuracy !== 2 / 6 || Math.abs(Number(macro.recall) - 1 / 3) > 1e-12) throw new Error("only class 0 is found");
 * ```
 */
export function multiclassMetrics(matrix: ConfusionMatrix, options: ZeroDivisionOptions = {}): MulticlassMetrics {
  const words = ["notComputable", "skip", "zero", "one"] as const;
  const rule = requireOneOf("zeroDivision", options.zeroDivision ?? "notComputable", words);
  const { labels, counts } = requireMatrix(matrix);
  const support = counts.map(sum);
  const predicted = labels.map((_, j) => sum(counts.map((row) => row[j] as number)));
  const total = sum(support);
  const right = sum(counts.map((row, i) => row[i] as number));
  const filled = (part: number, whole: number, why: string): number | NotComputable => {
    if (whole !== 0) return part / whole;
    if (rule === "zero" || rule === "one") return rule === "zero" ? 0 : 1;
    return notComputable("zero-denominator", why);
  };
  const perClass = labels.map((label, i): ClassMetrics => {
    const [here, called] = [support[i] as number, predicted[i] as number];
    const hits = counts[i]?.[i] as number;
    const name = JSON.stringify(label);
    return {
      label,
      support: here,
      predicted: called,
      precision: filled(hits, called, `nothing was predicted as ${name}`),
      recall: filled(hits, here, `there are no rows of ${name}`),
      f1: filled(2 * hits, here + called, `${name} neither occurs nor is predicted`),
    };
  });
  const accuracy = total === 0 ? notComputable("zero-denominator", "there are no rows") : right / total;
  const present = perClass.filter((each) => each.support > 0);
  return {
    total,
    accuracy,
    balancedAccuracy: meanOf(
      present.map((each) => each.recall),
      undefined,
      false,
    ),
    kappa: cohensKappa(matrix),
    mcc: multiclassMcc(matrix),
    perClass,
    macro: averaged(perClass, undefined, rule === "skip"),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: averaged(present, (each) => each.support, rule === "skip"),
  };
}

function averaged(
  classes: readonly ClassMetrics[],
  weight: ((each: ClassMetrics) => number) | undefined,
  skip: boolean,
): PrecisionRecallF1 {
  const weights = weight === undefined ? undefined : classes.map(weight);
  const mean = (key: keyof PrecisionRecallF1): number | NotComputable =>
    meanOf(
      classes.map((each) => each[key]),
      weights,
      skip,
    );
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

function meanOf(
  values: readonly (number | NotComputable)[],
  weights: readonly number[] | undefined,
  skip: boolean,
): number | NotComputable {
  let [top, bottom] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (isNotComputable(value)) {
      if (skip) continue;
      return notComputable("zero-denominator", `a class has no value: ${value.detail}`);
    }
    const weight = weights?.[i] ?? 1;
    top += weight * value;
    bottom += weight;
  }
  return bottom === 0 ? notComputable("zero-denominator", "no class has a value") : top / bottom;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
