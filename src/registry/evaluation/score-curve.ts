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
  const kept = [...keptSteps(steps, mostPoints)];
  const atKept = (column: ArrayLike<number>): readonly number[] => kept.map((step) => column[step] ?? 0);
  return {
    positives: steps.positives,
    negatives: steps.negatives,
    thresholds: atKept(steps.thresholds),
    truePositives: atKept(steps.truePositives),
    falsePositives: atKept(steps.falsePositives),
  };
}
