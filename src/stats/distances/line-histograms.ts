import { SluiceError } from "../../core/errors.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { requireSameLength } from "../require-argument.ts";
import type { Distance, LineMetric } from "./distance.ts";
import { energyOf } from "./energy-distance.ts";
import type { Gaps } from "./gaps-of-sorted.ts";
import { type PairedShares, pairedShares } from "./paired-shares.ts";
import { deviationOf } from "./population-deviation.ts";
import { inUnit, requireUnit, type WassersteinOptions } from "./wasserstein.ts";

/** A distance of two histograms on the line. */
export interface BinnedDistance extends Distance {
  /** By how much the distance of the values behind the histograms can differ from `value`, in its unit; absent where that is unbounded. */
  readonly errorBound?: number;
}

/**
 * The Wasserstein-1 distance of two histograms over the same bins, each bin's rows at its middle: `edges` has one number more than there
 * are bins.
 *
 * The distance of the values themselves differs by at most `errorBound` = ½ Σ width·(p + q), since no row moves by more than half its bin
 * (in the unit `referenceStd`, of the standard deviation of the reference's histogram). `notComputable` when a side is empty, and in the unit
 * `referenceStd` for a reference in a single bin. Throws `argument/invalid` unless the edges are finite and ascending.
 *
 * @example
 * ```ts
 * import { isNotComputable, wassersteinHistogram } from "sluice/stats";
 * const result = wassersteinHistogram([0, 10, 20, 30], [5, 5, 0], [0, 5, 5]);
 * if (isNotComputable(result) || Math.abs(result.value - 10) > 1e-12) throw new Error("everything has moved by a bin");
 * ```
 */
export function wassersteinHistogram(
  edges: ArrayLike<number>,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): BinnedDistance | NotComputable {
  return lineDistance("wasserstein", middlesOf(edges, reference), reference, current, options);
}

/**
 * The energy distance of two histograms over the same bins, each bin's rows at its middle: `edges` has one number more than there are bins.
 *
 * The distance of the values themselves differs by at most `errorBound` = √(Σ width·p²) + √(Σ width·q²). `notComputable` when a side is
 * empty. Throws `argument/invalid` unless the edges are finite and ascending.
 */
export function energyHistogram(
  edges: ArrayLike<number>,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): BinnedDistance | NotComputable {
  return lineDistance("energy", middlesOf(edges, reference), reference, current);
}

/** Where the rows of cells are taken to be, and within what width they may be instead. */
export interface Places {
  readonly positions: Float64Array;
  /** By cell, for rows of the reference. */
  readonly referenceWidths: Float64Array;
  /** By cell, for rows of the current data. */
  readonly currentWidths: Float64Array;
}

/** A distance of two histograms whose cells lie at ascending positions. */
export function lineDistance(
  metric: LineMetric,
  places: Places,
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  options: WassersteinOptions = {},
): BinnedDistance | NotComputable {
  const unit = requireUnit(options.unit);
  const shares = pairedShares(reference, current);
  if (isNotComputable(shares)) return shares;
  const { n, m } = shares;
  const gaps = gapsOf(shares, places.positions);
  if (metric === "energy") {
    const found = energyOf(gaps, n, m);
    const reach = spread(shares, places, (share, width) => width * share * share).map(Math.sqrt);
    return bounded(found, (reach[0] as number) + (reach[1] as number));
  }
  const deviation = (): number => deviationOf(places.positions, reference);
  const found = inUnit(gaps, unit, n, m, deviation);
  if (isNotComputable(found)) return found;
  const reach = spread(shares, places, (share, width) => (width * share) / 2);
  const errorBound = ((reach[0] as number) + (reach[1] as number)) / (unit === "raw" ? 1 : deviation());
  return bounded(found, errorBound);
}

/** Adds the bound, where there is one: bins can be wider than the largest double. */
function bounded(found: Distance, errorBound: number): BinnedDistance {
  return Number.isFinite(errorBound) ? { ...found, errorBound } : found;
}

function gapsOf({ difference, cells }: PairedShares, positions: Float64Array): Omit<Gaps, "largest"> {
  const range = (positions[positions.length - 1] as number) - (positions[0] as number);
  const unit = Number.isFinite(range) ? 1 : 4;
  let gap = 0;
  let area = 0;
  let squares = 0;
  for (let i = 0; i + 1 < cells.length; i++) {
    gap += difference[i] as number;
    const width =
      (positions[cells[i + 1] as number] as number) / unit - (positions[cells[i] as number] as number) / unit;
    area += Math.abs(gap) * width;
    squares += gap * gap * width;
  }
  return { area, squares, unit };
}

/** The sum of a term of share and width, for the reference and for the current data. */
function spread(
  { p, q, cells }: PairedShares,
  { referenceWidths, currentWidths }: Places,
  term: (share: number, width: number) => number,
): [number, number] {
  let left = 0;
  let right = 0;
  for (let i = 0; i < cells.length; i++) {
    left += term(p[i] as number, referenceWidths[cells[i] as number] as number);
    right += term(q[i] as number, currentWidths[cells[i] as number] as number);
  }
  return [left, right];
}

function middlesOf(edges: ArrayLike<number>, counts: ArrayLike<number>): Places {
  requireSameLength("edges without the first and counts", { length: edges.length - 1 }, counts);
  const positions = new Float64Array(counts.length);
  const widths = new Float64Array(counts.length);
  for (let i = 0; i < counts.length; i++) {
    const low = edges[i] as number;
    const high = edges[i + 1] as number;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw new SluiceError("argument/invalid", {
        found: `the edges ${low} and ${high} of bin ${i}`,
        expected: "finite edges in ascending order",
        fix: "Sort the edges and remove repeated ones.",
      });
    }
    positions[i] = low / 2 + high / 2;
    widths[i] = high - low;
  }
  return { positions, referenceWidths: widths, currentWidths: widths };
}
