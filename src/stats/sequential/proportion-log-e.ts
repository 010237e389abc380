import { SluiceError } from "../../core/errors.ts";
import { requireCount, requireOpenFraction } from "../require-argument.ts";
import { logBetaDensity, logIncompleteBeta } from "../special/incomplete-beta.ts";

/** What {@link proportionLogE} tests. */
export interface ProportionEvidenceOptions {
  /** The limit of the rate, strictly between 0 and 1. */
  readonly limit: number;
  /** `above`: evidence that the rate is above the limit; `below`: evidence that it is below. */
  readonly direction: "above" | "below";
}

/**
 * The natural logarithm of an e-value for a rate against a limit, such as the disagreement of a shadow with the champion. It may be
 * looked at after every trial: if the rate is not on the claimed side, the chance of ever reaching ln(1/α) is at most α.
 *
 * A beta-binomial mixture, uniform over the rates on the claimed side, against the limit itself. 0 without trials.
 * Throws `argument/invalid` for impossible counts or a limit outside (0, 1).
 *
 * @example
 * ```ts
 * import { proportionLogE } from "sluice/stats";
 * const safe = proportionLogE({ bad: 2, trials: 600 }, { limit: 0.02, direction: "below" });
 * if (safe < Math.log(20)) throw new Error("2 of 600 are clearly below 2%");
 * ```
 */
export function proportionLogE(
  seen: { readonly bad: number; readonly trials: number },
  options: ProportionEvidenceOptions,
): number {
  const { limit, direction } = options;
  requireOpenFraction("limit", limit);
  const trials = requireCount("trials", seen.trials);
  const bad = requireCount("bad", seen.bad);
  if (bad > trials) {
    throw new SluiceError("argument/invalid", {
      found: `${bad} bad of ${trials} trials`,
      expected: "no more bad ones than trials",
      fix: "Count both over the same rows.",
    });
  }
  const a = bad + 1;
  const b = trials - bad + 1;
  const side = direction === "above" ? "upper" : "lower";
  const width = direction === "above" ? 1 - limit : limit;
  const overAllRates = Math.log(limit) + Math.log1p(-limit) - logBetaDensity(a, b, limit, 1 - limit);
  return overAllRates + logIncompleteBeta(a, b, limit)[side] - Math.log(width);
}
