import { type Alternative, alternatives } from "../alternative.ts";
import { normalSf } from "../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf, requireOpenFraction, requirePositive } from "../require-argument.ts";
import {
  type BurnInOptions,
  checkSequentialEstimate,
  type SequentialEstimate,
  sidedInterval,
} from "./sequential-estimate.ts";

/** How {@link msprt} looks for an effect. */
export interface MsprtOptions extends ConfidenceOptions, BurnInOptions {
  /**
   * τ², the variance of the effects that are mixed over, in squared units of the effect: how large effects are expected to be.
   *
   * The test holds for any τ² that was fixed beforehand, and stops soonest for effects near τ; three times too large costs about a
   * tenth more rows, three times too small up to a half. By default τ is a tenth of the standard deviation of one row, told from the
   * standard error by σ² = V/(1/n + 1/m): within 15% of the soonest stop for effects of 0.03 to 0.2 standard deviations.
   *
   * @default 0.01 σ²
   */
  readonly mixtureVariance?: number;
  /** `greater`: is the effect above 0, with a lower bound only; `less`: is it below 0, with an upper bound only. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** What {@link msprt} found at one look; its interval holds at all looks at once. */
export interface MsprtResult extends IntervalEstimate {
  /** The natural logarithm of the mixture likelihood ratio Λ, an e-value against no effect. */
  readonly logE: number;
  /** 1/Λ, at most 1: the always-valid p-value of this look. */
  readonly pValue: number;
  /** The τ² that was used. */
  readonly mixtureVariance: number;
}

/**
 * The mixture sequential probability ratio test of a mean or an effect at one look: the chance that its p-value *ever* falls to α
 * without an effect is at most α, about, since the variance is estimated. {@link MsprtProcess} keeps the smallest p-value of many looks.
 *
 * Λ = √(V/(V + τ²)) exp(τ² d²/(2 V (V + τ²))) for an estimate d of variance V; one-sided the mixture is a half-normal. The interval is
 * the set of effects that Λ does not reject; a one-sided one is infinite on its open side. R. Johari, P. Koomen, L. Pekelis and
 * D. Walsh, "Always valid inference: continuous monitoring of A/B tests", Operations Research 2022.
 *
 * `notComputable` ("too-few") before `minimumEvents` events in each arm, "constant" for a standard error of 0, "infinite" where a
 * number overflows. Throws `argument/invalid` for impossible numbers.
 *
 * @example
 * ```ts
 * import { isNotComputable, msprt } from "sluice/stats";
 * const look = msprt({ value: 0.02, standardError: 0.004, n: 8000, m: 8000, events: 400 });
 * if (isNotComputable(look) || !(look.pValue < 0.05 && look.lower > 0)) throw new Error("an effect of five standard errors");
 * ```
 */
export function msprt(at: SequentialEstimate, options: MsprtOptions = {}): MsprtResult | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  const asked = options.mixtureVariance;
  if (asked !== undefined) requirePositive("mixtureVariance", asked);
  const unusable = checkSequentialEstimate(at, options);
  if (unusable !== undefined) return unusable;
  const { value, standardError } = at;
  const ratio = asked === undefined ? usualRatio(at) : (Math.sqrt(asked) / standardError) ** 2;
  const mixtureVariance = asked ?? ratio * standardError * standardError;
  const perZ = Math.sqrt(ratio / (1 + ratio));
  const logShrink = Math.log1p(ratio) / 2;
  const needed = logShrink - Math.log1p(-confidence);
  const sided = alternative !== "two-sided";
  const half = (standardError * (sided ? solveHalfNormal(needed) : Math.sqrt(2 * needed))) / perZ;
  const interval = sidedInterval(value, half, alternative);
  if (isNotComputable(interval)) return interval;
  if (!(Number.isFinite(ratio) && Number.isFinite(mixtureVariance)))
    return notComputable("infinite", "the mixture variance is out of all proportion to the standard error");
  const u = perZ * Math.max(-1e150, Math.min(1e150, value / standardError)) * (alternative === "less" ? -1 : 1);
  const logE = (sided ? logHalfNormal(u) : (u * u) / 2) - logShrink;
  return { value, ...interval, confidence, logE, pValue: Math.exp(Math.min(0, -logE)), mixtureVariance };
}

/** τ²/V for τ = σ/10. */
function usualRatio({ n, m = 0 }: SequentialEstimate): number {
  return 0.01 * (m === 0 ? n : n / (1 + n / m));
}

/** ln[2 e^(u²/2) Φ(u)]: what a half-normal mixture makes of u. Below −37, where Φ underflows, by its asymptotic series. */
function logHalfNormal(u: number): number {
  if (u >= 0) return (u * u) / 2 + Math.LN2 + Math.log1p(-normalSf(u));
  if (u > -37) return (u * u) / 2 + Math.log(2 * normalSf(-u));
  const w = 1 / (u * u);
  return Math.log1p(-w * (1 - w * (3 - w * (15 - w * (105 - w * 945))))) - Math.log(-u * Math.sqrt(Math.PI / 2));
}

/** The u at which {@link logHalfNormal} is `needed` > 0: Newton's steps from the right, where it is convex and cannot overshoot. */
function solveHalfNormal(needed: number): number {
  let u = Math.sqrt(2 * needed);
  for (let i = 0; i < 100; i++) {
    const slope = u + Math.exp(-(u * u) / 2) / (Math.sqrt(2 * Math.PI) * (1 - normalSf(u)));
    const step = (logHalfNormal(u) - needed) / slope;
    u -= step;
    if (!(Math.abs(step) > 1e-15 * u)) break;
  }
  return u;
}
