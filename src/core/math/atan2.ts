import { exponentOf, scaleBy } from "./double-bits.ts";
import { arctangentPair } from "./arctangent-pair.ts";

/**
 * The angle of the point (x, y), −π … π, in radians; at most 0.52 ulp (1 ulp below the normal doubles). Signs of zeros and
 * infinities as `Math.atan2` has them. The same bits on every runtime.
 */
export function portableAtan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const angle = upperAngle(Math.abs(y), x);
  return y < 0 || Object.is(y, -0) ? -angle : angle;
}

/** The angle for y ≥ 0, 0 … π. */
function upperAngle(y: number, x: number): number {
  const left = x < 0 || Object.is(x, -0);
  const width = Math.abs(x);
  if (y === 0) return left ? Math.PI : 0;
  if (width === Number.POSITIVE_INFINITY) {
    if (y === Number.POSITIVE_INFINITY) return left ? 2.356194490192345 : 0.7853981633974483;
    return left ? Math.PI : 0;
  }
  if (width < y * 2 ** -60 || y === Number.POSITIVE_INFINITY) return 1.5707963267948966;
  if (y < width * 2 ** -60) return left ? Math.PI : y / width;
  const exponent = Math.max(y, width) < 2.2250738585072014e-308 ? -1074 : exponentOf(Math.max(y, width));
  const { hi, lo } = arctangentPair({ hi: scaleBy(y, -exponent), lo: 0 }, { hi: scaleBy(x, -exponent), lo: 0 });
  return hi + lo;
}
