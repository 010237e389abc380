import type { Alternative } from "../alternative.ts";
import { normalIsf, normalSf } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireOpenFraction } from "../require-argument.ts";
import {
  checkedPower,
  checkedTest,
  type PowerOptions,
  type PowerTargetOptions,
  type SampleSize,
  type SizeOptions,
} from "./power-options.ts";
import { smallestAbove, smallestWhole } from "./smallest.ts";

/** A comparison of two proportions. */
export interface ProportionDesign {
  /** The expected proportion of the control, strictly between 0 and 1. */
  readonly control: number;
  /** The proportion of the treatment that is to be found, strictly between 0 and 1. */
  readonly treatment: number;
}

/**
 * The power of the pooled two-proportion z-test: the chance to find a difference, by the normal approximation (J. L. Fleiss, "Statistical
 * methods for rates and proportions", 3rd ed., 4.2, without continuity correction). For one look at the end.
 *
 * Throws `argument/invalid` for impossible numbers.
 *
 * @param design - With the trials of the control (n) and the treatment (m).
 *
 * @example
 * ```ts
 * import { proportionPower } from "sluice/stats";
 * const power = proportionPower({ control: 0.5, treatment: 0.75, n: 60, m: 60 });
 * if (Math.abs(power - 0.81566) > 1e-5) throw new Error("wrong");
 * ```
 */
export function proportionPower(
  design: ProportionDesign & { readonly n: number; readonly m: number },
  options: PowerOptions = {},
): number {
  const { alpha, alternative } = checkedTest(options);
  requireCount("n", design.n, 1);
  requireCount("m", design.m, 1);
  return powerOf(checkedDesign(design), design.n, design.m, alpha, alternative);
}

/**
 * The smallest sizes at which the two-proportion test has the power (see {@link proportionPower}).
 *
 * Throws `argument/invalid` for equal proportions, a difference that the alternative does not look at, and where more than 2^50 trials
 * would be needed.
 *
 * @example
 * ```ts
 * import { proportionSampleSize } from "sluice/stats";
 * const { n } = proportionSampleSize({ control: 0.05, treatment: 0.06 });
 * if (n !== 8158) throw new Error("eight thousand an arm for one point");
 * ```
 */
export function proportionSampleSize(design: ProportionDesign, options: SizeOptions = {}): SampleSize {
  const { alpha, power, alternative, ratio } = checkedPower(options);
  checkedDesign(design);
  const sizes = (n: number): { n: number; m: number } => ({ n, m: Math.max(1, Math.ceil(n * ratio - 1e-9)) });
  const at = (n: number): number => powerOf(design, n, sizes(n).m, alpha, alternative);
  const n = smallestWhole("trials", 1, (size) => at(size) >= power);
  return { ...sizes(n), power: at(n) };
}

/**
 * The smallest difference of a treatment from the control that the two-proportion test finds with the power: above the control, for
 * `less` below it (negative). `notComputable` where even the proportion 1 (or 0) is not found with so few trials.
 *
 * @example
 * ```ts
 * import { isNotComputable, proportionDetectableDifference } from "sluice/stats";
 * const found = proportionDetectableDifference({ control: 0.05, n: 8158, m: 8158 });
 * if (isNotComputable(found) || Math.abs(found - 0.01) > 1e-5) throw new Error("one point");
 * ```
 */
export function proportionDetectableDifference(
  design: { readonly control: number; readonly n: number; readonly m: number },
  options: PowerTargetOptions = {},
): number | NotComputable {
  const { alpha, power, alternative } = checkedPower(options);
  requireCount("n", design.n, 1);
  requireCount("m", design.m, 1);
  const control = requireOpenFraction("control", design.control);
  const sign = alternative === "less" ? -1 : 1;
  const room = (sign > 0 ? 1 - control : control) * (1 - 1e-12);
  const found = (size: number): boolean =>
    powerOf({ control, treatment: control + sign * size }, design.n, design.m, alpha, alternative) >= power;
  if (!found(room)) return notComputable("too-few", "no proportion is far enough from the control to be found");
  return sign * smallestAbove(found, room);
}

function checkedDesign(design: ProportionDesign): ProportionDesign {
  requireOpenFraction("control", design.control);
  requireOpenFraction("treatment", design.treatment);
  return design;
}

function powerOf(design: ProportionDesign, n: number, m: number, alpha: number, alternative: Alternative): number {
  const { control: p, treatment: q } = design;
  const pooled = (n * p + m * q) / (n + m);
  const under = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
  const error = Math.sqrt((p * (1 - p)) / n + (q * (1 - q)) / m);
  const z = normalIsf(alternative === "two-sided" ? alpha / 2 : alpha) * under;
  const above = normalSf((z - (q - p)) / error);
  const below = normalSf((z + (q - p)) / error);
  if (alternative === "greater") return above;
  return alternative === "less" ? below : Math.min(1, above + below);
}
