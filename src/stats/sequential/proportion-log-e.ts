import { type Alternative, alternatives } from "../alternative.ts";
import { requireOneOf, requireOpenFraction } from "../require-argument.ts";
import { logBetaDensity, logIncompleteBeta } from "../special/incomplete-beta.ts";
import { checkProportion, type Proportion } from "../tests/proportion.ts";
import { type BetaPrior, requireBetaPrior } from "./beta-prior.ts";

/** What {@link proportionLogE} tests. */
export interface ProportionEvidenceOptions {
  /** The limit of the rate, strictly between 0 and 1. */
  readonly limit: number;
  /** `greater`: evidence that the rate is above the limit; `less`: that it is below; `two-sided`: that it is another. @default "two-sided" */
  readonly alternative?: Alternative;
  /**
   * The rates that are mixed over, on the claimed side of the limit: where the truth is expected. Fix it before the first trial; any is
   * valid, one near the truth sees it soonest. @default uniform: a = b = 1
   */
  readonly prior?: BetaPrior;
}

/**
 * The natural logarithm of an e-value for a rate against a limit, such as the disagreement of a shadow with the champion. It may be
 * looked at after every trial: if the rate is not on the claimed side, the chance of ever reaching ln(1/α) is at most α, exactly.
 *
 * A beta-binomial mixture over the rates on the claimed side against the limit itself (H. Robbins, "Statistical methods related to the
 * law of the iterated logarithm", 1970; S. R. Howard et al., "Time-uniform, nonparametric, nonasymptotic confidence sequences", 2021).
 * 0 without trials. Several processes add their counts. Throws `argument/invalid` for impossible counts or a limit outside (0, 1).
 *
 * @example
 * ```ts
 * import { proportionLogE } from "sluice/stats";
 * const safe = proportionLogE({ successes: 2, trials: 600 }, { limit: 0.02, alternative: "less" });
 * if (safe < Math.log(20)) throw new Error("2 of 600 are clearly below 2%");
 * ```
 */
export function proportionLogE(seen: Proportion, options: ProportionEvidenceOptions): number {
  const limit = requireOpenFraction("limit", options.limit);
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  const { a, b } = requireBetaPrior(options.prior);
  checkProportion("seen", seen);
  const { successes, trials } = seen;
  if (trials === 0) return 0;
  const [c, d] = [a + successes, b + (trials - successes)];
  const overAllRates = logBetaDensity(a, b, limit, 1 - limit) - logBetaDensity(c, d, limit, 1 - limit);
  if (alternative === "two-sided") return overAllRates;
  const side = alternative === "greater" ? "upper" : "lower";
  return overAllRates + logIncompleteBeta(c, d, limit)[side] - logIncompleteBeta(a, b, limit)[side];
}
