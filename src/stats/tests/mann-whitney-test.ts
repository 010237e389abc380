import { SluiceError } from "../../core/errors.ts";
import { type Alternative, alternatives } from "../alternative.ts";
import { checkSample } from "../check-sample.ts";
import { normalSf } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireOneOf } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { mannWhitneySf, mannWhitneySteps } from "./mann-whitney-exact.ts";
import { mannWhitneyTied, mannWhitneyTiedSteps } from "./mann-whitney-tied.ts";

/** How {@link mannWhitneyTest} finds its p-value. */
export interface MannWhitneyOptions {
  /** `greater`: x tends to be larger. @default "two-sided" */
  readonly alternative?: Alternative;
  /**
   * `exact`: over all orders of the values (given the ties, if there are any; refused beyond 2^32 steps); `asymptotic`: normal with the
   * tie correction; `auto`: exact when nothing is tied and one sample has at most 8 and the other at most 2,000 values.
   * @default "auto"
   */
  readonly method?: "auto" | "exact" | "asymptotic";
  /** Whether the normal approximation moves U half a step towards its mean. @default true */
  readonly continuity?: boolean;
}

/** What {@link mannWhitneyTest} found. */
export interface MannWhitneyResult {
  /** U of the first sample: the pairs (x, y) with x > y, ties counted as half. */
  readonly statistic: number;
  /** The probability of a U as extreme, to the side that was asked for, if both samples come from one distribution. */
  readonly pValue: number;
  /** U / (n·m): the chance that a random x exceeds a random y (ties as half), in [0, 1]; 0.5 is no shift. */
  readonly superiority: number;
  /** How the p-value was found. */
  readonly method: "exact" | "asymptotic";
  /** Rows of the first sample. */
  readonly n: number;
  /** Rows of the second sample. */
  readonly m: number;
}

/**
 * The Mann–Whitney U test (1947): does one sample tend to have larger values than the other? Two-sided p-values are twice the smaller tail.
 *
 * An empty sample, a NaN, or samples in which everything is one value are `notComputable`; infinite values are ordinary ends of the order.
 *
 * @example
 * ```ts
 * import { isNotComputable, mannWhitneyTest } from "sluice/stats";
 * const result = mannWhitneyTest([1, 2, 3], [4, 5, 6]);
 * if (isNotComputable(result) || Math.abs(result.pValue - 0.1) > 1e-12) throw new Error("2 of 20 orders are as extreme");
 * ```
 */
export function mannWhitneyTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: MannWhitneyOptions = {},
): MannWhitneyResult | NotComputable {
  const { alternative = "two-sided", method = "auto", continuity = true } = options;
  requireOneOf("alternative", alternative, alternatives);
  requireOneOf("method", method, methods);
  const problem = checkSample("first", x, false) ?? checkSample("second", y, false);
  if (problem !== undefined) return problem;
  const n = x.length;
  const m = y.length;
  const pairs = countPairs(sortDoubles(x), sortDoubles(y));
  if (pairs.spread === 0) return notComputable("constant", "every value of both samples is the same");
  const auto = !pairs.tied && Math.min(n, m) <= 8 && Math.max(n, m) <= 2000;
  const exact = method === "exact" || (method === "auto" && auto);
  const tail = exact ? exactTail(pairs, n, m) : normalTail(pairs, n, m, continuity ? 0.5 : 0);
  const pValue =
    alternative === "two-sided"
      ? Math.min(1, 2 * tail(Math.max(pairs.u, n * m - pairs.u)))
      : tail(alternative === "greater" ? pairs.u : n * m - pairs.u);
  return { statistic: pairs.u, pValue, superiority: pairs.u / n / m, method: exact ? "exact" : "asymptotic", n, m };
}

const methods = ["auto", "exact", "asymptotic"] as const;

/** P(U ≥ u) for u itself or its mirror n·m − u. */
type UpperTail = (u: number) => number;

function normalTail({ spread }: Pairs, n: number, m: number, shift: number): UpperTail {
  const total = n + m;
  const deviation = Math.sqrt(((n * m) / 12) * (spread / total / Math.max(1, total - 1)));
  return (u) => normalSf((u - (n * m) / 2 - shift) / deviation);
}

function exactTail(pairs: Pairs, n: number, m: number): UpperTail {
  const steps = pairs.tied ? mannWhitneyTiedSteps(n, m) : mannWhitneySteps(n, m);
  if (steps > 2 ** 32) {
    throw new SluiceError("argument/invalid", {
      found: `samples of ${n} and ${m}${pairs.tied ? " with ties" : ""}, for which an exact p-value takes ${steps} steps`,
      expected: 'at most 2^32 steps for method "exact"',
      fix: 'Use method "asymptotic", which is as good for samples of this size.',
    });
  }
  if (!pairs.tied) return (u) => mannWhitneySf(u, n, m);
  const tails = mannWhitneyTied(pairs.u, n, pairs.groups);
  return (u) => (u === pairs.u ? tails.atLeast : tails.atMost);
}

interface Pairs {
  /** U of the first sample. */
  readonly u: number;
  /** Σ t (N − t)(N + t) over the groups of t equal values among N: (N³ − N) less the tie term, without its cancellation. */
  readonly spread: number;
  readonly tied: boolean;
  /** The sizes of the groups of equal values, ascending. */
  readonly groups: readonly number[];
}

function countPairs(x: Float64Array, y: Float64Array): Pairs {
  const total = x.length + y.length;
  const groups: number[] = [];
  let i = 0;
  let j = 0;
  let u = 0;
  let spread = 0;
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    const fromX = i;
    const fromY = j;
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    const size = i - fromX + (j - fromY);
    u += (i - fromX) * (fromY + (j - fromY) / 2);
    spread += size * (total - size) * (total + size);
    groups.push(size);
  }
  return { u, spread, tied: groups.length < total, groups };
}
