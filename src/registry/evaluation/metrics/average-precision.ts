import { lowerBound } from "../../../core/lower-bound.ts";
import { isNotComputable, notComputable } from "../../../stats/not-computable.ts";
import { type ScoreSteps, scoreSteps } from "../../../stats/quality/binary/score-steps.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { influenceMetric } from "../influence-metric.ts";

/**
 * The area under the precision–recall curve as average precision, Σ (Rₙ − Rₙ₋₁)·Pₙ. With called C = TP + FP at each score, a positive row of score s moves it by its own
 * precision and by FP/C² of every positive that scores at most s; a negative by −TP/C² of the same ones.
 */
export const averagePrecision: EvaluationMetric = influenceMetric({
  name: "averagePrecision",
  kinds: ["binary"],
  higherIsBetter: true,
  range: [0, 1],
  ofOrder: true,
  measure: (labels, predictions, influences) => {
    const steps = scoreSteps(predictions, labels);
    if (isNotComputable(steps)) return steps;
    const { positives, negatives } = steps;
    if (positives === 0) return notComputable("one-class", "there are no positives");
    const { value, precisions, gain, loss } = alongSteps(steps);
    if (!influences) return { value };
    const ascending = steps.thresholds.slice().reverse();
    const last = ascending.length - 1;
    const n = labels.length;
    const influence = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const step = last - lowerBound(ascending, predictions[i] as number);
      influence[i] =
        labels[i] === 1
          ? (n * ((precisions[step] as number) - value + (gain[step] as number))) / positives
          : (-n * (loss[step] as number)) / positives;
    }
    return { value, influence, support: Math.min(positives, negatives) };
  },
});

/** Precision at each step, and what the positives at and below it gain by another positive, or lose by another negative. */
function alongSteps({ thresholds, truePositives, falsePositives, positives }: ScoreSteps) {
  const precisions = new Float64Array(thresholds.length);
  const gain = new Float64Array(thresholds.length);
  const loss = new Float64Array(thresholds.length);
  let [sum, gained, lost] = [0, 0, 0];
  for (let step = thresholds.length - 1; step >= 0; step--) {
    const [right, wrong] = [truePositives[step] as number, falsePositives[step] as number];
    const called = right + wrong;
    const here = right - (step === 0 ? 0 : (truePositives[step - 1] as number));
    precisions[step] = right / called;
    sum += here * (right / called);
    gained += (here * wrong) / called / called;
    lost += (here * right) / called / called;
    gain[step] = gained;
    loss[step] = lost;
  }
  return { value: sum / positives, precisions, gain, loss };
}
