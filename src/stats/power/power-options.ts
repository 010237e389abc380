import { type Alternative, alternatives } from "../alternative.ts";
import { requireOneOf, requireOpenFraction, requirePositive } from "../require-argument.ts";

/** The test whose power is asked for. */
export interface PowerOptions {
  /** The false-alarm rate of the test, strictly between 0 and 1. @default 0.05 */
  readonly alpha?: number;
  /** `greater`: only a treatment above the control counts. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** A test that is to have a power. */
export interface PowerTargetOptions extends PowerOptions {
  /** The chance to find the effect, above `alpha` and below 1. @default 0.8 */
  readonly power?: number;
}

/** A design that is to be given a size. */
export interface SizeOptions extends PowerTargetOptions {
  /** Rows of the treatment for each row of the control. @default 1 */
  readonly ratio?: number;
}

/** How many rows a design needs. */
export interface SampleSize {
  /** Rows of the control. */
  readonly n: number;
  /** Rows of the treatment. */
  readonly m: number;
  /** The power that these have. */
  readonly power: number;
}

/** The options of a test with their defaults, checked. */
export function checkedTest(options: PowerOptions): Required<PowerOptions> {
  const alpha = requireOpenFraction("alpha", options.alpha ?? 0.05);
  return { alpha, alternative: requireOneOf("alternative", options.alternative ?? "two-sided", alternatives) };
}

/** The options of a test that is to have a power with their defaults, checked. */
export function checkedPower(options: SizeOptions): Required<SizeOptions> {
  const { alpha, alternative } = checkedTest(options);
  const power = requireOpenFraction("power", options.power ?? 0.8);
  requirePositive("power − alpha", power - alpha);
  return { alpha, power, alternative, ratio: requirePositive("ratio", options.ratio ?? 1) };
}
