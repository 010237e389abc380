import { checkPairMoments } from "../moments/check-moments.ts";
import type { PairMoments } from "../moments/moments.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { type EffectEstimate, type EffectOptions, effectEstimate, scaleOf } from "./effect-estimate.ts";
import { varianceOfDifference } from "./variance-of-difference.ts";

/** An effect with the noise taken out that a covariate explains. */
export interface CupedEffect extends EffectEstimate {
  /** The coefficient of the covariate. */
  readonly theta: number;
  /** By what share the variance of the absolute effect is smaller than without the covariate, in [0, 1]; about ρ². */
  readonly varianceReduction: number;
}

/**
 * The effect on a mean, sharpened by a covariate from before the experiment (CUPED; A. Deng et al., WSDM 2013): treatment − control of
 * y − θx, with θ = cov(x, y)/var(x) within the arms. The covariate must not be touched by the treatment.
 *
 * Relative effects are relative to the control's plain mean; their error by the delta method, with the dependence of the two. A
 * covariate that does not vary takes nothing out. `notComputable` where nothing varies, where y = θx exactly, and relative to a control
 * of 0. Throws `argument/invalid` for impossible moments.
 *
 * @param control - Moments of the covariate (x) and the metric (y).
 * @param treatment - The same of the treatment.
 *
 * @example
 * ```ts
 * import { cupedEffect, isNotComputable } from "sluice/stats";
 * const control = { n: 1000, meanX: 10, meanY: 10.1, varianceX: 25, varianceY: 30, covariance: 22 };
 * const treatment = { n: 1000, meanX: 10.2, meanY: 10.9, varianceX: 25, varianceY: 30, covariance: 22 };
 * const effect = cupedEffect(control, treatment);
 * if (isNotComputable(effect) || effect.theta !== 0.88 || Math.abs(effect.value - 0.624) > 1e-12) throw new Error("0.8 − 0.88 · 0.2");
 * if (!(effect.varianceReduction > 0.64)) throw new Error("two thirds of the noise were there before");
 * ```
 */
export function cupedEffect(
  control: PairMoments,
  treatment: PairMoments,
  options: EffectOptions = {},
): CupedEffect | NotComputable {
  const c = checkPairMoments("control", control);
  const t = checkPairMoments("treatment", treatment);
  const withinX = (c.n - 1) * c.varianceX + (t.n - 1) * t.varianceX;
  const theta = withinX === 0 ? 0 : ((c.n - 1) * c.covariance + (t.n - 1) * t.covariance) / withinX;
  const ofControl = residualVariance(c, theta) / c.n;
  const ofTreatment = residualVariance(t, theta) / t.n;
  const variance = ofControl + ofTreatment;
  const plain = c.varianceY / c.n + t.varianceY / t.n;
  if (variance === 0)
    return notComputable("constant", plain === 0 ? "neither arm varies" : "the covariate explains all");
  const difference = t.meanY - c.meanY - theta * (t.meanX - c.meanX);
  const share = ofControl / variance;
  const dof = 1 / (share ** 2 / (c.n - 1) + (1 - share) ** 2 / (t.n - 1));
  const relative = scaleOf(options) === "relative";
  if (relative && c.meanY === 0) return notComputable("zero-denominator", "the control's mean is 0");
  const unit = relative ? Math.abs(c.meanY) : 1;
  const value = difference / unit;
  const standardError = Math.sqrt(relative ? relativeVariance(c, theta, difference, variance) : variance);
  const found = effectEstimate({ value, standardError, dof, n: c.n, m: t.n }, options);
  if (isNotComputable(found)) return found;
  return { ...found, theta, varianceReduction: Math.max(0, 1 - variance / plain) };
}

/** The variance of y − θx. */
function residualVariance({ varianceX, varianceY, covariance }: PairMoments, theta: number): number {
  return varianceOfDifference(varianceY, covariance, varianceX, theta);
}

/** The variance of Δ/ȳ: Δ holds −(ȳ − θx̄) of the control, hence cov(Δ, ȳ) = −(var y − θ cov)/n. */
function relativeVariance(c: PairMoments, theta: number, difference: number, variance: number): number {
  const lift = difference / c.meanY;
  const together = -(c.varianceY - theta * c.covariance) / c.n;
  const scaled = variance + lift * lift * (c.varianceY / c.n) - 2 * lift * together;
  return Math.max(0, scaled) / c.meanY / c.meanY;
}
