import { lowerBound } from "../../../core/lower-bound.ts";
import { upperBound } from "../../../core/upper-bound.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../../stats/not-computable.ts";
import { labelledScores } from "../../../stats/quality/binary/labelled-scores.ts";
import { sortDoubles } from "../../../stats/sort-doubles.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { type Influenced, influenceMetric } from "../influence-metric.ts";

/** The mean over the classes of the AUC of one class against all others (F. Provost, P. Domingos, 2001, unweighted). */
export const macroAuc: EvaluationMetric = influenceMetric({
  name: "macroAuc",
  kinds: ["multiclass"],
  higherIsBetter: true,
  range: [0, 1],
  ofOrder: true,
  measure: (labels, predictions) => {
    const n = labels.length;
    if (n === 0) return notComputable("empty", "no rows");
    const classes = predictions.length / n;
    const influence = new Float64Array(n);
    let value = 0;
    let support = n;
    for (let j = 0; j < classes; j++) {
      const scores = Float64Array.from({ length: n }, (_, i) => predictions[i * classes + j] as number);
      const one = aucInfluence(
        scores,
        Uint8Array.from({ length: n }, (_, i) => (labels[i] === j ? 1 : 0)),
      );
      if (isNotComputable(one)) return notComputable(one.notComputable, `class ${j} against the others: ${one.detail}`);
      value += one.value / classes;
      support = Math.min(support, one.support);
      for (let i = 0; i < n; i++) influence[i] = (influence[i] as number) + (one.influence[i] as number) / classes;
    }
    return { value, influence, support };
  },
});

/** The AUC, and the rows' influences: DeLong's placements less their mean, over the class's share. */
function aucInfluence(scores: Float64Array, labels: Uint8Array): Required<Omit<Influenced, "flip">> | NotComputable {
  const split = labelledScores(scores, labels);
  if (isNotComputable(split)) return split;
  const above = sortDoubles(split.positives);
  const below = sortDoubles(split.negatives);
  if (above.length === 0 || below.length === 0) return notComputable("one-class", "all labels are the same");
  const influence = new Float64Array(scores.length);
  let value = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    const other = labels[i] === 1 ? below : above;
    const from = lowerBound(other, score);
    const share = (other[from] === score ? (from + upperBound(other, score, from)) / 2 : from) / other.length;
    influence[i] = labels[i] === 1 ? share : 1 - share;
    if (labels[i] === 1) value += share / above.length;
  }
  for (let i = 0; i < scores.length; i++) {
    const rows = labels[i] === 1 ? above.length : below.length;
    influence[i] = (((influence[i] as number) - value) * scores.length) / rows;
  }
  return { value, influence, support: Math.min(above.length, below.length) };
}
