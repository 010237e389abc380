/** The numbers of vectors, one after another. */
export type Vectors = Float32Array | Float64Array;

/** A number of a row of a matrix (which begins at `at`) and a vector. */
export type Product = (matrix: Vectors, at: number, vector: Float64Array, dimension: number) => number;

/** The dot product, in four partial sums: their order is fixed, and a processor works on them side by side. */
export const dotProduct: Product = (matrix, at, vector, dimension) => {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    a += (matrix[at + i] ?? 0) * (vector[i] ?? 0);
    b += (matrix[at + i + 1] ?? 0) * (vector[i + 1] ?? 0);
    c += (matrix[at + i + 2] ?? 0) * (vector[i + 2] ?? 0);
    d += (matrix[at + i + 3] ?? 0) * (vector[i + 3] ?? 0);
  }
  for (; i < dimension; i++) a += (matrix[at + i] ?? 0) * (vector[i] ?? 0);
  return a + b + (c + d);
};

/** The square of the distance between them, in four partial sums. */
export const squaredDistance: Product = (matrix, at, vector, dimension) => {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    const w = (matrix[at + i] ?? 0) - (vector[i] ?? 0);
    const x = (matrix[at + i + 1] ?? 0) - (vector[i + 1] ?? 0);
    const y = (matrix[at + i + 2] ?? 0) - (vector[i + 2] ?? 0);
    const z = (matrix[at + i + 3] ?? 0) - (vector[i + 3] ?? 0);
    a += w * w;
    b += x * x;
    c += y * y;
    d += z * z;
  }
  for (; i < dimension; i++) {
    const w = (matrix[at + i] ?? 0) - (vector[i] ?? 0);
    a += w * w;
  }
  return a + b + (c + d);
};

/** The square of a row's length, in four partial sums. */
export function squaredLength(matrix: Vectors, at: number, dimension: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    const w = matrix[at + i] ?? 0;
    const x = matrix[at + i + 1] ?? 0;
    const y = matrix[at + i + 2] ?? 0;
    const z = matrix[at + i + 3] ?? 0;
    a += w * w;
    b += x * x;
    c += y * y;
    d += z * z;
  }
  for (; i < dimension; i++) {
    const w = matrix[at + i] ?? 0;
    a += w * w;
  }
  return a + b + (c + d);
}

/**
 * The dot product divided by the row's length, in one pass: to the bit `dotProduct / (sqrt(squaredLength) * own)`, whose sums have the same parts in the
 * same order.
 */
export function cosineOf(matrix: Vectors, at: number, vector: Float64Array, dimension: number, own: number): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let [p, q, r, s] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < dimension; i += 4) {
    const w = matrix[at + i] ?? 0;
    const x = matrix[at + i + 1] ?? 0;
    const y = matrix[at + i + 2] ?? 0;
    const z = matrix[at + i + 3] ?? 0;
    a += w * (vector[i] ?? 0);
    b += x * (vector[i + 1] ?? 0);
    c += y * (vector[i + 2] ?? 0);
    d += z * (vector[i + 3] ?? 0);
    p += w * w;
    q += x * x;
    r += y * y;
    s += z * z;
  }
  for (; i < dimension; i++) {
    const w = matrix[at + i] ?? 0;
    a += w * (vector[i] ?? 0);
    p += w * w;
  }
  return (a + b + (c + d)) / (Math.sqrt(p + q + (r + s)) * own);
}
