import { aucInterval } from "../../../stats/quality/binary/auc-interval.ts";
import { compareAucs } from "../../../stats/quality/binary/compare-aucs.ts";
import { rocAuc } from "../../../stats/quality/binary/roc-auc.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";

/** The area under the ROC curve with DeLong's interval, and his paired comparison (DeLong, DeLong, Clarke-Pearson 1988). */
export const auc: EvaluationMetric = {
  name: "auc",
  kinds: ["binary"],
  higherIsBetter: true,
  value: (labels, predictions) => {
    const result = rocAuc(predictions, labels);
    return isNotComputable(result) ? Number.NaN : result.value;
  },
  estimate: (labels, predictions) => {
    const result = aucInterval(predictions, labels);
    if (isNotComputable(result)) return { notComputable: result.detail };
    const { value, lower, upper } = result;
    return { value, lower, upper, n: labels.length };
  },
  advantage: (labels, predictions, others) => {
    const result = compareAucs(predictions, others, labels);
    if (isNotComputable(result)) return { notComputable: result.detail };
    const { value, lower, upper } = result;
    return { value, lower, upper, n: labels.length };
  },
};
