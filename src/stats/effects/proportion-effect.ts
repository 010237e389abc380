import { type NotComputable, notComputable } from "../not-computable.ts";
import { checkProportion, type Proportion } from "../tests/proportion.ts";
import { type ArmEstimate, armsEffect, type EffectEstimate, type EffectOptions } from "./effect-estimate.ts";

/**
 * The effect of a treatment on a proportion, absolute or relative to the control, with the unpooled standard error (variances
 * p(1 − p)/n). A normal approximation: have some ten successes and failures in each arm.
 *
 * `notComputable` with fewer than two trials in an arm, where neither arm varies, and relative to a control without a success. Throws
 * `argument/invalid` for impossible counts.
 *
 * @example
 * ```ts
 * import { isNotComputable, proportionEffect } from "sluice/stats";
 * const lift = proportionEffect({ successes: 1396, trials: 3000 }, { successes: 2422, trials: 3461 }, { effect: "relative" });
 * if (isNotComputable(lift) || lift.value.toFixed(5) !== "0.50386" || lift.standardError.toFixed(5) !== "0.03386")
 *   throw new Error("half as much again");
 * ```
 */
export function proportionEffect(
  control: Proportion,
  treatment: Proportion,
  options: EffectOptions = {},
): EffectEstimate | NotComputable {
  checkProportion("control", control);
  checkProportion("treatment", treatment);
  if (control.trials < 2 || treatment.trials < 2) return notComputable("too-few", "an arm has fewer than two trials");
  return armsEffect(arm(control), arm(treatment), options);
}

function arm({ successes, trials }: Proportion): ArmEstimate {
  const value = successes / trials;
  return { value, variance: (value * ((trials - successes) / trials)) / trials, n: trials };
}
