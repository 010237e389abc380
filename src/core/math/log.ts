import { type LogConstants, logPair } from "./log-pair.ts";

/** The natural logarithm; at most 0.51 ulp. −∞ at 0, NaN below. The same bits on every runtime. */
export function portableLog(x: number, constants: LogConstants): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const { hi, lo } = logPair(x, 0, constants);
  return hi + lo;
}
