import { normalIsf } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { checkProportion } from "../tests/two-proportion-test.ts";

/** An estimate with its interval. */
export interface IntervalEstimate {
  /** The estimate. */
  readonly value: number;
  /** The lower end. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
  /** The chance that such an interval holds the truth. */
  readonly confidence: number;
}

/**
 * Wilson's score interval of a proportion (E. B. Wilson, 1927): sound for few trials and next to 0 and 1.
 *
 * `notComputable` without trials; `argument/invalid` for impossible counts.
 *
 * @param confidence - Strictly between 0 and 1. @default 0.95
 *
 * @example
 * ```ts
 * import { isNotComputable, wilsonInterval } from "sluice/stats";
 * const rate = wilsonInterval(0, 10);
 * if (isNotComputable(rate) || rate.lower !== 0 || Math.abs(rate.upper - 0.2775) > 1e-4) throw new Error("not Wilson's");
 * ```
 */
export function wilsonInterval(
  successes: number,
  trials: number,
  confidence: number = 0.95,
): IntervalEstimate | NotComputable {
  checkProportion("the sample", { successes, trials });
  requireOpenFraction("confidence", confidence);
  if (trials === 0) return notComputable("empty", "there are no trials");
  const z2 = normalIsf((1 - confidence) / 2) ** 2;
  const share = successes / trials;
  const middle = (successes + z2 / 2) / (trials + z2);
  const half = Math.sqrt(z2 * (share * (1 - share) * trials + z2 / 4)) / (trials + z2);
  return {
    value: share,
    lower: successes === 0 ? 0 : Math.max(0, middle - half),
    upper: successes === trials ? 1 : Math.min(1, middle + half),
    confidence,
  };
}
