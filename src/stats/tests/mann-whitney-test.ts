import { checkSample } from "../check-sample.ts";
import { normalSf } from "../distributions/normal.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { sortDoubles } from "../sort-doubles.ts";

/** What {@link mannWhitneyTest} found. */
export interface MannWhitneyResult {
  /** U of the first sample: the pairs (x, y) with x > y, ties counted as half. */
  readonly statistic: number;
  /** The two-sided p-value. */
  readonly pValue: number;
  /** U / (n·m): the chance that a random x exceeds a random y (ties as half), in [0, 1]; 0.5 is no shift. */
  readonly superiority: number;
  /** How the p-value was found. */
  readonly method: "exact" | "asymptotic";
}

/**
 * The Mann–Whitney U test, two-sided: exact when nothing is tied and the samples have at most 8 and 2,000 rows, else normal with the tie
 * and the continuity correction.
 *
 * An empty sample, a NaN, or samples in which everything is one value are `notComputable`.
 *
 * @example
 * ```ts
 * import { isNotComputable, mannWhitneyTest } from "sluice/stats";
 * const result = mannWhitneyTest([1, 2, 3], [4, 5, 6]);
 * if (isNotComputable(result) || Math.abs(result.pValue - 0.1) > 1e-12) throw new Error("2 of 20 orders are as extreme");
 * ```
 */
export function mannWhitneyTest(x: ArrayLike<number>, y: ArrayLike<number>): MannWhitneyResult | NotComputable {
  const problem = checkSample("first", x, false) ?? checkSample("second", y, false);
  if (problem !== undefined) return problem;
  const n = x.length;
  const m = y.length;
  const { u, ties } = countPairs(sortDoubles(x), sortDoubles(y));
  const extreme = Math.max(u, n * m - u);
  const superiority = u / n / m;
  if (ties === 0 && Math.min(n, m) <= 8 && Math.max(n, m) <= 2000) {
    return { statistic: u, pValue: Math.min(1, 2 * exactSf(extreme, n, m)), superiority, method: "exact" };
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return notComputable("constant", "every value of both samples is the same");
  const z = (extreme - (n * m) / 2 - 0.5) / Math.sqrt(variance);
  return { statistic: u, pValue: Math.min(1, 2 * normalSf(z)), superiority, method: "asymptotic" };
}

/** U of x, and Σ (t³ − t) over the groups of t tied values. */
function countPairs(x: Float64Array, y: Float64Array): { readonly u: number; readonly ties: number } {
  let i = 0;
  let j = 0;
  let u = 0;
  let ties = 0;
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    const fromX = i;
    const fromY = j;
    while (i < x.length && x[i] === value) i++;
    while (j < y.length && y[j] === value) j++;
    const tied = i - fromX + (j - fromY);
    u += (i - fromX) * (fromY + (j - fromY) / 2);
    ties += tied * tied * tied - tied;
  }
  return { u, ties };
}

/** P(U ≥ u) by the number of partitions: the counts of all orders built up one row at a time, as probabilities. */
function exactSf(u: number, n: number, m: number): number {
  const small = Math.min(n, m);
  const large = Math.max(n, m);
  let share: Float64Array[] = Array.from({ length: small + 1 }, () => new Float64Array(1).fill(1));
  for (let b = 1; b <= large; b++) {
    const next: Float64Array[] = [new Float64Array(1).fill(1)];
    for (let a = 1; a <= small; a++) {
      const row = new Float64Array(a * b + 1);
      const lastFromA = next[a - 1] as Float64Array;
      const lastFromB = share[a] as Float64Array;
      for (let k = 0; k <= a * b; k++) row[k] = (a * (lastFromA[k - b] ?? 0) + b * (lastFromB[k] ?? 0)) / (a + b);
      next.push(row);
    }
    share = next;
  }
  const counts = share[small] as Float64Array;
  let sum = 0;
  for (let k = counts.length - 1; k >= u; k--) sum += counts[k] as number;
  return sum;
}
