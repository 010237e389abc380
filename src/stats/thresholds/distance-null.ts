import type { ReferenceBins } from "../binning/reference-bins.ts";
import type { DistanceMetric } from "../distances/distance.ts";
import type { NotComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import type { CalibratedMetric, CalibratedSampleMetric, DistanceNull, DistanceNullOptions } from "./calibration.ts";
import { histogramNull } from "./histogram-null.ts";
import { sampleNull } from "./sample-null.ts";

/**
 * The null distribution of a distance for windows of `m` rows against a reference: frozen bins (any of the eight distances, as
 * `binnedDistance` measures them) or the reference sample itself (`wasserstein`, `energy` and `ksD`, as `wasserstein`, `energyDistance` and
 * `ksTest` measure them). Pass the options with which the distance is measured.
 *
 * Windows are simulated from what the reference says about its own uncertainty, so that a stated false alarm rate holds at 50 rows and at
 * 5 million, where any fixed limit fails:
 *
 * - bins: counts of the slots are Dirichlet-multinomial. Where every slot expects so many rows on both sides that their reciprocals sum to less
 *   than 0.03·√dof (50 each at least), PSI·N, 2·KL·N, 8·JS²·N and 8·H²·N with N = n·m/(n + m) are chi-squared with one degree of freedom fewer
 *   than slots, and nothing is simulated;
 * - bins of equal width or explicit ones, of which fifty or more hold up to a hundred rows (a long tail): what each of them expects is learnt from
 *   all their counts, since an empty bin is empty by luck; the doubt about that is simulated too. The rate then holds on average over references:
 *   of a single one it can be several times higher or lower, for how empty its tail is by luck cannot be known. A simulation of 4,999 windows over
 *   1,000 bins takes a second or two; ask for fewer draws where that matters, or for fewer bins;
 * - a sample: the ranks of a window among the rows of the reference are drawn exactly (every order is equally likely without drift), its values
 *   evenly between neighbours; for more than some thousand rows the order is drawn between about a thousand quantiles, which makes the cost
 *   independent of the sizes;
 * - `ksD`: nothing is simulated; with ties it is conservative.
 *
 * `notComputable` for a reference without rows, NaN or infinite values. Throws `argument/invalid` unless m is a whole number above 0, and for an
 * option that the distance does not have.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { binCounts, distanceNull, distancePValue, isNotComputable, psi, quantileBins, wasserstein } from "sluice/stats";
 * const random = seededRandom(7);
 * const reference = Float64Array.from({ length: 2000 }, () => random.normal());
 * const shifted = Float64Array.from({ length: 200 }, () => random.normal() + 1);
 * const bins = quantileBins({ values: reference });
 * if (isNotComputable(bins)) throw new Error("not empty");
 * const found = psi(bins.counts, binCounts(bins, { values: shifted }));
 * const calm = distanceNull("psi", bins, 200, { random, draws: 999 });
 * if (isNotComputable(found) || isNotComputable(calm)) throw new Error("not empty");
 * if (distancePValue(calm, found.value) > 0.001) throw new Error("a standard deviation in 200 rows is visible");
 * const moved = wasserstein(reference, shifted);
 * const still = distanceNull("wasserstein", reference, 200, { random, draws: 999 });
 * if (isNotComputable(moved) || isNotComputable(still)) throw new Error("not empty");
 * if (distancePValue(still, moved.value) > 0.001) throw new Error("and here");
 * ```
 */
export function distanceNull(
  metric: DistanceMetric,
  reference: ReferenceBins,
  m: number,
  options: DistanceNullOptions,
): DistanceNull | NotComputable;
export function distanceNull(
  metric: CalibratedSampleMetric,
  reference: ArrayLike<number>,
  m: number,
  options: DistanceNullOptions,
): DistanceNull | NotComputable;
export function distanceNull(
  metric: CalibratedMetric,
  reference: ReferenceBins | ArrayLike<number>,
  m: number,
  options: DistanceNullOptions,
): DistanceNull | NotComputable {
  requireCount("m", m, 1);
  const draws = requireCount("draws", options.draws ?? 4999, 1, 10_000_000);
  return isBins(reference)
    ? histogramNull(metric as DistanceMetric, reference, m, draws, options)
    : sampleNull(metric as CalibratedSampleMetric, reference, m, draws, options);
}

function isBins(reference: ReferenceBins | ArrayLike<number>): reference is ReferenceBins {
  return "kind" in reference;
}
