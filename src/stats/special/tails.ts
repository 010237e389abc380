import { portable } from "../../core/math/portable.ts";

/** Both tails of a distribution at one point; each is computed for itself, so neither underflows into 1 − 1. */
export interface Tails {
  /** The probability of being at or below the point. */
  readonly lower: number;
  /** The probability of being above the point. */
  readonly upper: number;
}

/** The tails from their logarithms. */
export function tailsOfLogs({ lower, upper }: Tails): Tails {
  return { lower: fromLog(lower, upper), upper: fromLog(upper, lower) };
}

/** e^log, by the other tail where this one is close to 1. */
function fromLog(log: number, other: number): number {
  return log < other ? portable.exp(log) : -portable.expm1(other);
}

/** ln(1 − e^log) for log ≤ 0. */
export function logComplement(log: number): number {
  return log > -Math.LN2 ? portable.log(-portable.expm1(log)) : portable.log1p(-portable.exp(log));
}
