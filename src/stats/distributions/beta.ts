import { portable } from "../../core/math/portable.ts";
import { requireOpenFraction, requireShape } from "../require-argument.ts";
import { incompleteBeta } from "../special/incomplete-beta.ts";
import { betaLogit } from "./beta-logit.ts";

/** The probability that a Beta(a, b) variable exceeds x, in [0, 1]; both shapes from 1e-16 to 1e18. */
export function betaSf(x: number, a: number, b: number): number {
  return incompleteBeta(a, b, x).upper;
}

/** The probability that a Beta(a, b) variable is at most x, in [0, 1]; both shapes likewise. */
export function betaCdf(x: number, a: number, b: number): number {
  return incompleteBeta(a, b, x).lower;
}

/**
 * The x that a Beta(a, b) variable stays below with the probability `p`, strictly between 0 and 1 (both shapes from 1e-16 to 1e18): the
 * quantiles of a posterior of a proportion. 0 or 1 where no double lies between it and the end.
 *
 * @example
 * ```ts
 * import { betaQuantile } from "sluice/stats";
 * if (Math.abs(betaQuantile(0.09, 2, 1) - 0.3) > 1e-15) throw new Error("the quantile of Beta(2, 1) is the root");
 * ```
 */
export function betaQuantile(p: number, a: number, b: number): number {
  requireOpenFraction("p", p);
  requireShape("a", a);
  requireShape("b", b);
  return share(p <= 0.5 ? betaLogit(p, a, b) : -betaLogit(1 - p, b, a));
}

/** The x that a Beta(a, b) variable exceeds with the probability `upper`, strictly between 0 and 1. */
export function betaIsf(upper: number, a: number, b: number): number {
  requireOpenFraction("upper", upper);
  requireShape("a", a);
  requireShape("b", b);
  return share(upper <= 0.5 ? -betaLogit(upper, b, a) : betaLogit(1 - upper, a, b));
}

/** x = 1/(1 + e^(−logit)), precise also next to 0. */
function share(logit: number): number {
  return logit < 0 ? portable.exp(logit) / (1 + portable.exp(logit)) : 1 / (1 + portable.exp(-logit));
}
