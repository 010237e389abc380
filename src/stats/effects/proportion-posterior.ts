import { betaCdf, betaIsf, betaQuantile, betaSf } from "../distributions/beta.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { requireAtLeast, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { logBeta } from "../special/log-beta.ts";
import { checkProportion, type Proportion } from "../tests/proportion.ts";
import type { Belief } from "./belief.ts";

/** What is believed before any trial: a Beta(a, b). */
export interface ProportionPosteriorOptions extends ConfidenceOptions {
  /** a − 1 successes and b − 1 failures that were seen before, so to say; both from 0.1 to 1e17. @default { a: 1, b: 1 }, all proportions alike */
  readonly prior?: { readonly a: number; readonly b: number };
}

/** What is believed of a proportion after its trials: a Beta(a, b). `value` is its mean, the ends cut off equal tails. */
export interface ProportionPosterior extends IntervalEstimate {
  readonly kind: "beta";
  /** The first shape. */
  readonly a: number;
  /** The second shape. */
  readonly b: number;
}

/**
 * The posterior of a proportion (T. Bayes, 1763): Beta(a + successes, b + failures) with its equal-tailed credible interval. Without
 * trials it is the prior. Throws `argument/invalid` for impossible counts or priors.
 *
 * @example
 * ```ts
 * import { proportionPosterior } from "sluice/stats";
 * const clicks = proportionPosterior({ successes: 7, trials: 50 });
 * if (clicks.a !== 8 || clicks.b !== 44 || !(clicks.lower > 0.06 && clicks.upper < 0.27)) throw new Error("7 of 50");
 * ```
 */
export function proportionPosterior(seen: Proportion, options: ProportionPosteriorOptions = {}): ProportionPosterior {
  checkProportion("seen", seen);
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const { a: priorA, b: priorB } = options.prior ?? { a: 1, b: 1 };
  requireAtLeast("prior.a", priorA, 0.1);
  requireAtLeast("prior.b", priorB, 0.1);
  const a = priorA + seen.successes;
  const b = priorB + (seen.trials - seen.successes);
  const tail = (1 - confidence) / 2;
  return {
    kind: "beta",
    a,
    b,
    value: a / 2 / (a / 2 + b / 2),
    lower: betaQuantile(tail, a, b),
    upper: betaIsf(tail, a, b),
    confidence,
  };
}

/** The belief as functions of the proportion. */
export function betaBelief({ a, b }: Pick<ProportionPosterior, "a" | "b">): Belief {
  const logNorm = logBeta(requirePositive("a", a), requirePositive("b", b));
  return {
    quantile: (p) => betaQuantile(p, a, b),
    isf: (upper) => betaIsf(upper, a, b),
    cdf: (x) => betaCdf(Math.min(1, Math.max(0, x)), a, b),
    sf: (x) => betaSf(Math.min(1, Math.max(0, x)), a, b),
    pdf: (x) => (x > 0 && x < 1 ? Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - logNorm) : 0),
  };
}
