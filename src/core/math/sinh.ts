import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";
import { scaledExp } from "./scaled-exp.ts";
import { addPairs, negatePair } from "./pair.ts";

/** The hyperbolic sine; at most 0.52 ulp. The same bits on every runtime. */
export function portableSinh(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (size > 711) return x < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (size < 2 ** -4) return x + x * x * x * seriesOf(x * x);
  let result: number;
  if (size > 40) {
    const { hi, lo, exponent } = expPair(size, 0);
    result = scaleBy(hi + lo, exponent - 1);
  } else {
    const { hi, lo } = addPairs(scaledExp(size), negatePair(scaledExp(-size)));
    result = 0.5 * (hi + lo);
  }
  return x < 0 ? -result : result;
}

/** (sinh x − x) / x³ as a function of x². */
function seriesOf(z: number): number {
  return 1 / 6 + z * (1 / 120 + z * (1 / 5040 + z * (1 / 362880 + z / 39916800)));
}
