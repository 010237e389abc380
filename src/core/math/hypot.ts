import { exponentOf, scaleBy } from "./double-bits.ts";
import { addPairs, exactProduct, squareRootOfPair } from "./pair.ts";

/** √(x² + y²) without overflow on the way; at most 0.51 ulp. ∞ where either is infinite, even beside NaN. The same bits on every runtime. */
export function portableHypot(x: number, y: number): number {
  const a = Math.max(Math.abs(x), Math.abs(y));
  const b = Math.min(Math.abs(x), Math.abs(y));
  if (Math.abs(x) === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY)
    return Number.POSITIVE_INFINITY;
  if (Number.isNaN(a)) return Number.NaN;
  if (b === 0 || b < a * 2 ** -55) return a;
  const exponent = a < 2.2250738585072014e-308 ? -1074 : exponentOf(a);
  const scaledA = scaleBy(a, -exponent);
  const scaledB = scaleBy(b, -exponent);
  const root = squareRootOfPair(addPairs(exactProduct(scaledA, scaledA), exactProduct(scaledB, scaledB)));
  return scaleBy(root.hi + root.lo, exponent);
}
