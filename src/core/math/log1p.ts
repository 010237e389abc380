import { type LogConstants, logPair } from "./log-pair.ts";
import { exactSum } from "./pair.ts";
import { quickLog, quickLogNearOne } from "./quick-log.ts";

/** ln(1 + x) without cancellation next to 0; at most 0.511 ulp (0.5001 from 2^-29 on). −∞ at −1, NaN below. The same bits on every runtime. */
export function portableLog1p(x: number, constants: LogConstants): number {
  const quick = quickLog1p(x, constants);
  return Number.isNaN(quick) ? carefulLog1p(x, constants) : quick;
}

function quickLog1p(x: number, constants: LogConstants): number {
  const size = Math.abs(x);
  if (size <= 2 ** -8) return size < 2 ** -29 ? Number.NaN : quickLogNearOne(x);
  const { hi, lo } = exactSum(1, x);
  return quickLog(hi, lo, constants);
}

/** The same by pairs: for what is not certain at once, the smallest x, and what has no finite logarithm. */
export function carefulLog1p(x: number, constants: LogConstants): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < 2 ** -54) return x;
  if (Math.abs(x) < 2 ** -29) return x - 0.5 * x * x;
  const sum = exactSum(1, x);
  const { hi, lo } = logPair(sum.hi, sum.lo, constants);
  return hi + lo;
}
