import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import type { RocAuc } from "./roc-auc.ts";
import { scoreSteps } from "./score-steps.ts";

/**
 * Average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over the points of the precision–recall curve, tied scores in one step, as scikit-learn defines it.
 * No line is drawn between points, so it is not optimistic as the trapezoids of that curve are. A random order scores the prevalence.
 *
 * `notComputable` without rows, with a NaN score, or without positives (scikit-learn answers 0). Labels other than 0 and 1 are
 * `argument/invalid`.
 *
 * @example
 * ```ts
 * import { averagePrecision, isNotComputable } from "sluice/stats";
 * const found = averagePrecision([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
 * if (isNotComputable(found) || Math.abs(found.value - 5 / 6) > 1e-12) throw new Error("½·1 + ½·2/3");
 * ```
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): RocAuc | NotComputable {
  const steps = scoreSteps(scores, labels);
  if (isNotComputable(steps)) return steps;
  const { positives, negatives } = steps;
  if (positives === 0) return notComputable("one-class", "there are no positives");
  let before = 0;
  let sum = 0;
  for (let i = 0; i < steps.thresholds.length; i++) {
    const called = steps.truePositives[i] as number;
    if (called > before) sum += ((called - before) * called) / (called + (steps.falsePositives[i] as number));
    before = called;
  }
  return { value: sum / positives, positives, negatives };
}
