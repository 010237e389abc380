import { lowerBound } from "../../core/lower-bound.ts";
import { upperBound } from "../../core/upper-bound.ts";

/**
 * A sorted reference cut at some of its rows, for drawing windows of any size at a cost that does not depend on the sizes.
 *
 * Cell k reaches from knot k − 1 to knot k, cell 0 from −∞, the last one to ∞. Between n ordered rows there are n + 1 gaps, and without drift a
 * new row is as likely in each.
 */
export interface RankCells {
  /** Rows at which the reference is cut, ascending, each the last of its value. */
  readonly knots: Float64Array;
  /** The share of the reference at or below each knot. */
  readonly shares: Float64Array;
  /** Gaps in each cell: one cell more than knots. */
  readonly weights: Float64Array;
  /** The share of a cell's rows of the reference that lie exactly at its knot. */
  readonly referenceAtKnot: Float64Array;
  /** The share of a cell's gaps that have no width, so that their new rows lie exactly at its knot. */
  readonly windowAtKnot: Float64Array;
  /** How far below the smallest row a row below it lies, on average. */
  readonly below: number;
  /** How far above the largest row a row above it lies, on average. */
  readonly above: number;
}

/** Cuts a reference at every row while there are few, else at about a thousand, closer together towards the ends. */
export function rankCells(sorted: Float64Array): RankCells {
  const n = sorted.length;
  const ends = lastOfRuns(sorted, n <= 1024 ? Array.from({ length: n }, (_, i) => i) : spreadRanks(n));
  const knots = Float64Array.from(ends, (at) => sorted[at] as number);
  const weights = new Float64Array(knots.length + 1);
  const referenceAtKnot = new Float64Array(knots.length);
  const windowAtKnot = new Float64Array(knots.length);
  ends.forEach((end, k) => {
    const start = k === 0 ? 0 : (ends[k - 1] as number) + 1;
    const rows = end + 1 - start;
    const run = end + 1 - lowerBound(sorted, sorted[end] as number, start, end);
    weights[k] = rows;
    referenceAtKnot[k] = run / rows;
    windowAtKnot[k] = (run - 1) / rows;
  });
  weights[knots.length] = 1;
  const shares = Float64Array.from(ends, (end) => (end + 1) / n);
  const [below, above] = [meanExcess(sorted, "low"), meanExcess(sorted, "high")];
  return { knots, shares, weights, referenceAtKnot, windowAtKnot, below, above };
}

/** ∫ |F − G| and ∫ (F − G)² of the reference and a window of m rows whose counts in the cells are given. */
export function rankGaps(cells: RankCells, counts: Float64Array, m: number): { area: number; squares: number } {
  const { knots, shares, referenceAtKnot, windowAtKnot } = cells;
  let f = 0;
  let g = 0;
  let gap = 0;
  let area = 0;
  let squares = 0;
  for (let k = 0; k < knots.length; k++) {
    const mass = (counts[k] as number) / m;
    const width = k === 0 ? 0 : (knots[k] as number) - (knots[k - 1] as number);
    const rise = (shares[k] as number) - f;
    const before = f + rise * (1 - (referenceAtKnot[k] as number)) - g - mass * (1 - (windowAtKnot[k] as number));
    if (k === 0) {
      area -= before * cells.below;
      squares += (before * before * cells.below) / 2;
    } else {
      area += width * meanAbsolute(gap, before);
      squares += (width * (gap * gap + gap * before + before * before)) / 3;
    }
    f = shares[k] as number;
    g += mass;
    gap = f - g;
  }
  const over = (counts[knots.length] as number) / m;
  return { area: area + over * cells.above, squares: squares + (over * over * cells.above) / 2 };
}

/** The mean of |·| along a straight line from a to b. */
function meanAbsolute(a: number, b: number): number {
  const spread = Math.abs(a) + Math.abs(b);
  return a * b >= 0 ? spread / 2 : (a * a + b * b) / (2 * spread);
}

/** How far the rows of a tail lie, on average, beyond the row where the tail begins: at most 20 of them, a tenth of the sample. */
export function meanExcess(sorted: Float64Array, end: "low" | "high"): number {
  const n = sorted.length;
  if (n < 2) return 0;
  const rows = Math.min(20, Math.ceil(n / 10), n - 1);
  const start = (end === "high" ? sorted[n - 1 - rows] : sorted[rows]) as number;
  let sum = 0;
  for (let i = 0; i < rows; i++)
    sum += Math.abs(((end === "high" ? sorted[n - 1 - i] : sorted[i]) as number) - start) / rows;
  return sum;
}

/** Ranks from 0 to n − 1: 768 evenly, and at each end eight for every doubling of the distance to it. */
function spreadRanks(n: number): number[] {
  const ranks = new Set<number>();
  for (let i = 0; i <= 768; i++) ranks.add(Math.round((i * (n - 1)) / 768));
  for (let from = 0; from < n / 768; from += Math.max(1, Math.floor(from / 8))) {
    ranks.add(from);
    ranks.add(n - 1 - from);
  }
  return [...ranks].sort((a, b) => a - b);
}

/** The last index with the value of each of some indices, without repetitions. */
function lastOfRuns(sorted: Float64Array, ranks: readonly number[]): number[] {
  const ends: number[] = [];
  for (const rank of ranks) {
    if (ends.length > 0 && (ends[ends.length - 1] as number) >= rank) continue;
    ends.push(upperBound(sorted, sorted[rank] as number, rank) - 1);
  }
  return ends;
}
