import { cosineOf, dotProduct, squaredDistance, squaredLength, type Vectors } from "./vector-products.ts";

/** How alike two vectors are: larger is nearer for `cosine` and `dot`, smaller for `euclidean`. */
export type VectorMetric = "cosine" | "dot" | "euclidean";

/** How near the row of a matrix that begins at `at` is, larger is nearer; NaN where it is no number. The row's length may be given where it is known. */
export type Nearness = (matrix: Vectors, at: number, length?: number) => number;

/** The nearness to one vector by a metric. */
export function nearnessTo(query: Vectors, metric: VectorMetric): Nearness {
  const vector = Float64Array.from(query);
  const dimension = vector.length;
  if (metric === "dot") return (matrix, at) => dotProduct(matrix, at, vector, dimension);
  if (metric === "euclidean") return (matrix, at) => -squaredDistance(matrix, at, vector, dimension);
  const own = lengthOf(vector, 0, dimension);
  return (matrix, at, length) =>
    length === undefined
      ? cosineOf(matrix, at, vector, dimension, own)
      : dotProduct(matrix, at, vector, dimension) / (length * own);
}

/** The length of a row. */
export function lengthOf(matrix: Vectors, at: number, dimension: number): number {
  return Math.sqrt(squaredLength(matrix, at, dimension));
}

/** The scores that users see for nearnesses: of `euclidean` the distances. */
export function scoresOf(metric: VectorMetric, nearness: Float64Array): Float64Array {
  return metric === "euclidean" ? nearness.map((negated) => Math.sqrt(-negated)) : nearness;
}
