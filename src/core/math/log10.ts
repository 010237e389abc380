import { type LogConstants, logPair } from "./log-pair.ts";
import { multiplyPairs, type Pair } from "./pair.ts";

/** 1 / ln 10. */
const inverse: Pair = { hi: Math.LOG10E, lo: 1.098319650216765e-17 };

/** The logarithm to base 10; at most 0.51 ulp, exact for powers of ten. −∞ at 0, NaN below. The same bits on every runtime. */
export function portableLog10(x: number, constants: LogConstants): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const { hi, lo } = multiplyPairs(logPair(x, 0, constants), inverse);
  return hi + lo;
}
