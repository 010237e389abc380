/**
 * Why a statistic has no value for the given data: an expected outcome, told as a value.
 *
 * - `empty`: a sample or a table has nothing in it;
 * - `nan`: a value is NaN;
 * - `infinite`: a value is infinite where only finite ones have a meaning;
 * - `constant`: everything is equal, so the statistic is 0/0;
 * - `too-few`: fewer values than the statistic needs;
 * - `out-of-range`: a value lies outside the range in which it has a meaning;
 * - `one-class`: only positives or only negatives;
 * - `zero-denominator`: a ratio over nothing;
 * - `zero-cell`: a share of 0 where the logarithm of it is needed.
 */
export type NotComputableReason =
  | "empty"
  | "nan"
  | "infinite"
  | "constant"
  | "too-few"
  | "out-of-range"
  | "one-class"
  | "zero-denominator"
  | "zero-cell";

/** The answer of a statistic that has no value for the given data; never a NaN. */
export interface NotComputable {
  /** The reason, to branch on. */
  readonly notComputable: NotComputableReason;
  /** What was found, for a person. */
  readonly detail: string;
}

/** Makes a {@link NotComputable}. */
export function notComputable(reason: NotComputableReason, detail: string): NotComputable {
  return { notComputable: reason, detail };
}

/**
 * Tells whether a result is {@link NotComputable}.
 *
 * @example
 * ```ts
 * import { isNotComputable, ksTest } from "sluice/stats";
 * const result = ksTest([], [1, 2, 3]);
 * if (!isNotComputable(result) || result.notComputable !== "empty") throw new Error("an empty sample has no distance");
 * ```
 */
export function isNotComputable(result: unknown): result is NotComputable {
  return typeof result === "object" && result !== null && "notComputable" in result;
}
