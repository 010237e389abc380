import { SluiceError } from "../../core/errors.ts";
import { lowerBound } from "../../core/lower-bound.ts";
import { chiSquaredIsf, chiSquaredSf } from "../distributions/chi-squared.ts";
import { requireCount, requireNonNegative, requireOpenFraction } from "../require-argument.ts";
import { ksOfGap } from "../tests/ks-test.ts";
import type { DistanceNull } from "./calibration.ts";
import { pairedSize, sizeScale } from "./size-scale.ts";

/** The window to which a null distribution is applied. */
export interface DistanceWindowOptions {
  /** Rows of the window at hand, where they differ a little from those the null was made for. @default the null's own m */
  readonly m?: number;
}

/** What {@link distanceThreshold} is asked for. */
export interface DistanceThresholdOptions extends DistanceWindowOptions {
  /** The share of windows without drift that may lie above the threshold, strictly between 0 and 1. */
  readonly falseAlarmRate: number;
}

/** The probability of a distance at least as large without drift; never 0 for a simulation (N windows cannot say less than 1/(N + 1)). */
export function distancePValue(calm: DistanceNull, value: number, options: DistanceWindowOptions = {}): number {
  requireNonNegative("value", value);
  const m = requireCount("m", options.m ?? calm.m, 1);
  if (calm.method === "exact") return ksSf(value, calm.n, m);
  if (calm.method === "chi-squared") {
    const divergence = isRoot(calm) ? value * value : value;
    return chiSquaredSf(calm.factor * divergence * pairedSize(calm.n, m), calm.dof);
  }
  const below = lowerBound(calm.scaled, value * sizeScale(calm.metric, calm.n, m) * (1 - 1e-12));
  return (calm.scaled.length - below + 1) / (calm.scaled.length + 1);
}

/**
 * The distance above which a window without drift lies with at most the given probability. A simulation of N windows serves rates from
 * 1/(N + 1) on; a smaller one is `argument/invalid`.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { distanceNull, distanceThreshold, isNotComputable } from "sluice/stats";
 * const reference = Float64Array.from({ length: 1000 }, (_, i) => i / 1000);
 * const calm = distanceNull("wasserstein", reference, 400, { random: seededRandom(1), draws: 999 });
 * if (isNotComputable(calm)) throw new Error(calm.detail);
 * const limit = distanceThreshold(calm, { falseAlarmRate: 0.01 });
 * if (!(limit > 0.02 && limit < 0.08)) throw new Error("a window of 400 rows moves by so much once in a hundred");
 * if (distanceThreshold(calm, { falseAlarmRate: 0.01, m: 380 }) < limit) throw new Error("a smaller one moves farther");
 * ```
 */
export function distanceThreshold(calm: DistanceNull, options: DistanceThresholdOptions): number {
  const falseAlarmRate = requireOpenFraction("falseAlarmRate", options?.falseAlarmRate);
  const m = requireCount("m", options.m ?? calm.m, 1);
  if (calm.method === "exact") return ksThreshold(falseAlarmRate, calm.n, m);
  if (calm.method === "chi-squared") {
    const divergence = chiSquaredIsf(falseAlarmRate, calm.dof) / calm.factor / pairedSize(calm.n, m);
    return isRoot(calm) ? Math.sqrt(divergence) : divergence;
  }
  const above = Math.floor(falseAlarmRate * (calm.scaled.length + 1) + 1e-9);
  if (above < 1) throw tooRare(falseAlarmRate, calm.scaled.length);
  return (calm.scaled[calm.scaled.length - above] as number) / sizeScale(calm.metric, calm.n, m);
}

function tooRare(rate: number, draws: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `falseAlarmRate = ${rate} of a null of ${draws} draws`,
    expected: `a rate of at least 1/(draws + 1), here ${1 / (draws + 1)}`,
    fix: `Ask for a larger rate, or make the null with { draws: ${Math.ceil(1 / rate) - 1} } or more.`,
  });
}

/** Jensen–Shannon and Hellinger distances are roots of what is chi-squared. */
function isRoot(calm: DistanceNull): boolean {
  return calm.metric === "jensenShannon" || calm.metric === "hellinger";
}

function ksSf(statistic: number, n: number, m: number): number {
  if (statistic > 1) return 0;
  const gap = statistic * n * m;
  return ksOfGap(n * m < Number.MAX_SAFE_INTEGER ? Math.round(gap) : gap, n, m, { exactCells: 200_000 }).pValue;
}

/** Just below the smallest D that is as rare as asked, found by halving; 1, which no D exceeds, if even D = 1 is more frequent. */
function ksThreshold(rate: number, n: number, m: number): number {
  if (ksSf(1, n, m) > rate) return 1;
  let common = 0;
  let rare = 1;
  for (let step = 0; step < 60 && rare - common > 1e-13; step++) {
    const middle = (common + rare) / 2;
    if (ksSf(middle, n, m) > rate) common = middle;
    else rare = middle;
  }
  return common;
}
