import { type LogConstants, logPair } from "./log-pair.ts";
import { quickLog } from "./quick-log.ts";

/** The natural logarithm; at most 0.5001 ulp. −∞ at 0, NaN below. The same bits on every runtime. */
export function portableLog(x: number, constants: LogConstants): number {
  const quick = quickLog(x, 0, constants);
  return Number.isNaN(quick) ? carefulLog(x, constants) : quick;
}

/** The same by pairs: for what is not certain at once, and for what has no finite logarithm. */
export function carefulLog(x: number, constants: LogConstants): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const { hi, lo } = logPair(x, 0, constants);
  return hi + lo;
}
