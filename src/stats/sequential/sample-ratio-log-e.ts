import { SluiceError } from "../../core/errors.ts";
import { requireCount, requireFraction, requirePositive, requireSameLength } from "../require-argument.ts";
import { log1pMinus } from "../special/log1p-minus.ts";
import { stirlingError } from "../special/log-gamma.ts";

/** How {@link sampleRatioLogE} weighs its alternatives. */
export interface SampleRatioOptions {
  /** How close to the plan the alternatives lie, as a number of units seen beforehand: above 0. @default 200 */
  readonly concentration?: number;
}

/**
 * The natural logarithm of an e-value against the planned split of the traffic (sample-ratio mismatch), for two arms or more. It may be
 * looked at after every unit: if the plan is kept, the chance of ever reaching ln(1/α) is at most α. Alarm at E ≥ 1000, that is at 6.9.
 *
 * For a plan whose shares change, compute it for the units of each step and add the logarithms up: the sum keeps the promise.
 *
 * Dirichlet-multinomial mixture: M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022. Exact for
 * counts of any size. `Infinity` when a unit was seen in an arm with the share 0. Throws `argument/invalid` unless the shares sum to 1.
 *
 * @param counts - Units seen in each arm: whole numbers.
 * @param shares - The planned share of each arm, together 1 (within 1e-9).
 *
 * @example
 * ```ts
 * import { sampleRatioLogE } from "sluice/stats";
 * if (sampleRatioLogE([5000, 5040], [0.5, 0.5]) > 0) throw new Error("that is chance");
 * if (sampleRatioLogE([5000, 5600], [0.5, 0.5]) < Math.log(1000)) throw new Error("that is not");
 * const steps = sampleRatioLogE([98, 900], [0.1, 0.9]) + sampleRatioLogE([480, 510], [0.5, 0.5]);
 * if (steps > Math.log(1000)) throw new Error("both steps kept to their plan");
 * ```
 */
export function sampleRatioLogE(
  counts: ArrayLike<number>,
  shares: ArrayLike<number>,
  options: SampleRatioOptions = {},
): number {
  requireSameLength("counts and shares", counts, shares);
  const concentration = requirePositive("concentration", options.concentration ?? 200);
  let planned = 0;
  let units = 0;
  for (let arm = 0; arm < shares.length; arm++) {
    planned += requireFraction(`shares[${arm}]`, shares[arm] as number);
    units += requireCount(`counts[${arm}]`, counts[arm] as number);
  }
  if (!(Math.abs(planned - 1) <= 1e-9)) {
    throw new SluiceError("argument/invalid", {
      found: `shares that sum to ${planned}`,
      expected: "shares that sum to 1",
      fix: "List every arm of the split.",
    });
  }
  if (units === 0) return 0;
  let logE = stirlingRest(concentration, units);
  for (let arm = 0; arm < shares.length; arm++) {
    const share = (shares[arm] as number) / planned;
    const count = counts[arm] as number;
    if (count === 0 && share === 0) continue;
    if (share === 0) return Number.POSITIVE_INFINITY;
    const prior = Math.max(Number.MIN_VALUE, concentration * share);
    const seen = prior + count;
    const expected = (concentration + units) * share;
    logE += divergence(seen, expected, units * share - count) - stirlingRest(prior, count);
  }
  return logE;
}

// By Stirling's formula with its error, ln Γ(p + n)/Γ(p) of every arm and of all together split into a divergence between what was seen
// and what was planned, which is a sum of terms of one sign, and small rests. Differences of ln Γ itself lose all digits at counts of 1e12.

/** seen ln(seen/expected) + expected − seen, at least 0; `missing` is expected − seen without cancellation. */
function divergence(seen: number, expected: number, missing: number): number {
  const u = missing / seen;
  return Math.abs(u) <= 0.5 ? -seen * log1pMinus(u) : missing + seen * (Math.log(seen) - Math.log(expected));
}

/** What ln Γ(prior + count) − ln Γ(prior) is short of the difference of x ln x − x. */
function stirlingRest(prior: number, count: number): number {
  const growth = count > prior ? Math.log(prior + count) - Math.log(prior) : Math.log1p(count / prior);
  return 0.5 * growth - (stirlingError(prior + count) - stirlingError(prior));
}
