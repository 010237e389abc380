import type { Random } from "../../core/random.ts";
import { requireCount, requirePositive } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { type RowPair, squaredDistance } from "./row-matrix.ts";

/** The width of the Gaussian kernel exp(−‖a − b‖²/(2σ²)). */
export interface BandwidthOptions {
  /**
   * σ, in the unit of the values; `median`: the median distance of two rows of both samples together (where most rows are equal, of the
   * distances above 0).
   * @default "median"
   */
  readonly bandwidth?: "median" | number;
  /** Up to how many pairs of rows `median` takes all; of more it draws so many. @default 500_000 */
  readonly maxPairs?: number;
}

/** σ in the scaled units of the rows, not below 1e-300: {@link RowPair} has scaled them to about 1. */
export function scaledBandwidth(rows: RowPair, random: Random, options: BandwidthOptions): number {
  const { bandwidth = "median" } = options;
  const maxPairs = requireCount("maxPairs", options.maxPairs ?? 500_000, 1);
  if (bandwidth !== "median") return Math.max(1e-300, requirePositive("bandwidth", bandwidth) * rows.scale);
  const distances = sortDoubles(drawnDistances(rows, random, maxPairs));
  const whole = median(distances, 0);
  if (whole > 0) return Math.max(1e-300, whole);
  const positive = distances.findIndex((distance) => distance > 0);
  return Math.max(1e-300, positive >= 0 ? median(distances, positive) : largestFromFirst(rows));
}

/** The distances of all pairs, or of `maxPairs` random ones. */
function drawnDistances(rows: RowPair, random: Random, maxPairs: number): Float64Array {
  const size = rows.n + rows.m;
  const pairs = (size * (size - 1)) / 2;
  const distances = new Float64Array(Math.min(pairs, maxPairs));
  let at = 0;
  if (pairs <= maxPairs) {
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) distances[at++] = distance(rows, i, j);
    return distances;
  }
  for (; at < maxPairs; at++) {
    const i = random.int(size);
    const j = random.int(size - 1);
    distances[at] = distance(rows, i, j < i ? j : j + 1);
  }
  return distances;
}

/** The distance of two rows of both samples together. */
function distance(rows: RowPair, i: number, j: number): number {
  const { x, y, n } = rows;
  return Math.sqrt(squaredDistance(i < n ? x : y, i < n ? i : i - n, j < n ? x : y, j < n ? j : j - n, rows));
}

/** The median of a sorted array without its first `skip` numbers. */
function median(sorted: Float64Array, skip: number): number {
  const middle = (skip + sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
}

function largestFromFirst(rows: RowPair): number {
  let largest = 0;
  for (let i = 1; i < rows.n + rows.m; i++) largest = Math.max(largest, distance(rows, 0, i));
  return largest;
}
