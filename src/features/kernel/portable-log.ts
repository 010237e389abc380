/** Splits doubles into words; index 1 is the high word on every platform the library runs on (little-endian). */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** The constants of {@link portableLog1p}: ln 2 in two parts, and the coefficients of the series. */
export interface LogConstants {
  readonly ln2Hi: number;
  readonly ln2Lo: number;
  /** Lp1 … Lp7. */
  readonly series: readonly [number, number, number, number, number, number, number];
}

/** The constants of fdlibm's `s_log1p.c`. */
export const logConstants: LogConstants = {
  ln2Hi: 0.6931471803691238,
  ln2Lo: 1.9082149292705877e-10,
  series: [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586,
  ],
};

/**
 * ln(1 + x), below 1 ulp of error: a port of fdlibm's `s_log1p.c` (Sun Microsystems, 1993, freely redistributable). The same
 * bits on every runtime, unlike `Math.log1p`. −∞ at −1, NaN below.
 */
export function portableLog1p(x: number, constants: LogConstants): number {
  if (Number.isNaN(x) || x === Number.POSITIVE_INFINITY) return x;
  if (x <= -1) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  const size = Math.abs(x);
  if (size < 2 ** -54) return x;
  if (size < 2 ** -29) return x - x * x * 0.5;
  double[0] = x;
  const hx = words[1] ?? 0;
  if (hx < 0x3fda827a && (hx > 0 || hx <= (0xbfd2bec3 | 0))) return nearOne(x, 1, 0, 0, constants);
  return reduced(x, hx, constants);
}

/** Argument reduction: 1 + x = 2^k · (1 + f) with √2/2 < 1 + f < √2, and c the rounding error of 1 + x. */
function reduced(x: number, hx: number, constants: LogConstants): number {
  const u = hx < 0x43400000 ? 1 + x : x;
  double[0] = u;
  let hu = words[1] ?? 0;
  let k = (hu >> 20) - 1023;
  const c = hx >= 0x43400000 ? 0 : (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
  hu &= 0xfffff;
  if (hu < 0x6a09e) {
    words[1] = hu | 0x3ff00000;
  } else {
    k += 1;
    words[1] = hu | 0x3fe00000;
    hu = (0x00100000 - hu) >> 2;
  }
  return nearOne((double[0] ?? 0) - 1, hu, k, c, constants);
}

function nearOne(f: number, hu: number, k: number, c: number, { ln2Hi, ln2Lo, series }: LogConstants): number {
  const half = 0.5 * f * f;
  if (hu === 0) {
    if (f === 0) return k === 0 ? 0 : k * ln2Hi + (c + k * ln2Lo);
    const r = half * (1 - 0.6666666666666666 * f);
    return k === 0 ? f - r : k * ln2Hi - (r - (k * ln2Lo + c) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const [p1, p2, p3, p4, p5, p6, p7] = series;
  const r = z * (p1 + z * (p2 + z * (p3 + z * (p4 + z * (p5 + z * (p6 + z * p7))))));
  if (k === 0) return f - (half - s * (half + r));
  return k * ln2Hi - (half - (s * (half + r) + (k * ln2Lo + c)) - f);
}
