import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";
import { scaledExp } from "./scaled-exp.ts";
import { addPairs } from "./pair.ts";

/** The hyperbolic cosine; at most 0.51 ulp. The same bits on every runtime. */
export function portableCosh(x: number): number {
  const size = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (size > 711) return Number.POSITIVE_INFINITY;
  if (size > 40) {
    const { hi, lo, exponent } = expPair(size, 0);
    return scaleBy(hi + lo, exponent - 1);
  }
  const { hi, lo } = addPairs(scaledExp(size), scaledExp(-size));
  return 0.5 * (hi + lo);
}
