import { SluiceError } from "../../core/errors.ts";
import { normalIsf } from "../distributions/normal.ts";
import { requireOpenFraction } from "../require-argument.ts";
import { type ContinuingPaths, continued, exceedance, startingPaths } from "./continuing-paths.ts";
import { type ErrorSpending, spendingFunction } from "./error-spending.ts";
import {
  type GroupSequentialLook,
  type GroupSequentialOptions,
  groupSequentialBoundary,
} from "./group-sequential-boundary.ts";
import { solveBoundary } from "./solve-boundary.ts";

/** How {@link futilityBoundary} spends its two errors. */
export interface FutilityOptions extends Omit<GroupSequentialOptions, "alternative"> {
  /** The chance of missing the effect that the plan is made for. @default 0.2 */
  readonly beta?: number;
  /** When that is spent. @default { family: "hwang-shih-decani", gamma: -2 } */
  readonly futilitySpending?: ErrorSpending;
}

/** Both boundaries at one look. */
export interface FutilityLook extends GroupSequentialLook {
  /** Give up where z is at most this: the effect that was planned for is unlikely. */
  readonly futilityZ: number;
  /** What is spent of `beta` up to this look. */
  readonly betaSpent: number;
}

/** A one-sided plan that may also stop for want of an effect. */
export interface FutilityPlan {
  readonly looks: readonly FutilityLook[];
  /** The expected z at the end, under the effect that is found with the chance 1 − `beta`. */
  readonly drift: number;
  /** How many times the rows of a test with one look are needed at the end, to find the same effect with the same chance. */
  readonly inflation: number;
}

/**
 * A one-sided plan with a second boundary, at which to give up. It is non-binding: who goes on nevertheless keeps `alpha`, because the
 * boundary for success is the one of {@link groupSequentialBoundary} and counts on nobody giving up. For `less` negate z.
 *
 * Beta spending: S. Pampallona, A. A. Tsiatis and K. Kim, "Interim monitoring of group sequential trials using spending functions for
 * the type I and type II error probabilities", 2001; as gsDesign's test type 4.
 *
 * Throws `argument/invalid` unless the fractions are as for {@link groupSequentialBoundary} and end at 1, and alpha + beta is below 1.
 *
 * @example
 * ```ts
 * import { futilityBoundary } from "sluice/stats";
 * const spending = { family: "hwang-shih-decani", gamma: -4 } as const;
 * const plan = futilityBoundary([1 / 3, 2 / 3, 1], { alpha: 0.025, beta: 0.1, spending });
 * if (Math.abs(plan.inflation - 1.07) > 5e-4) throw new Error("a plan with three looks needs 7% more rows");
 * const giveUpAt = plan.looks.map(({ futilityZ }) => futilityZ.toFixed(2)).join(" ");
 * if (giveUpAt !== "-0.24 0.94 2.00") throw new Error("not gsDesign's default plan");
 * ```
 */
export function futilityBoundary(fractions: ArrayLike<number>, options: FutilityOptions = {}): FutilityPlan {
  const { alpha = 0.05, beta = 0.2, futilitySpending = { family: "hwang-shih-decani", gamma: -2 } } = options;
  requireOpenFraction("beta", beta);
  const betaAt = spendingFunction("futilitySpending", futilitySpending, beta);
  const success = groupSequentialBoundary(fractions, { ...options, alternative: "greater" });
  if (fractions[fractions.length - 1] !== 1 || alpha + beta >= 1) {
    throw new SluiceError("argument/invalid", {
      found: `a last look at ${fractions[fractions.length - 1]}, alpha ${alpha} and beta ${beta}`,
      expected: "a last look at 1, and errors that sum to less than 1",
      fix: "Plan up to the end, where one of the boundaries is always crossed.",
    });
  }
  const single = normalIsf(alpha) + normalIsf(beta);
  const drift = solveDrift(single, (tried) => giveUp(success, betaAt, tried));
  const giveUpAt = giveUp(success, betaAt, drift).zs;
  const looks = success.map((look, i) => ({
    ...look,
    futilityZ: giveUpAt[i] ?? look.z,
    betaSpent: betaAt(look.fraction),
  }));
  return { looks, drift, inflation: (drift / single) ** 2 };
}

/** Where to give up before the last look under a drift, and by how much (as a logarithm) the last look then misses the effect too often. */
function giveUp(
  success: readonly GroupSequentialLook[],
  betaAt: (fraction: number) => number,
  drift: number,
): { readonly zs: readonly number[]; readonly excess: number } {
  const zs: number[] = [];
  let paths: ContinuingPaths = startingPaths;
  let before = 0;
  for (const [i, { fraction, z }] of success.entries()) {
    const spend = betaAt(fraction) - before;
    before = betaAt(fraction);
    const after = success[i + 1]?.fraction;
    const spread = Math.sqrt(fraction);
    if (after === undefined) return { zs, excess: Math.log(exceedance(paths, fraction, -z * spread, -drift) / spend) };
    const mirrored = solveBoundary(paths, fraction, spend, -drift);
    if (mirrored <= -z) break;
    zs.push(-mirrored);
    const bounds = { information: fraction, lower: -z * spread, upper: mirrored * spread, after };
    paths = continued(paths, bounds, -drift);
  }
  return { zs, excess: Number.NEGATIVE_INFINITY };
}

/** The drift at which there is no excess, from that of a single look: bracketed, then by secants (Illinois) or halves. */
function solveDrift(single: number, tried: (drift: number) => { readonly excess: number }): number {
  let low = { at: single * (1 - 1e-12), excess: tried(single * (1 - 1e-12)).excess };
  let high = { at: 2 * single, excess: tried(2 * single).excess };
  for (let i = 0; high.excess > 0 && i < 20; i++) high = { at: 2 * high.at, excess: tried(2 * high.at).excess };
  for (let i = 0; i < 100 && high.at - low.at > 1e-13 * high.at; i++) {
    const secant = low.at + ((high.at - low.at) * low.excess) / (low.excess - high.excess);
    const at = secant > low.at && secant < high.at ? secant : (low.at + high.at) / 2;
    const { excess } = tried(at);
    if (excess === 0) return at;
    if (excess > 0) {
      low = { at, excess };
      high = { at: high.at, excess: high.excess / 2 };
    } else {
      high = { at, excess };
      low = { at: low.at, excess: low.excess / 2 };
    }
  }
  return (low.at + high.at) / 2;
}
