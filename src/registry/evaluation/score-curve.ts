import type { ScoreCurve } from "../../contracts/evaluation-detail.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import { keptSteps } from "../../stats/quality/binary/curve-points.ts";
import { scoreSteps } from "../../stats/quality/binary/score-steps.ts";
import type { JudgedRows } from "./judged-rows.ts";

const mostPoints = 200;

/** What each threshold calls, thinned to at most 200 of them, about equally far apart along the curves; `undefined` but for a binary model and rows of both classes. */
export function scoreCurve({ kind, labels, predictions }: JudgedRows): ScoreCurve | undefined {
  if (kind !== "binary") return undefined;
  const steps = scoreSteps(predictions, labels);
  if (isNotComputable(steps) || steps.positives === 0 || steps.negatives === 0) return undefined;
  const { thresholds, truePositives, falsePositives, positives, negatives } = steps;
  const points = Array.from(keptSteps(steps, mostPoints), (step) => ({
    threshold: thresholds[step] as number,
    truePositives: truePositives[step] as number,
    falsePositives: falsePositives[step] as number,
  }));
  return { positives, negatives, points };
}
