import { normalIsf } from "../distributions/normal.ts";
import type { ConfidenceOptions, IntervalEstimate } from "../interval-estimate.ts";
import { checkPairMoments } from "../moments/check-moments.ts";
import type { PairMoments } from "../moments/moments.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { type ArmEstimate, armsEffect, type EffectEstimate, type EffectOptions } from "./effect-estimate.ts";
import { varianceOfDifference } from "./variance-of-difference.ts";

/** A ratio metric with its interval. */
export interface RatioEstimate extends IntervalEstimate {
  /** The standard error of `value`. */
  readonly standardError: number;
  /** Units: the pairs, not what they count. */
  readonly n: number;
}

/**
 * A ratio metric Σx/Σy over independent units, such as clicks (x) per view (y) of users, with its interval by the delta method: the rows
 * of one unit may depend on each other, units may not (A. Deng et al., KDD 2018; W. G. Cochran, 1977, 6.4).
 *
 * `notComputable` for a denominator of mean 0 and where the ratio does not vary. Throws `argument/invalid` for impossible moments.
 *
 * @param pairs - Moments of x (numerator) and y (denominator) over units.
 *
 * @example
 * ```ts
 * import { isNotComputable, pairMoments, ratioMetric } from "sluice/stats";
 * const clicks = [1, 0, 3, 2];
 * const views = [10, 4, 20, 16];
 * const pairs = pairMoments(clicks, views);
 * if (isNotComputable(pairs)) throw new Error(pairs.detail);
 * const rate = ratioMetric(pairs);
 * if (isNotComputable(rate) || rate.value !== 0.12) throw new Error("6 of 50");
 * ```
 */
export function ratioMetric(pairs: PairMoments, options: ConfidenceOptions = {}): RatioEstimate | NotComputable {
  const confidence = requireOpenFraction("confidence", options.confidence ?? 0.95);
  const arm = ratioArm("pairs", pairs);
  if (isNotComputable(arm)) return arm;
  const standardError = Math.sqrt(arm.variance);
  if (standardError === 0) return notComputable("constant", "the ratio is the same for every unit");
  const half = normalIsf((1 - confidence) / 2) * standardError;
  return { value: arm.value, standardError, lower: arm.value - half, upper: arm.value + half, confidence, n: arm.n };
}

/**
 * The effect of a treatment on a ratio metric (see {@link ratioMetric}), absolute or relative to the control.
 *
 * @example
 * ```ts
 * import { isNotComputable, ratioEffect } from "sluice/stats";
 * const control = { n: 900, meanX: 2, meanY: 20, varianceX: 4, varianceY: 90, covariance: 15 };
 * const treatment = { ...control, n: 950, meanX: 2.4 };
 * const effect = ratioEffect(control, treatment);
 * if (isNotComputable(effect) || Math.abs(effect.value - 0.02) > 1e-12 || effect.lower < 0.013) throw new Error("0.10 to 0.12");
 * ```
 */
export function ratioEffect(
  control: PairMoments,
  treatment: PairMoments,
  options: EffectOptions = {},
): EffectEstimate | NotComputable {
  const first = ratioArm("control", control);
  if (isNotComputable(first)) return first;
  const second = ratioArm("treatment", treatment);
  return isNotComputable(second) ? second : armsEffect(first, second, options);
}

/** R = x̄/ȳ and (var x − 2 R cov + R² var y)/(n ȳ²). */
function ratioArm(name: string, pairs: PairMoments): ArmEstimate | NotComputable {
  const { n, meanX, meanY, varianceX, varianceY, covariance } = checkPairMoments(name, pairs);
  if (meanY === 0) return notComputable("zero-denominator", `the denominator of the ${name} has the mean 0`);
  const value = meanX / meanY;
  const variance = varianceOfDifference(varianceX, covariance, varianceY, value) / n / meanY / meanY;
  if (!Number.isFinite(value) || !Number.isFinite(variance))
    return notComputable("infinite", `the ratio of the ${name} leaves the range of doubles`);
  return { value, variance, n };
}
