import { SluiceError } from "../../core/errors.ts";
import { type Alternative, alternatives } from "../alternative.ts";
import { normalSf } from "../distributions/normal.ts";
import { requireOneOf, requireOpenFraction, requirePositive } from "../require-argument.ts";
import { type ContinuingPaths, continued, startingPaths } from "./continuing-paths.ts";
import { type ErrorSpending, spendingFunction } from "./error-spending.ts";
import { solveBoundary } from "./solve-boundary.ts";

/** How {@link groupSequentialBoundary} spends its error. */
export interface GroupSequentialOptions {
  /** The chance of ever crossing without an effect, over all looks. @default 0.05 */
  readonly alpha?: number;
  /** When it is spent. Two-sided, each side spends half of `alpha` by this function. @default "obrien-fleming" */
  readonly spending?: ErrorSpending;
  /** Which effects stop the experiment. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** The boundary at one look. */
export interface GroupSequentialLook {
  /** The information at this look, as a fraction of what is planned. */
  readonly fraction: number;
  /** How far z must lie on a claimed side to stop: |z| ≥ `z` two-sided, z ≥ `z` for `greater`, −z ≥ `z` for `less`. At most 37. */
  readonly z: number;
  /** The p-value of an ordinary test that lies on the boundary. */
  readonly nominalPValue: number;
  /** What is spent up to this look. */
  readonly alphaSpent: number;
}

/**
 * The boundaries of a test with planned looks, such as one a day for two weeks: all looks together reject a true null hypothesis with
 * the probability `alpha`, exactly, for a normal statistic whose information grows as stated.
 *
 * Alpha spending by K. K. G. Lan and D. L. DeMets, "Discrete sequential boundaries for clinical trials", Biometrika 1983: neither number
 * nor times of the looks need be known beforehand, only the information at the end. {@link GroupSequentialTest} takes looks as they come.
 *
 * Throws `argument/invalid` unless there are 1 to 200 ascending fractions above 0, each at least a ten-thousandth above the one before.
 * A fraction of 1 or more spends all that is left.
 *
 * A rate is not normal before some ten events and ten non-events in each arm: leave out earlier looks, as the test does by itself.
 *
 * @example
 * ```ts
 * import { groupSequentialBoundary } from "sluice/stats";
 * const looks = groupSequentialBoundary([0.2, 0.4, 0.6, 0.8, 1], { alpha: 0.05 });
 * const published = [4.8769, 3.3569, 2.6803, 2.2898, 2.031];
 * if (looks.some(({ z }, i) => Math.abs(z - (published[i] ?? 0)) > 2e-4)) throw new Error("not Lan and DeMets's");
 * ```
 */
export function groupSequentialBoundary(
  fractions: ArrayLike<number>,
  options: GroupSequentialOptions = {},
): readonly GroupSequentialLook[] {
  const { spentAt, sides, alternative } = checkGroupSequential(options);
  requireFractions(fractions);
  const looks: GroupSequentialLook[] = [];
  let paths: ContinuingPaths = startingPaths;
  let before = 0;
  for (let i = 0; i < fractions.length; i++) {
    const fraction = fractions[i] as number;
    const spent = spentAt(fraction);
    const z = solveBoundary(paths, fraction, spent - before, 0);
    before = spent;
    looks.push({ fraction, z, nominalPValue: sides * normalSf(z), alphaSpent: sides * spent });
    const after = fractions[i + 1];
    if (after !== undefined) paths = pathsWithin(paths, { fraction, z, after }, alternative);
  }
  return looks;
}

/** The paths that stay within the boundary of one more look. Of a one-sided test the upper side is the claimed one. */
export function pathsWithin(
  from: ContinuingPaths,
  look: { readonly fraction: number; readonly z: number; readonly after: number },
  alternative: Alternative,
): ContinuingPaths {
  const upper = look.z * Math.sqrt(look.fraction);
  const lower = alternative === "two-sided" ? -upper : Number.NEGATIVE_INFINITY;
  return continued(from, { information: look.fraction, lower, upper, after: look.after }, 0);
}

/** The checked options: what one side has spent at a fraction, and how many sides there are. */
export function checkGroupSequential(options: GroupSequentialOptions): {
  readonly alternative: Alternative;
  readonly alpha: number;
  readonly spending: ErrorSpending;
  readonly sides: 1 | 2;
  readonly spentAt: (fraction: number) => number;
} {
  const { alpha = 0.05, spending = "obrien-fleming" } = options;
  requireOpenFraction("alpha", alpha);
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  const sides = alternative === "two-sided" ? 2 : 1;
  return { alternative, alpha, spending, sides, spentAt: spendingFunction("spending", spending, alpha / sides) };
}

/** Throws `argument/invalid` unless fractions ascend visibly. */
export function requireFractions(fractions: ArrayLike<number>): void {
  if (fractions.length < 1 || fractions.length > 200) refuse(`${fractions.length} looks`);
  for (let i = 0; i < fractions.length; i++) {
    const fraction = requirePositive(`fractions[${i}]`, fractions[i] as number);
    const before = i === 0 ? 0 : (fractions[i - 1] as number);
    if (!(fraction - before >= 1e-4 * fraction)) refuse(`a look at ${fraction} after one at ${before}`);
  }
}

function refuse(found: string): never {
  throw new SluiceError("argument/invalid", {
    found,
    expected:
      "1 to 200 ascending fractions of the planned information, each at least a ten-thousandth above the one before",
    fix: "Look less often, or use a test that may be looked at after every row, such as `msprt`.",
  });
}
