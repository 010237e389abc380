import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { type CurveOptions, keptSteps, requireMaxPoints } from "./curve-points.ts";
import { scoreSteps } from "./score-steps.ts";

/** The points of a precision–recall curve, from the strictest threshold to the loosest. */
export interface PrecisionRecallCurve {
  /** A row is called positive from this score on; descending. */
  readonly thresholds: Float64Array;
  /** The share of true ones among those called. */
  readonly precisions: Float64Array;
  /** The share of the positives that are called. */
  readonly recalls: Float64Array;
  /** Rows with label 1. */
  readonly positives: number;
  /** Rows with label 0. */
  readonly negatives: number;
}

/**
 * The precision–recall curve: one point per distinct score, tied rows in one step. The point (recall 0, precision 1) that is often put
 * before them is no measurement and left out. With `maxPoints` the curve is thinned.
 *
 * The straight line between two points of this curve is not reachable (J. Davis, M. Goadrich, 2006), so its trapezoids are no area: use
 * {@link averagePrecision}.
 *
 * `notComputable` without rows, with a NaN score, or without positives. Labels other than 0 and 1 are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { isNotComputable, precisionRecallCurve } from "sluice/stats";
 * const curve = precisionRecallCurve([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]);
 * if (isNotComputable(curve) || curve.precisions[2] !== 2 / 3 || curve.recalls[2] !== 1) throw new Error("2 of 3 calls at 0.35");
 * ```
 */
export function precisionRecallCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: CurveOptions = {},
): PrecisionRecallCurve | NotComputable {
  const most = requireMaxPoints(options);
  const steps = scoreSteps(scores, labels);
  if (isNotComputable(steps)) return steps;
  const { positives, negatives } = steps;
  if (positives === 0) return notComputable("one-class", "there are no positives");
  const kept = keptSteps(steps, most);
  const thresholds = new Float64Array(kept.length);
  const precisions = new Float64Array(kept.length);
  const recalls = new Float64Array(kept.length);
  kept.forEach((step, i) => {
    const called = steps.truePositives[step] as number;
    thresholds[i] = steps.thresholds[step] as number;
    precisions[i] = called / (called + (steps.falsePositives[step] as number));
    recalls[i] = called / positives;
  });
  return { thresholds, precisions, recalls, positives, negatives };
}
