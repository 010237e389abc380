import { normalSf } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import { SluiceError } from "../../core/errors.ts";

/** Successes in a number of trials. */
export interface Proportion {
  /** How many succeeded: a whole number from 0 to `trials`. */
  readonly successes: number;
  /** How many were tried: a whole number of at least 1. */
  readonly trials: number;
}

/** What {@link twoProportionTest} found. */
export interface TwoProportionResult {
  /** z, the difference over its pooled standard error. */
  readonly statistic: number;
  /** The two-sided probability of a |z| at least as large if both chances are equal. */
  readonly pValue: number;
  /** The share of the first minus the share of the second. */
  readonly difference: number;
}

/**
 * The pooled two-proportion z-test, two-sided. It is for one look at the end: looked at repeatedly its error rate is many times the
 * stated one (use {@link GuardrailEProcess} there).
 *
 * `notComputable` without trials, or when all trials of both succeeded or all failed. Throws `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, twoProportionTest } from "sluice/stats";
 * const result = twoProportionTest({ successes: 30, trials: 100 }, { successes: 45, trials: 100 });
 * if (isNotComputable(result) || !(result.pValue < 0.05)) throw new Error("15 points in 200 rows are visible");
 * ```
 */
export function twoProportionTest(first: Proportion, second: Proportion): TwoProportionResult | NotComputable {
  checkProportion("first", first);
  checkProportion("second", second);
  const { trials: n } = first;
  const { trials: m } = second;
  if (n === 0 || m === 0) return notComputable("empty", "one side has no trials");
  const pooled = (first.successes + second.successes) / (n + m);
  if (pooled === 0 || pooled === 1) return notComputable("constant", "all trials of both sides ended the same way");
  const difference = first.successes / n - second.successes / m;
  const statistic = difference / Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  return { statistic, pValue: 2 * normalSf(Math.abs(statistic)), difference };
}

/** Throws `argument/invalid` unless a {@link Proportion} has whole counts with no more successes than trials. */
export function checkProportion(name: string, { successes, trials }: Proportion): void {
  requireCount(`${name}.trials`, trials);
  requireCount(`${name}.successes`, successes);
  if (successes > trials) {
    throw new SluiceError("argument/invalid", {
      found: `${successes} successes in ${trials} trials of ${name}`,
      expected: "no more successes than trials",
      fix: "Count both over the same rows.",
    });
  }
}
