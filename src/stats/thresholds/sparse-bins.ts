import { lowerBound } from "../../core/lower-bound.ts";
import type { Random } from "../../core/random.ts";
import type { NumericBins } from "../binning/reference-bins.ts";
import { gammaDraw } from "../sampling/gamma-draw.ts";
import { type PoissonMixture, poissonMixture } from "./poisson-mixture.ts";

/** The bins of a reference that hold few rows, where there are many of them, with what their counts together say about each. */
export interface SparseBins {
  readonly slots: Int32Array;
  /** Rows of each that could have fallen elsewhere. */
  readonly counts: Int32Array;
  /** Their sum: above 0. */
  readonly rows: number;
  readonly mixture: PoissonMixture;
}

/** Up to this count a bin is judged by all of them. */
const fewRows = 25;
/** From this count on a bin stands for itself. */
const manyRows = 100;
/** With fewer such bins there is nothing to learn from their counts, and little to lose. */
const leastBins = 50;

/**
 * A long tail cut into bins of equal width has hundreds that expect a row or two. There a count says little: the bin that is empty by luck will
 * not stay empty, nor will the bin with three rows get three again. What a bin with c rows is to expect is told by how many bins have c and c + 1
 * rows (H. Robbins, "An empirical Bayes approach to statistics", 1956), hence by the distribution of all these counts.
 *
 * `undefined` where bins are not cut through data (quantiles, distinct values) or fewer than fifty of them are sparse.
 */
export function sparseBins(random: Random, bins: NumericBins): SparseBins | undefined {
  if (bins.rule === "quantiles" || bins.rule === "distinct") return undefined;
  const free = freeRows(bins);
  const slots = [...free.keys()].filter((bin) => (free[bin] as number) <= manyRows);
  const counts = Int32Array.from(slots, (bin) => free[bin] as number);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  if (slots.length < leastBins || rows === 0) return undefined;
  // Bins with twice as many rows show how those are distributed from which a bin came to have no more than `manyRows`.
  const cells = new Float64Array(2 * manyRows + 1);
  for (const count of free) if (count < cells.length) cells[count] = (cells[count] as number) + 1;
  return { slots: Int32Array.from(slots, (bin) => bin + 1), counts, rows, mixture: poissonMixture(random, cells) };
}

/** Counts of the bins without the smallest and the largest row: the bins were cut to begin and end with them. */
function freeRows({ rule, uppers, counts }: NumericBins): number[] {
  const free = counts.slice(1, uppers.length + 1);
  if (rule === "explicit") return free;
  const last = free.length - 1;
  if (counts[0] === 0) free[0] = Math.max(0, (free[0] as number) - 1);
  if (counts[uppers.length + 1] === 0) free[last] = Math.max(0, (free[last] as number) - 1);
  return free;
}

/**
 * Draws masses for the sparse bins, in rows of the reference. Together they weigh what they hold, as anywhere (Gamma); how that is shared among
 * them is drawn from the mixture and, the more rows a bin has beyond few, from its own count.
 */
export function drawSparseMasses(
  random: Random,
  { slots, counts, rows, mixture }: SparseBins,
  into: Float64Array,
): void {
  const chancesOf = mixture.fits[random.int(mixture.fits.length)];
  let sum = 0;
  for (let i = 0; i < slots.length; i++) {
    const count = counts[i] as number;
    const chances = isJudgedAlone(random, count) ? undefined : chancesOf?.[count];
    const mass =
      chances === undefined ? gammaDraw(random, count) : (mixture.means[lowerBound(chances, random.next())] as number);
    into[slots[i] as number] = mass;
    sum += mass;
  }
  const scale = gammaDraw(random, rows) / sum;
  for (const slot of slots) into[slot] = (into[slot] as number) * scale;
}

function isJudgedAlone(random: Random, count: number): boolean {
  if (count <= fewRows) return false;
  return random.next() < Math.log(count / fewRows) / Math.log(manyRows / fewRows);
}
