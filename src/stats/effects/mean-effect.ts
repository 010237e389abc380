import { checkMoments } from "../moments/check-moments.ts";
import type { SampleMoments } from "../moments/moments.ts";
import type { NotComputable } from "../not-computable.ts";
import { armsEffect, type EffectEstimate, type EffectOptions } from "./effect-estimate.ts";

/**
 * The effect of a treatment on a mean, absolute or relative to the control, with Welch's standard error, interval and p-value.
 *
 * Takes {@link SampleMoments}, from `sampleMoments` or a merged `MomentsAccumulator`. `notComputable` where neither arm varies, and
 * relative to a control of 0. Throws `argument/invalid` for impossible moments.
 *
 * @example
 * ```ts
 * import { isNotComputable, meanEffect } from "sluice/stats";
 * const control = { n: 5000, mean: 20, variance: 90 };
 * const treatment = { n: 5100, mean: 21, variance: 95 };
 * const lift = meanEffect(control, treatment, { effect: "relative" });
 * if (isNotComputable(lift) || Math.abs(lift.value - 0.05) > 1e-12 || lift.lower < 0.03) throw new Error("5% ± 2");
 * ```
 */
export function meanEffect(
  control: SampleMoments,
  treatment: SampleMoments,
  options: EffectOptions = {},
): EffectEstimate | NotComputable {
  return armsEffect(arm("control", control), arm("treatment", treatment), options);
}

function arm(name: string, moments: SampleMoments): { value: number; variance: number; n: number } {
  const { n, mean, variance } = checkMoments(name, moments);
  return { value: mean, variance: variance / n, n };
}
