import { powerOfTwo, roundRatio, bitLength } from "../../stats/sums/double-units.ts";

/** 2^27 + 1: splits a double into halves whose products are exact (T. Dekker, 1971). */
const splitter = 134_217_729;

/** What rounding took from the product `p = x · y`; exact unless parts of it leave the range of doubles. */
function productError(x: number, y: number, p: number): number {
  const a = splitter * x;
  const xHigh = a - (a - x);
  const xLow = x - xHigh;
  const b = splitter * y;
  const yHigh = b - (b - y);
  const yLow = y - yHigh;
  return xLow * yLow - (p - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** Whether the square of a value and what rounding takes from it are exact doubles, and sums of many such stay in range. */
export function hasExactSquare(x: number): boolean {
  const size = Math.abs(x);
  return size === 0 || (size >= 2 ** -450 && size <= 2 ** 450);
}

/** What rounding took from a square; exact for values that {@link hasExactSquare} tells of. */
export function squareError(x: number, square: number): number {
  return productError(x, x, square);
}

/**
 * The sample variance (n − 1) of n ≥ 2 values from the exact sums of the values and of their squares, each given as a double and what rounding took from
 * it: (Σx² − (Σx)²/n)/(n − 1) in twice the precision of a double (T. Dekker, "A floating-point technique for extending the available precision",
 * 1971). The double nearest to the exact variance, or NaN where that cannot be told from these: the error, below 2⁻¹⁰¹ · Σx²/(n − 1), may then reach over
 * the middle between two doubles (the test of A. Ziv, "Fast evaluation of elementary mathematical functions with correctly rounded last bit", 1991).
 */
export function quickVariance(n: number, sum: number, sumTail: number, squares: number, squareTail: number): number {
  const parts = n * (n - 1);
  // (Σx)² as a double and its rest, and n · Σx² likewise.
  const high = sum * sum;
  const low = productError(sum, sum, high) + 2 * sum * sumTail;
  const scaled = n * squares;
  const scaledLow = productError(n, squares, scaled) + n * squareTail;
  const difference = scaled - high;
  const kept = difference - scaled;
  const rest = scaled - (difference - kept) - (high + kept) + (scaledLow - low);
  const numerator = difference + rest;
  const numeratorLow = rest - (numerator - difference);
  const isExact = sumTail === 0 && squareTail === 0 && low === 0 && scaledLow === 0;
  const quotient = numerator / parts;
  const product = quotient * parts;
  const quotientLow = (numerator - product - productError(quotient, parts, product) + numeratorLow) / parts;
  const bound = (isExact ? 0 : (scaled / parts) * 2 ** -101) + Math.abs(quotient) * 2 ** -100;
  const least = quotient + (quotientLow - bound);
  return parts < 2 ** 53 && least >= 0 && least === quotient + (quotientLow + bound) ? least : Number.NaN;
}

/**
 * The sample variance (n − 1) of n ≥ 2 finite values, the double nearest to the exact one (∞ beyond the largest double), and its square root, within one unit in
 * the last place even where the variance is beyond the range of doubles. `sum` is in units of 2⁻¹⁰⁷⁴, `squares` in units of 2⁻²¹⁴⁸.
 */
export function exactSpread(
  n: number,
  sum: bigint,
  squares: bigint,
): { readonly variance: number; readonly sd: number } {
  const count = BigInt(n);
  const numerator = count * squares - sum * sum;
  if (numerator === 0n) return { variance: 0, sd: 0 };
  const denominator = count * (count - 1n);
  // The root is taken of a number near 1.
  const half = Math.floor((bitLength(numerator) - bitLength(denominator) - 2148) / 2);
  const sd = Math.sqrt(roundRatio(numerator, denominator, -2148 - 2 * half)) * powerOfTwo(half);
  const variance = roundRatio(numerator, denominator, -2148);
  return { variance, sd: variance >= 2 ** -1000 && variance < Number.POSITIVE_INFINITY ? Math.sqrt(variance) : sd };
}
