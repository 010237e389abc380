import { portable } from "../../core/math/portable.ts";
import { requireNonNegative, requireOpenFraction } from "../require-argument.ts";

/**
 * The probability that Kolmogorov's limit variable (the limit of √n·D) exceeds x ≥ 0.
 *
 * The theta series for small x, the alternating series for large x; both have converged to the last bits where they meet.
 *
 * @example
 * ```ts
 * import { kolmogorovSf } from "sluice/stats";
 * if (Math.abs(kolmogorovSf(1) - 0.26999967167735456) > 1e-15) throw new Error("not the upper tail");
 * ```
 */
export function kolmogorovSf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  return requireNonNegative("x", x) < 0.8 ? 1 - thetaSum(x) : alternatingSum(x);
}

/** The probability that Kolmogorov's limit variable is at most x ≥ 0. */
export function kolmogorovCdf(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 1;
  return requireNonNegative("x", x) < 1 ? thetaSum(x) : 1 - alternatingSum(x);
}

/** The x that Kolmogorov's limit variable exceeds with the probability `upper`, strictly between 0 and 1. */
export function kolmogorovIsf(upper: number): number {
  requireOpenFraction("upper", upper);
  return upper > 0.5 ? solve(1 - upper, kolmogorovCdf, 1) : solve(upper, kolmogorovSf, -1);
}

/** The x that Kolmogorov's limit variable stays below with the probability `p`, strictly between 0 and 1. */
export function kolmogorovQuantile(p: number): number {
  requireOpenFraction("p", p);
  return p <= 0.5 ? solve(p, kolmogorovCdf, 1) : solve(1 - p, kolmogorovSf, -1);
}

function thetaSum(x: number): number {
  if (x < 0.04) return 0;
  let sum = 0;
  for (let k = 9; k >= 1; k -= 2) sum += portable.exp((-(k * k) * Math.PI * Math.PI) / (8 * x * x));
  return (Math.sqrt(2 * Math.PI) / x) * sum;
}

function alternatingSum(x: number): number {
  let sum = 0;
  for (let k = 10; k >= 1; k--) sum += (k % 2 === 1 ? 2 : -2) * portable.exp(-2 * k * k * x * x);
  return sum;
}

/** Bisection on a tail of at most ½, then it is as precise as the tail; the range holds every tail that a double can. */
function solve(tail: number, of: (x: number) => number, direction: 1 | -1): number {
  let low = 0.03;
  let high = 20;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    if (direction * (of(middle) - tail) < 0) low = middle;
    else high = middle;
  }
}
