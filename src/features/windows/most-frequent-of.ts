/**
 * The places, from 0, of the k values that occur most often among distinct values in order: most frequent first, of equally frequent ones the smaller value first.
 * What does not occur (a count of 0) is left out. The one rule for training and for serving.
 */
export function mostFrequentOf(k: number, size: number, countOf: (place: number) => number): readonly number[] {
  const best: number[] = [];
  const countAt = (at: number): number => countOf(best[at] ?? 0);
  for (let place = 0; place < size; place++) {
    const count = countOf(place);
    if (count === 0 || (best.length === k && count <= countAt(k - 1))) continue;
    // Values come in order: an equal count stays behind those before it.
    let at = Math.min(best.length, k - 1);
    for (; at > 0 && countAt(at - 1) < count; at--) best[at] = best[at - 1] ?? 0;
    best[at] = place;
  }
  return best;
}
