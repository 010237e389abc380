import { SluiceError } from "../../core/errors.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import { type KernelSums, kernelSplitSums } from "./kernel-split-sums.ts";
import {
  type PermutationOptions,
  type PermutationPValue,
  permutationPValue,
  permutedSplits,
} from "./permuted-splits.ts";
import { type BandwidthOptions, scaledBandwidth } from "./rbf-bandwidth.ts";
import { type RowMatrix, type RowPair, rowPair, squaredDistance } from "./row-matrix.ts";

/** How {@link maximumMeanDiscrepancy} measures and how many permutations it draws. */
export interface MmdOptions extends BandwidthOptions, PermutationOptions {
  /** The most splits that are visited: all, where there are no more; else so many random ones. @default 999 */
  readonly permutations?: number;
  /** The most rows of both samples together, since the time grows with their square (10,000: about ten seconds). @default 10_000 */
  readonly maxRows?: number;
}

/** What {@link maximumMeanDiscrepancy} found. */
export interface MmdResult extends PermutationPValue {
  /** The unbiased estimate of MMD², which the p-value is about; around 0, and as often below, if nothing differs. */
  readonly statistic: number;
  /** The biased estimate of MMD², at least 0: it counts each row's pair with itself. */
  readonly biased: number;
  /** σ of the kernel, in the unit of the values. */
  readonly bandwidth: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
  /** Numbers in a row. */
  readonly dimensions: number;
}

/**
 * The maximum mean discrepancy of two samples with a Gaussian kernel, and its permutation p-value: do rows of many dimensions, such as
 * embeddings, come from one distribution? (A. Gretton et al., "A kernel two-sample test", JMLR 13, 2012.)
 *
 * Samples are plain arrays, or rows as {@link RowMatrix}. Time (n + m)²·dimensions/2 and permutations·min(n, m)²/2; memory O(n + m) and up
 * to 64 MB of permutations, never a matrix of pairs. `notComputable` with fewer than two rows on a side, for NaN or infinite values, and if
 * all rows are equal. Throws `argument/invalid` above `maxRows`: there take {@link mmdLinear}, or a sample of the rows.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { isNotComputable, maximumMeanDiscrepancy } from "sluice/stats";
 * const random = seededRandom(7);
 * const rows = (shift: number) => ({ values: Float64Array.from({ length: 60 * 8 }, () => random.normal() + shift), dimensions: 8 });
 * const result = maximumMeanDiscrepancy(rows(0), rows(0.5), { random, permutations: 199 });
 * if (isNotComputable(result) || result.pValue !== 1 / 200) throw new Error("half a standard deviation in 8 dimensions");
 * ```
 */
export function maximumMeanDiscrepancy(
  x: ArrayLike<number> | RowMatrix,
  y: ArrayLike<number> | RowMatrix,
  options: MmdOptions,
): MmdResult | NotComputable {
  const { random, permutations = 999, blockLength = 1, maxRows = 10_000, signal, onProgress } = options;
  requireCount("maxRows", maxRows, 4);
  const rows = rowPair(x, y, 2);
  if (isNotComputable(rows)) return rows;
  const { n, m, dimensions } = rows;
  requireRows(n + m, maxRows);
  const sigma = scaledBandwidth(rows, random, options);
  const bandwidth = typeof options.bandwidth === "number" ? options.bandwidth : sigma / rows.scale;
  if (!Number.isFinite(bandwidth)) return notComputable("out-of-range", "the distances are beyond the largest double");
  const splits = permutedSplits(n, m, { random, permutations, blockLength });
  const masks = withFew(n, m, splits.masks);
  const total = splits.permutations + 1;
  const work = { total, ...(signal && { signal }), ...(onProgress && { onProgress }) };
  const sums = kernelSplitSums(n + m, Math.min(n, m), masks, kernelOf(rows, sigma), work);
  const [observed, ...others] = sums.map((each) => estimates(each, Math.min(n, m), Math.max(n, m)));
  const { unbiased, biased, size } = observed as Estimates;
  let extreme = 0;
  for (const other of others) if (other.unbiased >= unbiased - 1e-13 * size) extreme++;
  return { statistic: unbiased, biased, bandwidth, ...permutationPValue(extreme, splits), n, m, dimensions };
}

function requireRows(found: number, maxRows: number): void {
  if (found <= maxRows) return;
  throw new SluiceError("argument/invalid", {
    found: `${found} rows`,
    expected: `at most maxRows = ${maxRows} rows of both samples together`,
    fix: "Use mmdLinear, pass a random sample of the rows, or raise maxRows and wait.",
  });
}

/** Masks of the smaller sample: first the split as given, then the others. */
function* withFew(n: number, m: number, masks: Iterable<Uint8Array>): Generator<Uint8Array> {
  const mark = n <= m ? 1 : 0;
  yield new Uint8Array(n + m).fill(1 - mark).fill(mark, 0, n);
  for (const mask of masks) yield mark === 1 ? mask : mask.map((bit) => 1 - bit);
}

/** Fills the kernel values of a row with all later ones. */
function kernelOf(
  { x, y, n, m, dimensions, scale }: RowPair,
  sigma: number,
): (row: number, into: Float64Array) => void {
  const values = new Float64Array((n + m) * dimensions);
  values.set(x);
  values.set(y, n * dimensions);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * scale;
  const shape = { dimensions, scale: 1 };
  const inverse = 1 / sigma;
  return (row, into) => {
    for (let j = row + 1; j < n + m; j++) {
      into[j] = Math.exp(-0.5 * (squaredDistance(values, row, values, j, shape) * inverse * inverse));
    }
  };
}

interface Estimates {
  readonly unbiased: number;
  readonly biased: number;
  /** The size of what is subtracted, which tells how much of a difference is rounding. */
  readonly size: number;
}

function estimates({ inside, outside, across }: KernelSums, few: number, many: number): Estimates {
  const cross = (2 * across) / few / many;
  const apart = (2 * inside) / few / (few - 1) + (2 * outside) / many / (many - 1);
  const together = (2 * inside + few) / few / few + (2 * outside + many) / many / many;
  return { unbiased: apart - cross, biased: Math.max(0, together - cross), size: together + cross };
}
