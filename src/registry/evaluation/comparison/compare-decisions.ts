import type { DecisionComparison } from "../../../contracts/evaluation-detail.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import { mcNemarTest } from "../../../stats/tests/mcnemar-test.ts";
import { calledClasses } from "../decision-counts.ts";
import type { JudgedRows } from "../judged-rows.ts";

/** McNemar's test of which model is right on more of the same rows; `undefined` for regression. */
export function compareDecisions(
  judged: JudgedRows,
  others: Float64Array,
  threshold: number,
): DecisionComparison | undefined {
  if (judged.kind === "regression") return undefined;
  const own = calledClasses(judged, judged.predictions, threshold);
  const theirs = calledClasses(judged, others, threshold);
  let [onlyThis, onlyChampion] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    const [right, rightToo] = [own[i] === judged.labels[i], theirs[i] === judged.labels[i]];
    if (right && !rightToo) onlyThis++;
    if (!right && rightToo) onlyChampion++;
  }
  const pairs = { onlyFirst: onlyThis, onlySecond: onlyChampion };
  const exact = mcNemarTest(pairs);
  const midP = mcNemarTest(pairs, { method: "midP" });
  if (isNotComputable(exact) || isNotComputable(midP)) return undefined;
  return { onlyThis, onlyChampion, pValue: exact.pValue, midPValue: midP.pValue };
}
