import { requireNonNegative } from "../require-argument.ts";

/**
 * The probability that Kolmogorov's limit variable (the limit of √n·D) exceeds x ≥ 0.
 *
 * The theta series for small x, the alternating series for large x; both have converged to the last bits where they meet.
 */
export function kolmogorovSf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  requireNonNegative("x", x);
  if (x < 0.04) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 9; k >= 1; k -= 2) sum += Math.exp((-(k * k) * Math.PI * Math.PI) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 8; k >= 1; k--) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}
