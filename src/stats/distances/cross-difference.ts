/**
 * A number as an unevaluated sum of two doubles: twice the digits, for sums and differences that would cancel.
 *
 * T. J. Dekker, "A floating-point technique for extending the available precision", 1971.
 */
export interface Pair {
  readonly high: number;
  readonly low: number;
}

/** The exact sum of two doubles. */
export function exactSum(a: number, b: number): Pair {
  const high = a + b;
  const shifted = high - a;
  return { high, low: a - (high - shifted) + (b - shifted) };
}

/** The sum of numbers, as good as with twice the digits. */
export function pairSum(values: Float64Array): Pair {
  let high = 0;
  let low = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const sum = high + value;
    const shifted = sum - high;
    low += high - (sum - shifted) + (value - shifted);
    high = sum;
  }
  return exactSum(high, low);
}

/** a·m − b·n to the last digit or so, however nearly equal the products are; the factors must be below 2^490. */
export function crossDifference(a: number, aLow: number, m: Pair, b: number, bLow: number, n: Pair): number {
  const left = a * m.high;
  const right = b * n.high;
  const lows = a * m.low + aLow * m.high - (b * n.low + bLow * n.high);
  return left - right + (productError(a, m.high, left) - productError(b, n.high, right) + lows);
}

/** What a·b lost by rounding to `product`, exactly. */
function productError(a: number, b: number, product: number): number {
  const splitA = 134217729 * a;
  const highA = splitA - (splitA - a);
  const lowA = a - highA;
  const splitB = 134217729 * b;
  const highB = splitB - (splitB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}
