/** 2^27 + 1: splits a double into halves whose products are exact (T. Dekker, 1971). */
const splitter = 134_217_729;

/** What rounding took from the product `p = x · y`; exact unless parts of it leave the range of doubles. */
export function productError(x: number, y: number, p: number): number {
  const a = splitter * x;
  const xHigh = a - (a - x);
  const xLow = x - xHigh;
  const b = splitter * y;
  const yHigh = b - (b - y);
  const yLow = y - yHigh;
  return xLow * yLow - (p - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** The error of a square, 0 where it cannot be told: the one rule for training and for serving. */
export function squareError(x: number, square: number): number {
  const error = productError(x, x, square);
  return Number.isFinite(error) ? error : 0;
}

/**
 * The sample variance (n − 1) of n ≥ 2 values from the sums of the values and of their squares, each given as a double and what rounding took
 * from it: (Σx² − (Σx)²/n)/(n − 1) in twice the precision of a double (T. Dekker, "A floating-point technique for extending the available
 * precision", 1971): off by about (mean/sd)² · 2⁻¹⁰⁵ of itself, so that data like 10⁹ ± 1 keep their digits. Never negative.
 */
export function varianceOf(n: number, sum: number, sumTail: number, squares: number, squareTail: number): number {
  // (Σx)² as a double and its rest.
  const high = sum * sum;
  const low = productError(sum, sum, high) + 2 * sum * sumTail;
  // n · Σx² likewise.
  const scaled = n * squares;
  const scaledLow = productError(n, squares, scaled) + n * squareTail;
  const difference = scaled - high + (scaledLow - low);
  const variance = difference / n / (n - 1);
  return variance < 0 ? 0 : variance;
}
