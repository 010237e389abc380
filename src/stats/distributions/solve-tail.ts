import type { Tails } from "../special/incomplete-gamma.ts";

/**
 * Finds the x > 0 whose upper tail is `upper`, by bisection on ln x between doubled bounds: slow (about 70 evaluations), but sure,
 * and precise in whichever tail is the smaller one.
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
  for (let i = 0; i < 200; i++) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if (tooLow(middle)) low = middle;
    else high = middle;
  }
  return high;
}
