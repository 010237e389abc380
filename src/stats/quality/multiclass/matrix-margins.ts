import type { ConfusionMatrix } from "./confusion-matrix.ts";

/** The margins of a matrix. */
export interface MatrixMargins {
  /** Sums of rows: how often each class occurs. */
  readonly actual: readonly number[];
  /** Sums of columns: how often each class was predicted. */
  readonly predicted: readonly number[];
  /** The sum of all. */
  readonly total: number;
}

/** Margins of counts brought near 1 where they are of an extreme size (sums of weights), with the counts on the same scale. */
export function matrixMargins({
  labels,
  counts,
}: ConfusionMatrix): MatrixMargins & { readonly counts: readonly (readonly number[])[] } {
  let largest = 0;
  for (const row of counts) for (const count of row) largest = Math.max(largest, count);
  const scale = largest === 0 || (largest < 1e75 && largest > 1e-75) ? 1 : largest;
  const scaled = scale === 1 ? counts : counts.map((row) => row.map((count) => count / scale));
  const actual = scaled.map((row) => row.reduce((sum, count) => sum + count, 0));
  const predicted = labels.map((_, j) => scaled.reduce((sum, row) => sum + (row[j] as number), 0));
  return { actual, predicted, total: actual.reduce((sum, count) => sum + count, 0), counts: scaled };
}

/** Σ leftᵢ·rightᵢ, exact (rounded once) where all are whole numbers. */
export function dot(left: readonly number[], right: readonly number[]): number {
  if (left.every(Number.isSafeInteger) && right.every(Number.isSafeInteger)) {
    return Number(left.reduce((sum, value, i) => sum + BigInt(value) * BigInt(right[i] as number), 0n));
  }
  return left.reduce((sum, value, i) => sum + value * (right[i] as number), 0);
}
