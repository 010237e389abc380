import { type LogConstants, logPair } from "./log-pair.ts";
import { multiplyPairs, type Pair } from "./pair.ts";

/** 1 / ln 2. */
const inverse: Pair = { hi: Math.LOG2E, lo: 2.0355273740931033e-17 };

/** The logarithm to base 2; at most 0.51 ulp, exact for powers of two. −∞ at 0, NaN below. The same bits on every runtime. */
export function portableLog2(x: number, constants: LogConstants): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const { hi, lo } = multiplyPairs(logPair(x, 0, constants), inverse);
  return hi + lo;
}
