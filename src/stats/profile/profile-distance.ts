import type { NumericProfile } from "./numeric-profile.ts";
import { requireSameBins } from "./require-same-bins.ts";

/**
 * A distance of two profiles by their counts: exact, since the counts are. `distance` is `psi`, `jensenShannon`, `totalVariation`,
 * `hellinger` or anything else that takes (reference, current) counts over the same slots. All slots count, those of NaN and missing values
 * included.
 *
 * Throws `argument/invalid` for profiles over different bins.
 *
 * @example
 * ```ts
 * import { isNotComputable, NumericProfile, profileDistance, psi, quantileBins } from "sluice/stats";
 * const bins = quantileBins({ values: [1, 2, 3, 4] });
 * if (isNotComputable(bins)) throw new Error(bins.detail);
 * const reference = new NumericProfile(bins);
 * const current = new NumericProfile(bins);
 * reference.addAll({ values: [1, 2, 3, 4] });
 * current.addAll({ values: [3, 4, 4, 9] });
 * const found = profileDistance(reference, current, psi);
 * if (isNotComputable(found) || found.value < 0.5) throw new Error("it has moved");
 * ```
 */
export function profileDistance<Found>(
  reference: NumericProfile,
  current: NumericProfile,
  distance: (reference: Float64Array, current: Float64Array) => Found,
): Found {
  requireSameBins(reference, current);
  return distance(reference.counts(), current.counts());
}
