import { exactProduct, orderedSum, type Pair } from "./pair.ts";
import { powersOfTwo } from "./powers-of-two.ts";

/** A pair times 2^exponent. */
export interface ScaledPair extends Pair {
  readonly exponent: number;
}

/** 64 / ln 2, and ln 2 / 64 in three parts, of which the first two have 32 bits. */
export const stepsPerUnit: number = 92.33248261689366;
export const step1: number = 0.01083042469326756;
export const step2: number = 2.9815858263172973e-12;
export const step3: number = 6.679961858980702e-22;

/**
 * e^(hi + lo) to about 2^-66, or 2^-61 where lo is not 0, for |hi| ≤ 750 and |lo| ≤ ulp(hi).
 *
 * Tang, Table-driven implementation of the exponential function, ACM TOMS 15 (1989): x = k · ln 2 / 64 + r, |r| < 0.0055, and
 * e^x = 2^⌊k/64⌋ · 2^(j/64) · e^r with the powers from a table and the series of e^r.
 */
export function expPair(hi: number, lo: number): ScaledPair {
  const k = Math.floor(hi * stepsPerUnit + 0.5);
  const r = orderedSum(hi - k * step1, -k * step2);
  const x = r.hi;
  const low = r.lo - k * step3 + lo;
  const series = x * x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x / 5040)))));
  const exponent = Math.floor(k / 64);
  const j = 2 * (k - 64 * exponent);
  const power = powersOfTwo[j] ?? 1;
  const left = powersOfTwo[j + 1] ?? 0;
  const linear = exactProduct(power, x);
  const sum = orderedSum(power, linear.hi);
  const result = orderedSum(sum.hi, sum.lo + (linear.lo + left * (1 + x) + power * (series + low * (1 + x))));
  return { hi: result.hi, lo: result.lo, exponent };
}
