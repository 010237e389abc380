import { SluiceError } from "../../../core/errors.ts";
import { type NotComputable, notComputable } from "../../not-computable.ts";
import { requireFinite } from "../../require-argument.ts";
import { log1pMinus } from "../../special/log1p-minus.ts";
import type { QualityValue } from "../quality-value.ts";
import type { WeightOptions } from "../row-weights.ts";
import { meanOfPairs } from "./paired-values.ts";

/** Which deviance {@link tweedieDeviance} is. */
export interface TweedieOptions extends WeightOptions {
  /**
   * The variance is assumed to grow as this power of the mean: 0 normal (the squared error), 1 Poisson, between 1 and 2 compound Poisson,
   * 2 gamma, 3 inverse Gaussian; below 0 stable. Always stated; not between 0 and 1, where there is no such distribution.
   */
  readonly power: number;
}

/**
 * The mean Tweedie deviance (B. Jørgensen, 1987): for positive values whose spread grows with their size.
 *
 * `notComputable("out-of-range")` where a value lies outside the distribution: predictions must be above 0 unless `power` is 0, actual
 * values at least 0 from power 1 on and above 0 from power 2 on. Otherwise it answers as {@link meanAbsoluteError}.
 *
 * @example
 * ```ts
 * import { isNotComputable, poissonDeviance, tweedieDeviance } from "sluice/stats";
 * const [predicted, actual] = [[0.5, 2, 4], [0, 2, 5]];
 * const poisson = poissonDeviance(predicted, actual);
 * const same = tweedieDeviance(predicted, actual, { power: 1 });
 * if (isNotComputable(poisson) || isNotComputable(same) || poisson.value !== same.value) throw new Error("power 1 is Poisson");
 * ```
 */
export function tweedieDeviance(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: TweedieOptions,
): QualityValue | NotComputable {
  const power = requireFinite("power", options?.power);
  if (power > 0 && power < 1) {
    throw new SluiceError("argument/invalid", {
      found: `power = ${power}`,
      expected: "a power of at most 0 or at least 1",
      fix: "Take 0 for the squared error, 1 for counts, 2 for positive amounts.",
    });
  }
  const refuse = (p: number, a: number, row: number): NotComputable | undefined => {
    const fits = power === 0 || (p > 0 && (power < 1 || a > 0 || (power < 2 && a === 0)));
    return fits ? undefined : notComputable("out-of-range", `row ${row} has ${p} predicted and ${a} actual`);
  };
  return meanOfPairs("deviance", predicted, actual, options, (p, a) => unitDeviance(p, a, power), refuse);
}

/** The mean Poisson deviance, {@link tweedieDeviance} of power 1: for counts and rates. */
export function poissonDeviance(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return tweedieDeviance(predicted, actual, { ...options, power: 1 });
}

/** The mean gamma deviance, {@link tweedieDeviance} of power 2: for positive amounts, blind to their unit. */
export function gammaDeviance(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  options: WeightOptions = {},
): QualityValue | NotComputable {
  return tweedieDeviance(predicted, actual, { ...options, power: 2 });
}

/** The deviance of one row, without the cancellation of nearly right predictions. */
function unitDeviance(p: number, a: number, power: number): number {
  if (power === 0) return (a - p) ** 2;
  if (power === 1) return Number.isFinite((p - a) / a) ? -2 * a * log1pMinus((p - a) / a) : 2 * p;
  if (power === 2) return -2 * log1pMinus((a - p) / p);
  const [one, two] = [1 - power, 2 - power];
  const log = a > 0 ? Math.log1p((a - p) / p) : Number.NEGATIVE_INFINITY;
  if (Math.abs(log) * Math.max(1, Math.abs(two)) < 0.5) return 2 * p ** two * nearDeviance(log, two);
  const own = Math.max(a, 0) ** two / (one * two);
  return Math.max(0, 2 * (own - (a * p ** one) / one + p ** two / two));
}

/** (e^qt − 1 − q(e^t − 1)) / (q(q − 1)) as its series Σ t^k/k! · (1 + q + … + q^(k−2)). */
function nearDeviance(t: number, q: number): number {
  let [sum, term, powers] = [0, t, 0];
  for (let k = 2; k < 40; k++) {
    term *= t / k;
    powers = powers * q + 1;
    sum += term * powers;
  }
  return sum;
}
