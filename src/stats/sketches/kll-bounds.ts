import { SluiceError } from "../../core/errors.ts";
import { requireBetween, requireWholeBetween } from "./sketch-arguments.ts";

/** The smallest and the largest k. */
export const kRange = [8, 65_535] as const;

/** How large a {@link KllSketch} is made: by k, or by the rank error that it may have. */
export interface KllSize {
  /** The size parameter, from 8 to 65,535. @default 200 */
  readonly k?: number;
  /** Instead of `k`: the largest error of one rank, as `rankErrorBound` states it for the k that is chosen; from 5e-5 to 0.3. */
  readonly rankError?: number;
}

/**
 * The error of ranks from a {@link KllSketch} that holds with 99% confidence: the constants that Apache DataSketches publishes for its
 * KLL sketch, 2.296/k^0.9723 for one rank and 2.446/k^0.9433 for all ranks at once.
 */
export function kllRankError(k: number, all: boolean): number {
  return all ? 2.446 / k ** 0.9433 : 2.296 / k ** 0.9723;
}

/** The k of a size; throws `argument/invalid` if it is out of range. */
export function kOf({ k, rankError }: KllSize): number {
  if (rankError === undefined) return requireWholeBetween("k", k ?? 200, ...kRange);
  if (k !== undefined) {
    throw new SluiceError("argument/invalid", {
      found: "both k and rankError",
      expected: "one of them",
      fix: "Leave one out: k follows from rankError.",
    });
  }
  requireBetween("rankError", rankError, 5e-5, 0.3);
  let low: number = kRange[0];
  let high: number = kRange[1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // A margin above the powers' rounding, which differs between runtimes.
    if (kllRankError(middle, false) <= rankError * (1 + 1e-9)) high = middle;
    else low = middle + 1;
  }
  return low;
}
