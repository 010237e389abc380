/** Pairs (positive, negative) in order, ties as half: Mann–Whitney's U, by one merge of the sorted scores of both classes. */
export function pairsInOrder(positives: Float64Array, negatives: Float64Array): number {
  const p = positives.length;
  const n = negatives.length;
  let j = 0;
  let pairs = 0;
  for (let i = 0; i < p; ) {
    const value = positives[i] as number;
    const fromI = i;
    while (j < n && (negatives[j] as number) < value) j++;
    const fromJ = j;
    while (i < p && positives[i] === value) i++;
    while (j < n && negatives[j] === value) j++;
    pairs += (i - fromI) * ((fromJ + j) / 2);
  }
  return pairs;
}

/** How the shares of the other class below (or above) each row vary, as DeLong's variance needs it. */
export interface PlacementVariances {
  /** The variance over the positives (divisor count − 1) of the share of negatives below each. */
  readonly ofPositives: number;
  /** The variance over the negatives (divisor count − 1) of the share of positives above each. */
  readonly ofNegatives: number;
}

/** A second merge, of deviations from the known mean: exact 0 where all are alike, and no cancellation next to an AUC of 1. */
export function placementVariances(
  positives: Float64Array,
  negatives: Float64Array,
  pairs: number,
): PlacementVariances {
  const p = positives.length;
  const n = negatives.length;
  const meanBelow = pairs / p;
  const meanAbove = pairs / n;
  let i = 0;
  let j = 0;
  let positiveSquares = 0;
  let negativeSquares = 0;
  while (i < p || j < n) {
    const nextPositive = i < p ? (positives[i] as number) : Number.POSITIVE_INFINITY;
    const nextNegative = j < n ? (negatives[j] as number) : Number.POSITIVE_INFINITY;
    const value = nextPositive < nextNegative ? nextPositive : nextNegative;
    const fromI = i;
    const fromJ = j;
    while (i < p && positives[i] === value) i++;
    while (j < n && negatives[j] === value) j++;
    const below = (fromJ + j) / 2 - meanBelow;
    const above = p - (fromI + i) / 2 - meanAbove;
    positiveSquares += (i - fromI) * below * below;
    negativeSquares += (j - fromJ) * above * above;
  }
  return {
    ofPositives: positiveSquares / n / n / (p - 1),
    ofNegatives: negativeSquares / p / p / (n - 1),
  };
}
