import { SluiceError } from "../../core/errors.ts";
import { requireFinite, requireOneOf, requirePositive } from "../require-argument.ts";
import type { Belief } from "./belief.ts";
import { type MeanPosterior, tBelief } from "./mean-posterior.ts";
import { panelEdges } from "./panel-edges.ts";
import { betaBelief, type ProportionPosterior } from "./proportion-posterior.ts";

/** What is believed of an arm: a {@link ProportionPosterior} or a {@link MeanPosterior}. */
export type ArmPosterior = ProportionPosterior | MeanPosterior;

/** Which arm is the best. */
export interface BestArmOptions {
  /** `highest` for a metric of success, `lowest` for one of harm. @default "highest" */
  readonly best?: "highest" | "lowest";
}

/** Eight-point Gauss–Legendre on [−1, 1]: the positive half. */
const rule: readonly (readonly [abscissa: number, weight: number])[] = [
  [0.1834346424956498, 0.362683783378362],
  [0.525532409916329, 0.3137066458778873],
  [0.7966664774136267, 0.2223810344533745],
  [0.9602898564975363, 0.1012285362903763],
];

/**
 * The probability of each arm to be the best, given what is believed of each: Thompson sampling's shares, by quadrature rather than by
 * draws, so that they have no noise (about 1e-9, for means of any size). They sum to 1. With two arms this is the chance to beat the
 * control.
 *
 * Throws `argument/invalid` for fewer than two arms and for proportions among means.
 *
 * @example
 * ```ts
 * import { bestArmProbabilities, proportionPosterior } from "sluice/stats";
 * const arms = [[20, 200], [31, 200], [24, 200]].map(([successes = 0, trials = 0]) => proportionPosterior({ successes, trials }));
 * const [, second] = bestArmProbabilities(arms);
 * if (!(second !== undefined && second > 0.8 && second < 0.9)) throw new Error("the second is probably the best");
 * ```
 */
export function bestArmProbabilities(arms: readonly ArmPosterior[], options: BestArmOptions = {}): number[] {
  const asked = requireOneOf("best", options.best ?? "highest", ["highest", "lowest"]);
  for (const { kind } of arms) requireOneOf("arm.kind", kind, ["beta", "t"]);
  if (arms.length < 2 || arms.some(({ kind }) => kind !== arms[0]?.kind)) {
    throw new SluiceError("argument/invalid", {
      found: `${arms.length} arms of the kinds ${[...new Set(arms.map(({ kind }) => kind))].join(", ") || "none"}`,
      expected: "at least two arms of one kind",
      fix: "Compare proportions with proportions and means with means.",
    });
  }
  const { beliefs, best } = comparable(arms, asked);
  const edges = panelEdges(beliefs, best);
  const shares = new Float64Array(beliefs.length);
  for (let e = 1; e < edges.length; e++) {
    const half = ((edges[e] as number) - (edges[e - 1] as number)) / 2;
    const middle = (edges[e - 1] as number) + half;
    for (const [abscissa, weight] of rule) {
      addAt(middle - half * abscissa, half * weight, beliefs, best, shares);
      addAt(middle + half * abscissa, half * weight, beliefs, best, shares);
    }
  }
  const sum = shares.reduce((all, share) => all + share, 0);
  return Array.from(shares, (share) => share / sum);
}

/** The arms as beliefs whose places are not rounded away: proportions next to 1 as shares of failures, of which the other end is the best. */
function comparable(
  arms: readonly ArmPosterior[],
  best: "highest" | "lowest",
): { readonly beliefs: readonly Belief[]; readonly best: "highest" | "lowest" } {
  const means = arms.filter((arm) => arm.kind === "t");
  if (means.length > 0) return { beliefs: centred(means).map(tBelief), best };
  const proportions = arms.filter((arm) => arm.kind === "beta");
  const successes = proportions.reduce((sum, { a, b }) => sum + a / (a + b), 0);
  if (!(successes > arms.length / 2)) return { beliefs: proportions.map(betaBelief), best };
  const beliefs = proportions.map(({ a, b }) => betaBelief({ a: b, b: a }));
  return { beliefs, best: best === "highest" ? "lowest" : "highest" };
}

/** Means as distances from that of the surest arm: next to a mean of 1e9 the places around it would be rounded away. */
function centred(means: readonly MeanPosterior[]): Pick<MeanPosterior, "value" | "scale" | "dof">[] {
  let [extent, surest] = [0, means[0] as MeanPosterior];
  for (const arm of means) {
    extent = Math.max(extent, Math.abs(requireFinite("value", arm.value)), requirePositive("scale", arm.scale));
    if (arm.scale < surest.scale) surest = arm;
  }
  const unit = extent > 1e150 || extent < 1e-150 ? extent : 1;
  return means.map((arm) => {
    const value = arm.value / unit - surest.value / unit;
    // Farther away than 1e13 times its scale an arm is compared with its like alone, and needs places to be integrated over.
    return { value, scale: Math.max(arm.scale / unit, Math.abs(value) * 2 ** -44, 1e-290), dof: arm.dof };
  });
}

/** Adds to each arm its density at x times the chance that all others are worse: the product of those before it and of those after it. */
function addAt(
  x: number,
  weight: number,
  beliefs: readonly Belief[],
  best: "highest" | "lowest",
  shares: Float64Array,
): void {
  const worse = beliefs.map((belief) => (best === "highest" ? belief.cdf(x) : belief.sf(x)));
  const after = new Float64Array(beliefs.length);
  let product = weight;
  for (let i = beliefs.length - 1; i >= 0; i--) {
    after[i] = product;
    product *= worse[i] as number;
  }
  let before = 1;
  for (let i = 0; i < beliefs.length && before > 0; i++) {
    const others = before * (after[i] as number);
    if (others > 0) shares[i] = (shares[i] as number) + others * (beliefs[i] as Belief).pdf(x);
    before *= worse[i] as number;
  }
}
