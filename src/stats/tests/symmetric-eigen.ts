/** Eigenvalues and orthonormal eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  /** Row by row: the vector of `values[k]` is the column k. */
  readonly vectors: Float64Array;
}

/**
 * The eigenvalues and eigenvectors of a small symmetric matrix of finite numbers (row by row, size × size) by cyclic Jacobi rotations, which are
 * accurate to the last bits of the largest eigenvalue (H. Rutishauser, 1966).
 */
export function symmetricEigen(matrix: ArrayLike<number>, size: number): SymmetricEigen {
  const a = Float64Array.from(matrix);
  const vectors = new Float64Array(size * size);
  for (let k = 0; k < size; k++) vectors[k * size + k] = 1;
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotated = rotate(a, vectors, size, p, q) || rotated;
    }
    if (!rotated) break;
  }
  return { values: Float64Array.from({ length: size }, (_, k) => a[k * size + k] as number), vectors };
}

/** Turns the plane (p, q) so that the entry there becomes 0; false if it is 0 already, up to rounding. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): boolean {
  const entry = a[p * size + q] as number;
  const first = a[p * size + p] as number;
  const second = a[q * size + q] as number;
  if (Math.abs(entry) <= 1e-17 * Math.sqrt(Math.abs(first) * Math.abs(second)) || Math.abs(entry) < 1e-300)
    return false;
  const theta = (second - first) / (2 * entry);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, c, s);
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, c, s);
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q, c, s);
  a[p * size + q] = 0;
  a[q * size + p] = 0;
  return true;
}

function turn(values: Float64Array, p: number, q: number, c: number, s: number): void {
  const first = values[p] as number;
  const second = values[q] as number;
  values[p] = c * first - s * second;
  values[q] = s * first + c * second;
}
