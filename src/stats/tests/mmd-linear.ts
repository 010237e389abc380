import type { Random } from "../../core/random.ts";
import { normalSf } from "../distributions/normal.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { type BandwidthOptions, scaledBandwidth } from "./rbf-bandwidth.ts";
import { type RowMatrix, rowPair, squaredDistance } from "./row-matrix.ts";

/** How {@link mmdLinear} measures. */
export interface MmdLinearOptions extends BandwidthOptions {
  /** Draws the pairs of the median bandwidth where there are more than `maxPairs`; the same seed gives the same σ. */
  readonly random: Random;
}

/** What {@link mmdLinear} found. */
export interface MmdLinearResult {
  /** The estimate of MMD²: around 0, and as often below, if nothing differs. */
  readonly statistic: number;
  /** The standard error of the estimate. */
  readonly standardError: number;
  /** The probability that a standard normal exceeds statistic/standardError. */
  readonly pValue: number;
  /** σ of the kernel, in the unit of the values. */
  readonly bandwidth: number;
  /** How many rows of each sample were read: the smaller size, made even. */
  readonly used: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
  /** Numbers in a row. */
  readonly dimensions: number;
}

/**
 * The maximum mean discrepancy in linear time, for millions of rows: the mean of k(x₁, x₂) + k(y₁, y₂) − k(x₁, y₂) − k(x₂, y₁) over successive
 * pairs of rows, with its normal p-value (A. Gretton et al., "A kernel two-sample test", JMLR 13, 2012, section 6).
 *
 * One pass and no memory beyond the pairs of the median. It is much blunter than {@link maximumMeanDiscrepancy} on as many rows, and the p-value
 * needs a few hundred rows. Successive rows must be independent: shuffle a series first. `notComputable` with fewer than four rows on
 * a side, for NaN or infinite values, if all rows are equal, or if all terms are.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { isNotComputable, mmdLinear } from "sluice/stats";
 * const random = seededRandom(7);
 * const normal = (shift: number) => Float64Array.from({ length: 20_000 }, () => random.normal() + shift);
 * const result = mmdLinear(normal(0), normal(1), { random });
 * if (isNotComputable(result) || !(result.pValue < 1e-6)) throw new Error("a shift of 1 in 20,000 rows");
 * ```
 */
export function mmdLinear(
  x: ArrayLike<number> | RowMatrix,
  y: ArrayLike<number> | RowMatrix,
  options: MmdLinearOptions,
): MmdLinearResult | NotComputable {
  const rows = rowPair(x, y, 4);
  if (isNotComputable(rows)) return rows;
  const { n, m, dimensions } = rows;
  const sigma = scaledBandwidth(rows, options.random, options);
  const bandwidth = typeof options.bandwidth === "number" ? options.bandwidth : sigma / rows.scale;
  if (!Number.isFinite(bandwidth)) return notComputable("out-of-range", "the distances are beyond the largest double");
  const inverse = 1 / sigma;
  const kernel = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number): number =>
    Math.exp(-0.5 * (squaredDistance(a, i, b, j, rows) * inverse * inverse));
  const pairs = Math.floor(Math.min(n, m) / 2);
  let mean = 0;
  let squares = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const i = 2 * pair;
    const alike = kernel(rows.x, i, rows.x, i + 1) + kernel(rows.y, i, rows.y, i + 1);
    const term = alike - kernel(rows.x, i, rows.y, i + 1) - kernel(rows.x, i + 1, rows.y, i);
    const off = term - mean;
    mean += off / (pair + 1);
    squares += off * (term - mean);
  }
  const standardError = Math.sqrt(squares / (pairs - 1) / pairs);
  if (standardError === 0) return notComputable("constant", "the terms of all pairs of rows are the same");
  return {
    statistic: mean,
    standardError,
    pValue: normalSf(mean / standardError),
    bandwidth,
    used: 2 * pairs,
    n,
    m,
    dimensions,
  };
}
