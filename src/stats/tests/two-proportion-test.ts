import { type Alternative, alternatives } from "../alternative.ts";
import { normalSf } from "../distributions/normal.ts";
import type { ConfidenceOptions } from "../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { newcombeInterval } from "./newcombe-interval.ts";
import { checkProportion, type Proportion } from "./proportion.ts";
import { symmetricPValue } from "./symmetric-p-value.ts";

/** Options of {@link twoProportionTest}. */
export interface TwoProportionOptions extends ConfidenceOptions {
  /** `greater`: the first proportion is larger. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** What {@link twoProportionTest} found. */
export interface TwoProportionResult {
  /** z, the difference over its pooled standard error. */
  readonly statistic: number;
  /** The probability of a z as extreme, to the side that was asked for, if both chances are equal. */
  readonly pValue: number;
  /** The share of the first minus the share of the second. */
  readonly difference: number;
  /** The lower end of the two-sided interval of the difference, as {@link newcombeInterval}. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
  /** The chance that such an interval holds the truth. */
  readonly confidence: number;
  /** Trials of the first. */
  readonly n: number;
  /** Trials of the second. */
  readonly m: number;
}

/**
 * The pooled two-proportion z-test. It is for one look at the end: looked at repeatedly its error rate is many times the
 * stated one (use {@link GuardrailEProcess} there). For few successes or failures use {@link fisherExactTest}.
 *
 * `notComputable` without trials, or when all trials of both succeeded or all failed (the interval alone is then
 * {@link newcombeInterval}). Throws `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, twoProportionTest } from "sluice/stats";
 * const result = twoProportionTest({ successes: 30, trials: 100 }, { successes: 45, trials: 100 });
 * if (isNotComputable(result) || !(result.pValue < 0.05)) throw new Error("15 points in 200 rows are visible");
 * ```
 */
export function twoProportionTest(
  first: Proportion,
  second: Proportion,
  options: TwoProportionOptions = {},
): TwoProportionResult | NotComputable {
  const { alternative = "two-sided" } = options;
  requireOneOf("alternative", alternative, alternatives);
  checkProportion("first", first);
  checkProportion("second", second);
  const { trials: n } = first;
  const { trials: m } = second;
  const interval = newcombeInterval(first, second, options);
  if (isNotComputable(interval)) return interval;
  const pooled = (first.successes + second.successes) / (n + m);
  const failed = (n - first.successes + (m - second.successes)) / (n + m);
  if (pooled === 0 || failed === 0) return notComputable("constant", "all trials of both sides ended the same way");
  const { value: difference, lower, upper, confidence } = interval;
  const statistic = difference / Math.sqrt(pooled * failed * (1 / n + 1 / m));
  return {
    statistic,
    pValue: symmetricPValue(statistic, alternative, normalSf),
    difference,
    lower,
    upper,
    confidence,
    n,
    m,
  };
}
