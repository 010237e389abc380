import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";

/** e^x, rounded to the nearest double but for rare ties (at most 0.51 ulp; 1 ulp below the normal doubles). The same bits on every runtime. */
export function portableExp(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const { hi, lo, exponent } = expPair(x, 0);
  return scaleBy(hi + lo, exponent);
}
