/** How the positives lie among the negatives, summed up as DeLong's variance needs it. */
export interface Placements {
  /** Pairs (positive, negative) in order, ties as half: Mann–Whitney's U. */
  readonly pairs: number;
  /** The variance over the positives (divisor count − 1) of the share of negatives below each. */
  readonly positiveVariance: number;
  /** The variance over the negatives (divisor count − 1) of the share of positives above each. */
  readonly negativeVariance: number;
}

/** One merge of the sorted scores of both classes, value by value. */
export function placements(positives: Float64Array, negatives: Float64Array): Placements {
  const p = positives.length;
  const n = negatives.length;
  let i = 0;
  let j = 0;
  let pairs = 0;
  let positiveSquares = 0;
  let negativeSquares = 0;
  while (i < p) {
    const value = positives[i] as number;
    const fromI = i;
    while (j < n && (negatives[j] as number) < value) {
      negativeSquares += (p - i) * (p - i);
      j++;
    }
    const fromJ = j;
    while (i < p && positives[i] === value) i++;
    while (j < n && negatives[j] === value) j++;
    const below = (fromJ + j) / 2;
    const above = p - (fromI + i) / 2;
    pairs += (i - fromI) * below;
    positiveSquares += (i - fromI) * below * below;
    negativeSquares += (j - fromJ) * above * above;
  }
  return {
    pairs,
    positiveVariance: variance(positiveSquares / (n * n), pairs / n, p),
    negativeVariance: variance(negativeSquares / (p * p), pairs / p, n),
  };
}

function variance(squares: number, sum: number, count: number): number {
  return Math.max(0, (squares - (sum * sum) / count) / (count - 1));
}
