import type { Random } from "../../core/random.ts";
import type { ReferenceBins } from "../binning/reference-bins.ts";
import type { DistanceMetric } from "../distances/distance.ts";
import { hellinger, lInfinity, totalVariation } from "../distances/histogram-distances.ts";
import { jensenShannon } from "../distances/jensen-shannon.ts";
import { psi } from "../distances/psi.ts";
import { chiSquaredIsf, chiSquaredSf } from "../distributions/chi-squared.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireNonNegative, requireOpenFraction } from "../require-argument.ts";
import { drawCounts } from "../sampling/draw-counts.ts";
import { nullWeights } from "./null-weights.ts";

/** The histogram distances whose null distribution {@link distanceNull} knows, all with their default options. */
export type CalibratedMetric = Extract<
  DistanceMetric,
  "psi" | "totalVariation" | "jensenShannon" | "hellinger" | "lInfinity"
>;

/** How {@link distanceNull} simulates. */
export interface DistanceNullOptions {
  /** Where the simulation gets its randomness; the same seed gives the same null. */
  readonly random: Random;
  /** How many windows are simulated; a threshold for the rate r is steady from about 50/r on. @default 4999 */
  readonly draws?: number;
}

/**
 * How a distance behaves when nothing has drifted, for a reference and a window of given sizes. Plain data; read it with
 * {@link distancePValue} and {@link distanceThreshold}.
 */
export interface DistanceNull {
  /** The distance it is about. */
  readonly metric: CalibratedMetric;
  /** Rows of the reference. */
  readonly n: number;
  /** Rows of the window it was made for; it serves windows within about ±10% of that. */
  readonly m: number;
  /** `bootstrap`: simulated; `chi-squared`: analytic, for PSI where every slot is well filled. */
  readonly method: "bootstrap" | "chi-squared";
  /** Degrees of freedom, for `chi-squared`. */
  readonly dof: number;
  /** The simulated distances times √(n·m/(n + m)) (PSI: its square), ascending, for `bootstrap`. */
  readonly scaled: Float64Array;
}

const distances: Readonly<Record<CalibratedMetric, typeof totalVariation>> = {
  psi: (reference, current) => psi(reference, current),
  jensenShannon: (reference, current) => jensenShannon(reference, current),
  totalVariation,
  hellinger,
  lInfinity,
};

/**
 * The null distribution of a histogram distance for windows of `m` rows against frozen reference bins.
 *
 * Windows are drawn from what the reference says about its own uncertainty (Dirichlet-multinomial), so that a stated false alarm rate
 * holds at 50 rows and at 5 million, where any fixed limit fails. For PSI with at least 50 rows expected in every slot on both sides,
 * PSI·n·m/(n + m) is chi-squared with one degree of freedom fewer than slots, and nothing is simulated.
 *
 * `notComputable` for a reference without rows. Throws `argument/invalid` unless m is a whole number above 0.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { binCounts, distanceNull, distancePValue, isNotComputable, psi, quantileBins } from "sluice/stats";
 * const random = seededRandom(7);
 * const reference = Float64Array.from({ length: 2000 }, () => random.normal());
 * const shifted = Float64Array.from({ length: 200 }, () => random.normal() + 1);
 * const bins = quantileBins({ values: reference });
 * if (isNotComputable(bins)) throw new Error("not empty");
 * const found = psi(bins.counts, binCounts(bins, { values: shifted }));
 * const calm = distanceNull("psi", bins, 200, { random, draws: 999 });
 * if (isNotComputable(found) || isNotComputable(calm)) throw new Error("not empty");
 * if (distancePValue(calm, found.value) > 0.001) throw new Error("a standard deviation in 200 rows is visible");
 * ```
 */
export function distanceNull(
  metric: CalibratedMetric,
  bins: ReferenceBins,
  m: number,
  options: DistanceNullOptions,
): DistanceNull | NotComputable {
  requireCount("m", m, 1);
  const draws = requireCount("draws", options.draws ?? 4999, 1);
  const n = bins.counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return notComputable("empty", "the reference has no rows");
  const filled = bins.counts.filter((count) => count > 0);
  const wellFilled = filled.length === bins.counts.length && Math.min(...filled) * Math.min(1, m / n) >= 50;
  if (metric === "psi" && wellFilled) {
    return { metric, n, m, method: "chi-squared", dof: filled.length - 1, scaled: new Float64Array(0) };
  }
  const weights = nullWeights(bins);
  const current = new Float64Array(weights.length);
  const scaled = new Float64Array(draws);
  const scale = sizeScale(metric, n, m);
  for (let draw = 0; draw < draws; draw++) {
    drawCounts(options.random, weights, m, current);
    const distance = distances[metric](bins.counts, current);
    if (isNotComputable(distance)) return distance;
    scaled[draw] = distance.value * scale;
  }
  return { metric, n, m, method: "bootstrap", dof: 0, scaled: scaled.sort() };
}

/**
 * The probability of a distance at least as large without drift; never 0 (a simulation of N windows cannot say less than 1/(N + 1)).
 *
 * @param m - Rows of the window at hand, where it differs a little from `null.m`. @default null.m
 */
export function distancePValue(calm: DistanceNull, value: number, m: number = calm.m): number {
  requireNonNegative("value", value);
  const scaled = value * sizeScale(calm.metric, calm.n, m);
  if (calm.method === "chi-squared") return chiSquaredSf(scaled, calm.dof);
  const below = countBelow(calm.scaled, scaled * (1 - 1e-12));
  return (calm.scaled.length - below + 1) / (calm.scaled.length + 1);
}

/**
 * The distance above which a window without drift lies with at most the given probability.
 *
 * @param falseAlarmRate - Strictly between 0 and 1; a simulation of N windows serves rates from 1/(N + 1) on, else `argument/invalid`.
 */
export function distanceThreshold(calm: DistanceNull, falseAlarmRate: number, m: number = calm.m): number {
  requireOpenFraction("falseAlarmRate", falseAlarmRate);
  const scale = sizeScale(calm.metric, calm.n, m);
  if (calm.method === "chi-squared") return chiSquaredIsf(falseAlarmRate, calm.dof) / scale;
  const above = Math.floor(falseAlarmRate * (calm.scaled.length + 1) + 1e-9);
  requireCount("falseAlarmRate × (draws + 1)", above, 1);
  return (calm.scaled[calm.scaled.length - above] as number) / scale;
}

function sizeScale(metric: CalibratedMetric, n: number, m: number): number {
  const size = n * (m / (n + m));
  return metric === "psi" ? size : Math.sqrt(size);
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
