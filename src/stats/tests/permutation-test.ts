import { type Alternative, alternatives } from "../alternative.ts";
import { checkSample } from "../check-sample.ts";
import { isNotComputable, type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import {
  type PermutationOptions,
  type PermutationPValue,
  permutationPValue,
  type PermutedSplits,
  permutedSplits,
} from "./permuted-splits.ts";

/** What {@link permutationTest} compares, and how. */
export interface PermutationTestOptions extends PermutationOptions {
  /**
   * Any number of two samples, such as the difference of their medians. It is called once for each split with two arrays that are
   * written over afterwards. An answer that is {@link NotComputable} or NaN ends the test.
   */
  readonly statistic: (x: Float64Array, y: Float64Array) => number | NotComputable;
  /** Which statistics are extreme: large (`greater`), small (`less`), or the rarer of both, doubled. For a distance take `greater`. @default "two-sided" */
  readonly alternative?: Alternative;
}

/** What {@link permutationTest} found. */
export interface PermutationTestResult extends PermutationPValue {
  /** The statistic of the samples as given. */
  readonly statistic: number;
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/**
 * The permutation test: how often is any statistic as extreme when the rows of both samples are dealt out anew? (R. A. Fisher, 1935;
 * the (b + 1)/(N + 1) of random splits: B. Phipson and G. K. Smyth, 2010.)
 *
 * Exact, over all splits, where there are at most `permutations` of them. Splits within 2e-14 of the statistic count as equal to it.
 * `notComputable` for an empty sample, a NaN in it, and a statistic that is not a number; infinite values are passed on.
 *
 * @example
 * ```ts
 * import { seededRandom } from "sluice/core";
 * import { isNotComputable, permutationTest } from "sluice/stats";
 * const range = (values: Float64Array): number => Math.max(...values) - Math.min(...values);
 * const statistic = (x: Float64Array, y: Float64Array): number => range(x) - range(y);
 * const result = permutationTest([4, 5, 5, 6], [0, 3, 8, 12], { statistic, random: seededRandom(1), alternative: "less" });
 * if (isNotComputable(result) || result.method !== "exact" || result.permutations !== 70) throw new Error("8 over 4 splits");
 * ```
 */
export function permutationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationTestOptions,
): PermutationTestResult | NotComputable {
  const alternative = requireOneOf("alternative", options.alternative ?? "two-sided", alternatives);
  const problem = checkSample("first", x, false) ?? checkSample("second", y, false);
  if (problem !== undefined) return problem;
  const n = x.length;
  const m = y.length;
  const observed = numberOf(options.statistic(Float64Array.from(x), Float64Array.from(y)));
  if (isNotComputable(observed)) return observed;
  if (!Number.isFinite(observed)) return notComputable("infinite", `the statistic of the samples is ${observed}`);
  const tolerance = 100 * Number.EPSILON * Math.abs(observed);
  let greater = 0;
  let less = 0;
  const splits = permutedSplits(n, m, options);
  const deal = dealer(x, y);
  for (const mask of splits.masks) {
    const value = numberOf(options.statistic(...deal(mask)));
    if (isNotComputable(value)) return value;
    if (value >= observed - tolerance) greater++;
    if (value <= observed + tolerance) less++;
  }
  return { statistic: observed, ...sided(alternative, greater, less, splits), n, m };
}

function sided(alternative: Alternative, greater: number, less: number, splits: PermutedSplits): PermutationPValue {
  if (alternative !== "two-sided") return permutationPValue(alternative === "greater" ? greater : less, splits);
  const tail = permutationPValue(Math.min(greater, less), splits);
  return { ...tail, pValue: Math.min(1, 2 * tail.pValue), standardError: 2 * tail.standardError };
}

function numberOf(value: number | NotComputable): number | NotComputable {
  if (!Number.isNaN(value)) return value;
  return notComputable("nan", "the statistic of a split is NaN");
}

/** Turns masks into two arrays, the same two every time. */
function dealer(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): (mask: Uint8Array) => readonly [Float64Array, Float64Array] {
  const pooled = new Float64Array(x.length + y.length);
  pooled.set(x);
  pooled.set(y, x.length);
  const first = new Float64Array(x.length);
  const second = new Float64Array(y.length);
  return (mask) => {
    let i = 0;
    let j = 0;
    for (let row = 0; row < pooled.length; row++) {
      if (mask[row] === 1) first[i++] = pooled[row] as number;
      else second[j++] = pooled[row] as number;
    }
    return [first, second];
  };
}
