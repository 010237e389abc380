/**
 * A power of two that brings values of at most `largest` to about 1 at most: multiplying by it is exact, and squares and sums of what
 * comes out neither overflow nor vanish.
 */
export function powerOfTwoScale(largest: number): number {
  if (largest === 0) return 1;
  return 2 ** -Math.max(-1000, Math.min(1023, Math.floor(Math.log2(largest))));
}

/** The largest absolute value of finite numbers. */
export function largestMagnitude(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i] as number);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
