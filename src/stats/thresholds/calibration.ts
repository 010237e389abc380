import type { Random } from "../../core/random.ts";
import type { DistanceMetric } from "../distances/distance.ts";
import type { DistanceOptions } from "../distances/distance-options.ts";

/** The distances whose null distribution `distanceNull` knows: `ksD` is the statistic of `ksTest`. */
export type CalibratedMetric = DistanceMetric | "ksD";

/** The distances of two samples whose null distribution `distanceNull` knows without bins. */
export type CalibratedSampleMetric = "wasserstein" | "energy" | "ksD";

/** How `distanceNull` simulates, and the options with which the distance is measured. */
export interface DistanceNullOptions extends DistanceOptions {
  /** Where the simulation gets its randomness; the same seed gives the same null. */
  readonly random: Random;
  /** How many windows are simulated, 1 to 10,000,000; a threshold for the rate r is steady from about 50/r on. @default 4999 */
  readonly draws?: number;
}

/**
 * How a distance behaves when nothing has drifted, for a reference and a window of given sizes. Plain data; read it with
 * `distancePValue` and `distanceThreshold`.
 */
export interface DistanceNull {
  /** The distance it is about. */
  readonly metric: CalibratedMetric;
  /** Rows of the reference. */
  readonly n: number;
  /** Rows of the window it was made for; it serves windows within about ±10% of that. */
  readonly m: number;
  /** `bootstrap`: simulated; `chi-squared`: analytic, where every slot is well filled; `exact`: the distribution of D, for `ksD`. */
  readonly method: "bootstrap" | "chi-squared" | "exact";
  /** For `chi-squared`: degrees of freedom. */
  readonly dof: number;
  /** For `chi-squared`: what the distance (of JS and Hellinger: its square) times n·m/(n + m) is multiplied by. */
  readonly factor: number;
  /** For `bootstrap`: the simulated distances times √(n·m/(n + m)) (PSI and KL: its square), ascending. */
  readonly scaled: Float64Array;
}
