import type { Tails } from "../special/incomplete-gamma.ts";

/**
 * Finds the x > 0 whose upper tail is `upper`, by bisection between doubled bounds: slow (about 70 evaluations), but sure, and precise
 * in whichever tail is the smaller one. 0 or Infinity where x lies outside the range of doubles.
 */
export function solveTail(tails: (x: number) => Tails, upper: number, start: number): number {
  const tooLow = (x: number): boolean => {
    const at = tails(x);
    return upper <= 0.5 ? at.upper > upper : at.lower < 1 - upper;
  };
  let low = start;
  let high = start;
  while (!tooLow(low) && low > 1e-300) low /= 2;
  while (tooLow(high) && high < 1e300) high *= 2;
  if (!tooLow(low)) return 0;
  if (tooLow(high)) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 200; i++) {
    const middle = high > 4 * low ? Math.sqrt(low) * Math.sqrt(high) : low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (tooLow(middle)) low = middle;
    else high = middle;
  }
  return high;
}
