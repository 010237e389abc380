import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";
import { type LogConstants, logPair } from "./log-pair.ts";
import { exactProduct, orderedSum } from "./pair.ts";

/**
 * x^y; at most 0.52 ulp (1 ulp below the normal doubles), exact where the power is a double. The same bits on every runtime.
 *
 * Special values as `Math.pow` has them: x^0 is 1, NaN included; 1^±∞ and (−1)^±∞ are NaN; a negative x with a y that is no
 * integer is NaN.
 */
export function portablePow(x: number, y: number, constants: LogConstants): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (!Number.isFinite(y)) {
    if (size === 1) return Number.NaN;
    return size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const odd = Math.abs(y) < 2 ** 53 && Math.trunc(y) === y && Math.abs(y % 2) === 1;
  const negative = odd && (x < 0 || Object.is(x, -0));
  if (size === 0 || size === Number.POSITIVE_INFINITY) {
    const result = (size === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
    return negative ? -result : result;
  }
  if (x < 0 && Math.trunc(y) !== y) return Number.NaN;
  const result = positivePower(size, y, constants);
  return negative ? -result : result;
}

/** x^y for a positive, finite x and a finite y. */
function positivePower(x: number, y: number, constants: LogConstants): number {
  if (x === 1) return 1;
  const log = logPair(x, 0, constants);
  const rough = y * log.hi;
  if (rough > 710) return Number.POSITIVE_INFINITY;
  if (rough < -746) return 0;
  // A tiny y has an inexact product; the power is 1 then.
  if (Math.abs(rough) < 2 ** -60) return 1;
  const product = exactProduct(y, log.hi);
  const exponent = orderedSum(product.hi, product.lo + y * log.lo);
  const power = expPair(exponent.hi, exponent.lo);
  return scaleBy(power.hi + power.lo, power.exponent);
}
