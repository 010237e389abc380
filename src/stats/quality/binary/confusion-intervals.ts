import type { ConfidenceOptions, IntervalEstimate } from "../../interval-estimate.ts";
import type { NotComputable } from "../../not-computable.ts";
import { requireCount } from "../../require-argument.ts";
import { wilsonInterval } from "../wilson-interval.ts";
import type { Confusion } from "./confusion.ts";

/** Wilson's intervals of the shares of a {@link Confusion}. */
export interface ConfusionIntervals {
  /** Of the share of right decisions. */
  readonly accuracy: IntervalEstimate | NotComputable;
  /** Of the share of true ones among those called positive. */
  readonly precision: IntervalEstimate | NotComputable;
  /** Of the share of the positives that were called. */
  readonly recall: IntervalEstimate | NotComputable;
  /** Of the share of the negatives that were not called. */
  readonly specificity: IntervalEstimate | NotComputable;
  /** Of the share of the negatives that were called. */
  readonly falsePositiveRate: IntervalEstimate | NotComputable;
  /** Of the share of true ones among those called negative. */
  readonly negativePredictiveValue: IntervalEstimate | NotComputable;
  /** Of the share of positives. */
  readonly prevalence: IntervalEstimate | NotComputable;
}

/**
 * The shares of counted decisions with Wilson's score intervals (E. B. Wilson, 1927).
 *
 * Each share is `notComputable("empty")` where it is a share of nothing. Counts that are not whole (sums of weights have no such
 * interval) are `argument/invalid`.
 *
 * @example
 * ```ts
 * import { confusionIntervals, isNotComputable } from "sluice/stats";
 * const { recall } = confusionIntervals({ truePositives: 9, falsePositives: 4, trueNegatives: 80, falseNegatives: 1 });
 * if (isNotComputable(recall) || recall.value !== 0.9 || !(recall.lower < 0.6)) throw new Error("ten positives say little");
 * ```
 */
export function confusionIntervals(counts: Confusion, options: ConfidenceOptions = {}): ConfusionIntervals {
  const tp = requireCount("truePositives", counts.truePositives);
  const fp = requireCount("falsePositives", counts.falsePositives);
  const tn = requireCount("trueNegatives", counts.trueNegatives);
  const fn = requireCount("falseNegatives", counts.falseNegatives);
  const rows = tp + fp + tn + fn;
  const share = (successes: number, trials: number): IntervalEstimate | NotComputable =>
    wilsonInterval({ successes, trials }, options);
  return {
    accuracy: share(tp + tn, rows),
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    specificity: share(tn, tn + fp),
    falsePositiveRate: share(fp, tn + fp),
    negativePredictiveValue: share(tn, tn + fn),
    prevalence: share(tp + fn, rows),
  };
}
