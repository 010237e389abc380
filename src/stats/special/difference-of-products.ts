/**
 * a·b − c·d, precise in the relative sense where the two products nearly cancel: each product's rounding error is recovered
 * (T. J. Dekker, 1971). A deviation from an expectation, k·N − n·K, is such a difference.
 */
export function differenceOfProducts(a: number, b: number, c: number, d: number): number {
  const left = a * b;
  const right = c * d;
  const errors = productError(a, b, left) - productError(c, d, right);
  return Number.isFinite(errors) ? left - right + errors : left - right;
}

/** What a·b lost in rounding; NaN where the halves overflow, beyond 1e300. */
function productError(a: number, b: number, product: number): number {
  const aHigh = highHalf(a);
  const bHigh = highHalf(b);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function highHalf(value: number): number {
  const scaled = 134217729 * value;
  return scaled - (scaled - value);
}
