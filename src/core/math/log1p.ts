import { type LogConstants, logPair } from "./log-pair.ts";
import { exactSum } from "./pair.ts";

/** ln(1 + x) without cancellation next to 0; at most 0.51 ulp. −∞ at −1, NaN below. The same bits on every runtime. */
export function portableLog1p(x: number, constants: LogConstants): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < 2 ** -54) return x;
  if (Math.abs(x) < 2 ** -29) return x - 0.5 * x * x;
  const sum = exactSum(1, x);
  const { hi, lo } = logPair(sum.hi, sum.lo, constants);
  return hi + lo;
}
