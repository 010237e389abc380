import { chiSquaredSf } from "../distributions/chi-squared.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount, requireNonNegative, requireOneOf, requireRows, requireSameLength } from "../require-argument.ts";
import { differenceOfProducts } from "../special/difference-of-products.ts";
import { type ChiSquaredStatistic, chiSquaredCell, chiSquaredStatistics } from "./chi-squared-cell.ts";
import type { ChiSquaredResult } from "./chi-squared-test.ts";

/** How {@link chiSquaredGoodnessOfFit} measures. */
export interface GoodnessOfFitOptions {
  /** `pearson`: Σ (o − e)²/e; `g`: 2 Σ o ln(o/e). @default "pearson" */
  readonly statistic?: ChiSquaredStatistic;
  /** Parameters of the expectation that were estimated from the same counts: each costs a degree of freedom. @default 0 */
  readonly ddof?: number;
}

/**
 * The chi-squared test of counts against expected shares (K. Pearson, 1900): do the observed categories follow the plan?
 *
 * Cells that are expected empty and are empty are dropped. `notComputable`: no counts (`empty`), fewer cells than ddof + 2 (`too-few`), a
 * count where none is expected (`zero-cell`). Throws `argument/invalid` for lists of unequal length, a negative or infinite entry,
 * and an observed count that is not whole (a share, a weight: these say nothing of the number of rows).
 *
 * @param observed - Counts.
 * @param expected - Expected shares or counts, at least 0: they are scaled to the sum of the observed counts.
 *
 * @example
 * ```ts
 * import { chiSquaredGoodnessOfFit, isNotComputable } from "sluice/stats";
 * const result = chiSquaredGoodnessOfFit([16, 18, 16, 14, 12, 12], [1, 1, 1, 1, 1, 1]);
 * if (isNotComputable(result) || Math.abs(result.statistic - 2) > 1e-14 || result.dof !== 5) throw new Error("wrong");
 * ```
 */
export function chiSquaredGoodnessOfFit(
  observed: ArrayLike<number>,
  expected: ArrayLike<number>,
  options: GoodnessOfFitOptions = {},
): ChiSquaredResult | NotComputable {
  const { statistic: kind = "pearson", ddof = 0 } = options;
  requireOneOf("statistic", kind, chiSquaredStatistics);
  requireCount("ddof", ddof);
  requireSameLength("observed and expected", observed, expected);
  const total = sumOf("observed", observed, requireRows);
  const plan = sumOf("expected", expected, requireNonNegative);
  if (total === 0 || plan === 0) return notComputable("empty", `the ${total === 0 ? "observed" : "expected"} sum is 0`);
  let cells = 0;
  let statistic = 0;
  let smallestExpected = Number.POSITIVE_INFINITY;
  for (let i = 0; i < observed.length; i++) {
    const seen = observed[i] as number;
    const share = expected[i] as number;
    if (share === 0 && seen > 0) return notComputable("zero-cell", `cell ${i} has a count but an expected share of 0`);
    if (share === 0) continue;
    cells++;
    const here = (share / plan) * total;
    if (here < smallestExpected) smallestExpected = here;
    statistic += chiSquaredCell(differenceOfProducts(seen, plan, share, total) / plan, here, kind);
  }
  const dof = cells - 1 - ddof;
  if (dof < 1) return notComputable("too-few", `${cells} cells leave ${dof} degrees of freedom`);
  return { statistic, dof, pValue: chiSquaredSf(statistic, dof), smallestExpected, n: total };
}

function sumOf(name: string, values: ArrayLike<number>, require: (name: string, value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += require(`${name}[${i}]`, values[i] as number);
  return requireNonNegative(`the sum of ${name}`, sum);
}
