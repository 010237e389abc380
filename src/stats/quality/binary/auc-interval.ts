import { normalIsf } from "../../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../../not-computable.ts";
import { requireOpenFraction } from "../../require-argument.ts";
import { sortOwnDoubles } from "../../sort-doubles.ts";
import { labelledScores } from "./labelled-scores.ts";
import { pairsInOrder, placementVariances } from "./placements.ts";
import type { RocAuc } from "./roc-auc.ts";

/** An AUC with DeLong's standard error and interval. */
export interface AucInterval extends RocAuc, IntervalEstimate {
  /** DeLong's standard error: 0 when the classes are perfectly apart. */
  readonly standardError: number;
}

/**
 * The AUC with DeLong's interval (E. DeLong, D. DeLong, D. Clarke-Pearson, 1988), cut at 0 and 1.
 *
 * Where the classes are perfectly apart DeLong's error is 0 and says nothing; then the interval is Wilson's for as many trials as the
 * smaller class has rows. `notComputable` as in {@link rocAuc}, and with fewer than two rows of a class.
 *
 * @example
 * ```ts
 * import { aucInterval, isNotComputable } from "sluice/stats";
 * const auc = aucInterval([0.1, 0.3, 0.35, 0.8, 0.7, 0.4], [0, 0, 1, 1, 1, 0]);
 * if (isNotComputable(auc) || !(auc.lower < auc.value && auc.value <= auc.upper)) throw new Error("no interval");
 * ```
 */
export function aucInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: ConfidenceOptions = {},
): AucInterval | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const split = labelledScores(scores, labels);
  if (isNotComputable(split)) return split;
  const { length: positives } = split.positives;
  const { length: negatives } = split.negatives;
  if (positives === 0 || negatives === 0) return notComputable("one-class", "all labels are the same");
  if (positives < 2 || negatives < 2) return notComputable("too-few", "a class has a single row");
  const above = sortOwnDoubles(split.positives);
  const below = sortOwnDoubles(split.negatives);
  const pairs = pairsInOrder(above, below);
  const value = pairs / (positives * negatives);
  const varying = placementVariances(above, below, pairs);
  const standardError = Math.sqrt(varying.ofPositives / positives + varying.ofNegatives / negatives);
  const z = normalIsf((1 - confidence) / 2);
  const apart = (z * z) / (Math.min(positives, negatives) + z * z);
  const half = value === 0 || value === 1 ? apart : z * standardError;
  const lower = Math.max(0, value - half);
  return { value, standardError, lower, upper: Math.min(1, value + half), confidence, positives, negatives };
}
