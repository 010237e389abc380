import type { Alternative } from "../alternative.ts";
import { studentTIsf } from "../distributions/student-t.ts";
import { requireCount, requireFinite, requirePositive } from "../require-argument.ts";
import { noncentralTSf } from "./noncentral-t-sf.ts";
import {
  checkedPower,
  checkedTest,
  type PowerOptions,
  type PowerTargetOptions,
  type SampleSize,
  type SizeOptions,
} from "./power-options.ts";
import { smallestAbove, smallestWhole } from "./smallest.ts";

/** A comparison of two means. */
export interface MeanDesign {
  /** The difference that is to be found: treatment − control. */
  readonly difference: number;
  /** The standard deviation of a row, in both arms: above 0. */
  readonly standardDeviation: number;
}

/**
 * The power of a t-test of two means: the chance to find a difference, exactly, by the noncentral t (J. Cohen, "Statistical power
 * analysis", 1988, for the definition). For one look at the end: a test that is looked at all the time needs more rows.
 *
 * Throws `argument/invalid` for fewer than two rows in an arm and impossible numbers.
 *
 * @param design - With the rows of the control (n) and the treatment (m).
 *
 * @example
 * ```ts
 * import { meanPower } from "sluice/stats";
 * const power = meanPower({ difference: 0.5, standardDeviation: 1, n: 64, m: 64 });
 * if (Math.abs(power - 0.8014596) > 1e-6) throw new Error("the textbook's 64 a group");
 * ```
 */
export function meanPower(
  design: MeanDesign & { readonly n: number; readonly m: number },
  options: PowerOptions = {},
): number {
  const { alpha, alternative } = checkedTest(options);
  requireCount("n", design.n, 2);
  requireCount("m", design.m, 2);
  return powerOf(effectSize(design), design.n, design.m, alpha, alternative);
}

/**
 * The smallest sizes at which a t-test of two means has the power (see {@link meanPower}).
 *
 * Throws `argument/invalid` for a difference of 0, one in the direction that the alternative does not look at, and where more than 2^50
 * rows would be needed.
 *
 * @example
 * ```ts
 * import { meanSampleSize } from "sluice/stats";
 * const size = meanSampleSize({ difference: 0.5, standardDeviation: 1 });
 * if (size.n !== 64 || size.m !== 64 || size.power < 0.8) throw new Error("the textbook's 64 a group");
 * ```
 */
export function meanSampleSize(design: MeanDesign, options: SizeOptions = {}): SampleSize {
  const { alpha, power, alternative, ratio } = checkedPower(options);
  const effect = effectSize(design);
  const sizes = (n: number): { n: number; m: number } => ({ n, m: Math.max(2, Math.ceil(n * ratio - 1e-9)) });
  const at = (n: number): number => powerOf(effect, n, sizes(n).m, alpha, alternative);
  requireCount("rows of the treatment for two of the control", sizes(2).m, 2);
  const n = smallestWhole("rows", 2, (size) => at(size) >= power);
  return { ...sizes(n), power: at(n) };
}

/**
 * The smallest difference that a t-test of two means finds with the power, above 0 (for `less`: its mirror image).
 *
 * Throws `argument/invalid` for impossible numbers and for a difference beyond the largest double.
 *
 * @example
 * ```ts
 * import { meanDetectableDifference } from "sluice/stats";
 * const difference = meanDetectableDifference({ standardDeviation: 10, n: 64, m: 64 });
 * if (Math.abs(difference - 4.99) > 0.01) throw new Error("half a standard deviation");
 * ```
 */
export function meanDetectableDifference(
  design: { readonly standardDeviation: number; readonly n: number; readonly m: number },
  options: PowerTargetOptions = {},
): number {
  const { alpha, power, alternative } = checkedPower(options);
  requireCount("n", design.n, 2);
  requireCount("m", design.m, 2);
  requirePositive("standardDeviation", design.standardDeviation);
  const sign = alternative === "less" ? -1 : 1;
  const effect = smallestAbove((size) => powerOf(sign * size, design.n, design.m, alpha, alternative) >= power);
  return requireFinite("the difference", sign * effect * design.standardDeviation);
}

function effectSize({ difference, standardDeviation }: MeanDesign): number {
  return requireFinite("difference", difference) / requirePositive("standardDeviation", standardDeviation);
}

function powerOf(effect: number, n: number, m: number, alpha: number, alternative: Alternative): number {
  const dof = n + m - 2;
  const noncentrality = effect * Math.sqrt(n * (m / (n + m)));
  if (alternative !== "two-sided")
    return noncentralTSf(studentTIsf(alpha, dof), dof, alternative === "greater" ? noncentrality : -noncentrality);
  const critical = studentTIsf(alpha / 2, dof);
  return Math.min(1, noncentralTSf(critical, dof, noncentrality) + noncentralTSf(critical, dof, -noncentrality));
}
