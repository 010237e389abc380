import { requireSameLength } from "../require-argument.ts";

/** The sum of two counts over the same bins: exact, in any order and grouping, while the total stays below 2^53. */
export function mergeCounts(left: ArrayLike<number>, right: ArrayLike<number>): Float64Array {
  requireSameLength("left and right", left, right);
  return Float64Array.from(left, (count, slot) => count + (right[slot] as number));
}
