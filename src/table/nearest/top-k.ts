import { SluiceError } from "../../core/errors.ts";
import { requireOptions } from "../../core/known-options.ts";
import { NearestHeap } from "./nearest-heap.ts";
import { nearnessTo, scoresOf, type VectorMetric } from "./nearness.ts";
import type { Vectors } from "./vector-products.ts";

/** How the nearest vectors are searched. */
export interface TopKOptions {
  /** How many to find, at least 1; fewer come back where there are fewer. */
  readonly k: number;
  /** @default "cosine" */
  readonly metric?: VectorMetric;
}

/** The nearest vectors, nearest first. */
export interface TopK {
  /** Their rows in the matrix. */
  readonly rows: Int32Array;
  /** The cosine (in [−1, 1] up to rounding), the dot product, or the distance. */
  readonly scores: Float64Array;
}

/**
 * The k rows of a matrix that are nearest to a vector, exactly: every row is looked at. Sums are of doubles, also for a `Float32Array`,
 * in an order that is fixed: the same input gives the same bits on every runtime. Of equal scores the lower row comes first. A row whose score
 * is no number is left out: one with NaN, and for `cosine` one of length 0. Vectors beyond 1e150 in size overflow as doubles do.
 *
 * Cost: rows × dimension multiply-adds (twice that for `cosine`, which needs each row's length, in the same pass), and a bounded heap of k (Knuth, The
 * Art of Computer Programming, volume 3, §5.2.3).
 * Errors: `argument/invalid` for a dimension or k below 1, a matrix that is not whole rows, a query of another length.
 *
 * @example
 * ```ts
 * import { topK } from "sluice/features";
 * const ids = ["cat", "dog", "car"];
 * const matrix = Float32Array.of(1, 0.1, 0.9, 0.2, 0, 1);
 * const { rows } = topK(matrix, 2, Float32Array.of(1, 0), { k: 2 });
 * if (Array.from(rows, (row) => ids[row]).join() !== "cat,dog") throw new Error("cat and dog are nearest");
 * ```
 */
export function topK(
  matrix: Float32Array | Float64Array,
  dimension: number,
  query: Float32Array | Float64Array,
  options: TopKOptions,
): TopK {
  requireOptions("topK()", options, { k: "required", metric: "optional" });
  const { k, metric = "cosine" } = options;
  requireShape(matrix, dimension, query, k, metric);
  const rows = matrix.length / dimension;
  const nearest = new NearestHeap(Math.min(k, rows));
  const nearness = nearnessTo(query, metric);
  for (let row = 0; row < rows; row++) nearest.offer(row, nearness(matrix, row * dimension));
  const found = nearest.sorted();
  return { rows: found.rows, scores: scoresOf(metric, found.scores) };
}

function requireShape(matrix: Vectors, dimension: number, query: Vectors, k: number, metric: unknown): void {
  if (matrix?.length === undefined) throw invalid("no matrix", "a Float32Array or Float64Array");
  if (query?.length === undefined) throw invalid("no query", "a Float32Array or Float64Array");
  if (!Number.isSafeInteger(dimension) || dimension < 1)
    throw invalid(`dimension: ${dimension}`, "a whole number from 1");
  if (!Number.isSafeInteger(k) || k < 1) throw invalid(`k: ${k}`, "a whole number from 1");
  if (matrix.length % dimension !== 0)
    throw invalid(`a matrix of ${matrix.length} numbers`, `whole rows of ${dimension}`);
  if (query.length !== dimension) throw invalid(`a query of ${query.length} numbers`, `${dimension}, as the rows`);
  if (metric !== "cosine" && metric !== "dot" && metric !== "euclidean")
    throw invalid(`metric: ${String(metric)}`, '"cosine", "dot" or "euclidean"');
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "Pass vectors of one length, row after row." });
}
