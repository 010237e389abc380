import { scaleBy } from "./double-bits.ts";
import { expPair } from "./exp-pair.ts";
import { quickExp } from "./quick-exp.ts";

/** e^x; at most 0.5001 ulp (1 ulp below the normal doubles). The same bits on every runtime. */
export function portableExp(x: number): number {
  const quick = quickExp(x);
  return Number.isNaN(quick) ? carefulExp(x) : quick;
}

/** The same by pairs: for what is not certain at once, and next to the ends. */
export function carefulExp(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY;
  if (x < -745.1332191019412) return 0;
  const { hi, lo, exponent } = expPair(x, 0);
  return scaleBy(hi + lo, exponent);
}
