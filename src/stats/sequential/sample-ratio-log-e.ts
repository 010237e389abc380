import { SluiceError } from "../../core/errors.ts";
import { requireCount, requireFraction, requirePositive, requireSameLength } from "../require-argument.ts";
import { logGamma } from "../special/log-gamma.ts";

/**
 * The natural logarithm of an e-value against the planned split of the traffic (sample-ratio mismatch). It may be looked at after every
 * unit; alarm at E ≥ 1000, that is at 6.9. For a plan whose shares change, sum the logarithms over its steps.
 *
 * Dirichlet-multinomial mixture: M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.
 * `Infinity` when a unit was seen in an arm with the share 0. Throws `argument/invalid` unless the shares sum to 1.
 *
 * @param counts - Units seen in each arm.
 * @param shares - The planned share of each arm.
 * @param concentration - How close to the plan the alternatives lie. @default 200
 *
 * @example
 * ```ts
 * import { sampleRatioLogE } from "sluice/stats";
 * if (sampleRatioLogE([5000, 5040], [0.5, 0.5]) > 0) throw new Error("that is chance");
 * if (sampleRatioLogE([5000, 5600], [0.5, 0.5]) < Math.log(1000)) throw new Error("that is not");
 * ```
 */
export function sampleRatioLogE(
  counts: ArrayLike<number>,
  shares: ArrayLike<number>,
  concentration: number = 200,
): number {
  requireSameLength("counts and shares", counts, shares);
  requirePositive("concentration", concentration);
  const planned = Array.from(shares, (share, arm) => requireFraction(`shares[${arm}]`, share));
  const sum = planned.reduce((total, share) => total + share, 0);
  if (Math.abs(sum - 1) > 1e-9) {
    throw new SluiceError("argument/invalid", {
      found: `shares that sum to ${sum}`,
      expected: "shares that sum to 1",
      fix: "List every arm of the split.",
    });
  }
  let units = 0;
  let logE = 0;
  for (const [arm, share] of planned.entries()) {
    const count = requireCount(`counts[${arm}]`, counts[arm] as number);
    if (count === 0) continue;
    if (share === 0) return Number.POSITIVE_INFINITY;
    const prior = concentration * share;
    logE += logGamma(prior + count) - logGamma(prior) - count * Math.log(share);
    units += count;
  }
  return logE - (logGamma(concentration + units) - logGamma(concentration));
}
