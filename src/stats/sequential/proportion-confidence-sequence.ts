import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { logBetaDensity } from "../special/incomplete-beta.ts";
import { log1pMinus } from "../special/log1p-minus.ts";
import { checkProportion, type Proportion } from "../tests/proportion.ts";
import { type BetaPrior, requireBetaPrior } from "./beta-prior.ts";

/** How {@link proportionConfidenceSequence} is made. */
export interface ProportionSequenceOptions extends ConfidenceOptions {
  /** Where the rate is expected; fix it before the first trial. Any is valid, one near the truth is narrowest. @default uniform: a = b = 1 */
  readonly prior?: BetaPrior;
}

/**
 * The confidence sequence of a proportion: the chance that it *ever* excludes the true rate, at whatever trial it is looked at, is at
 * most 1 − confidence. It is exact, also for rare events, and needs no burn-in.
 *
 * It holds the limits against which {@link proportionLogE}, two-sided with the same prior, has not reached ln(1/α); its ends are solved
 * to 1e-12 of themselves. `notComputable` without trials; `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, proportionConfidenceSequence } from "sluice/stats";
 * const rate = proportionConfidenceSequence({ successes: 12, trials: 4000 }, { prior: { a: 1, b: 200 } });
 * if (isNotComputable(rate) || !(rate.lower > 0.001 && rate.upper < 0.007)) throw new Error("about 3 in 1,000");
 * ```
 */
export function proportionConfidenceSequence(
  seen: Proportion,
  options: ProportionSequenceOptions = {},
): IntervalEstimate | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const prior = requireBetaPrior(options.prior);
  checkProportion("seen", seen);
  if (seen.trials === 0) return notComputable("empty", "there are no trials");
  const { successes, trials } = seen;
  const allowed = -Math.log1p(-confidence) - logEAtBest(successes, trials - successes, prior);
  const [lower, upper] = [solveEnd(0, successes, trials, allowed), solveEnd(1, successes, trials, allowed)];
  return { value: successes / trials, lower, upper, confidence };
}

/** The log e-value against the observed rate itself, from that at the posterior's mean, where no term is infinite. */
function logEAtBest(successes: number, failures: number, { a, b }: BetaPrior): number {
  const trials = successes + failures;
  const all = trials + a + b;
  const [p, q] = [(a + successes) / all, (b + failures) / all];
  const atMean = logBetaDensity(a, b, p, q) - logBetaDensity(a + successes, b + failures, p, q);
  return atMean - evidence(successes, failures, p, q);
}

/** What the likelihood loses from the observed rate to p: n KL(observed ‖ p), written around the observed rate. */
function evidence(successes: number, failures: number, p: number, q: number): number {
  const trials = successes + failures;
  const distance = (p * failures - q * successes) / trials;
  return powerLoss(successes, trials, p, distance) + powerLoss(failures, trials, q, -distance);
}

/** −k (ln(p/observed) − (p − observed)/observed) for observed = k/n. */
function powerLoss(k: number, n: number, p: number, distance: number): number {
  if (k === 0) return n * distance;
  const u = (distance * n) / k;
  return Math.abs(u) <= 0.5 ? -k * log1pMinus(u) : k * (u - Math.log((p * n) / k));
}

/** The last rate that is not rejected between the observed one and 0 or 1, by bisection to the last bit. */
function solveEnd(edge: 0 | 1, successes: number, trials: number, allowed: number): number {
  const failures = trials - successes;
  if (successes === edge * trials) return edge;
  if (successes === trials) return Math.exp(-allowed / trials);
  if (successes === 0) return -Math.expm1(-allowed / trials);
  const rejected = (p: number): boolean => evidence(successes, failures, p, 1 - p) > allowed;
  let outside = edge === 0 ? Number.MIN_VALUE : 1 - Number.EPSILON / 2;
  if (!rejected(outside)) return edge;
  let inside = successes / trials;
  for (;;) {
    const wide = inside > 4 * outside;
    const middle = wide ? Math.sqrt(inside) * Math.sqrt(outside) : outside + (inside - outside) / 2;
    if (middle === inside || middle === outside) return inside;
    if (rejected(middle)) outside = middle;
    else inside = middle;
  }
}
