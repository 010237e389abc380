import { SluiceError } from "../../core/errors.ts";
import { requireNonNegative } from "../require-argument.ts";
import { type ArmPosterior, type BestArmOptions, bestArmProbabilities } from "./best-arm.ts";

/** How {@link thompsonWeights} shares the traffic. */
export interface ThompsonOptions extends BestArmOptions {
  /** The least share of every arm, at most 1/arms: without one an unlucky arm is never tried again. @default 0.01, above 100 arms 1/arms */
  readonly floor?: number;
}

/**
 * The shares of traffic of a Thompson bandit: each arm its probability to be the best ({@link bestArmProbabilities}), and no arm less
 * than the floor: floor + (1 − arms·floor)·probability (W. R. Thompson, 1933). They sum to 1.
 *
 * Throws `argument/invalid` as {@link bestArmProbabilities} does, and for a floor above 1/arms.
 *
 * @example
 * ```ts
 * import { proportionPosterior, thompsonWeights } from "sluice/stats";
 * const arms = [proportionPosterior({ successes: 5, trials: 100 }), proportionPosterior({ successes: 30, trials: 100 })];
 * const [first = 0, second = 0] = thompsonWeights(arms, { floor: 0.05 });
 * if (Math.abs(first - 0.05) > 1e-4 || Math.abs(second - 0.95) > 1e-4) throw new Error("the first keeps its floor");
 * ```
 */
export function thompsonWeights(arms: readonly ArmPosterior[], options: ThompsonOptions = {}): number[] {
  const floor = requireNonNegative("floor", options.floor ?? Math.min(0.01, 1 / arms.length));
  if (floor * arms.length > 1 + 1e-12) {
    throw new SluiceError("argument/invalid", {
      found: `a floor of ${floor} for ${arms.length} arms`,
      expected: "a floor of at most 1/arms",
      fix: "Lower the floor; all floors together cannot be more than the traffic.",
    });
  }
  const rest = Math.max(0, 1 - floor * arms.length);
  return bestArmProbabilities(arms, options).map((probability) => floor + rest * probability);
}
