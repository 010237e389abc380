import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { type CurveOptions, keptSteps, requireMaxPoints } from "./curve-points.ts";
import { scoreSteps } from "./score-steps.ts";

/** The points of a ROC curve, from "call nothing" to "call everything". */
export interface RocCurve {
  /** A row is called positive from this score on; descending. The first is Infinity, which calls nothing. */
  readonly thresholds: Float64Array;
  /** The share of the positives that are called. */
  readonly truePositiveRates: Float64Array;
  /** The share of the negatives that are called. */
  readonly falsePositiveRates: Float64Array;
  /** Rows with label 1. */
  readonly positives: number;
  /** Rows with label 0. */
  readonly negatives: number;
}

/**
 * The ROC curve: one point per distinct score, tied rows in one step, and the point (0, 0) before them; its trapezoids have exactly the
 * area of {@link rocAuc}. With `maxPoints` the curve is thinned (`maxPoints` counts the point (0, 0)).
 *
 * `notComputable` without rows, with a NaN score, or with one class only. Labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, rocCurve } from "sluice/stats";
 * const curve = rocCurve([0.1, 0.4, 0.4, 0.8], [0, 0, 1, 1]);
 * if (isNotComputable(curve) || curve.thresholds.join() !== "Infinity,0.8,0.4,0.1") throw new Error("three scores, four points");
 * if (curve.truePositiveRates.join() !== "0,0.5,1,1") throw new Error("both positives score at least 0.4");
 * ```
 */
export function rocCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CurveOptions = {},
): RocCurve | NotComputable {
  const most = requireMaxPoints(options);
  const steps = scoreSteps(scores, labels);
  if (isNotComputable(steps)) return steps;
  const { positives, negatives } = steps;
  if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
  const kept = keptSteps(steps, Math.max(1, most - 1));
  const thresholds = new Float64Array(kept.length + 1);
  const truePositiveRates = new Float64Array(kept.length + 1);
  const falsePositiveRates = new Float64Array(kept.length + 1);
  thresholds[0] = Number.POSITIVE_INFINITY;
  kept.forEach((step, i) => {
    thresholds[i + 1] = steps.thresholds[step] as number;
    truePositiveRates[i + 1] = (steps.truePositives[step] as number) / positives;
    falsePositiveRates[i + 1] = (steps.falsePositives[step] as number) / negatives;
  });
  return { thresholds, truePositiveRates, falsePositiveRates, positives, negatives };
}
