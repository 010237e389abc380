import { aucInterval } from "../../../stats/quality/binary/auc-interval.ts";
import { compareAucs } from "../../../stats/quality/binary/compare-aucs.ts";
import { rocAuc } from "../../../stats/quality/binary/roc-auc.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import type { EvaluationMetric } from "../evaluation-metric.ts";
import { alikeInterval } from "../influence-metric.ts";
import { sameOrder } from "../same-order.ts";

/**
 * The area under the ROC curve with DeLong's interval, and his paired comparison (DeLong, DeLong, Clarke-Pearson 1988). Both need two rows of each class. Two models that put
 * all rows in the same order have exactly the same area; others that differ on no row here (both perfect, say) may do so on another: {@link alikeInterval}.
 */
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
    const { value, lower, upper, standardError } = result;
    const n = labels.length;
    if (standardError > 0 || sameOrder(predictions, others, 1)) return { value, lower, upper, n };
    const positives = Array.from(labels).filter((label) => label === 1).length;
    return alikeInterval(n, 1, Math.min(positives, n - positives));
  },
};
