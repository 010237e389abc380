import { SluiceError } from "../../core/errors.ts";
import { chiSquaredSf } from "../distributions/chi-squared.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireNonNegative, requireOneOf, requireRows } from "../require-argument.ts";
import { differenceOfProducts } from "../special/difference-of-products.ts";
import { type ChiSquaredStatistic, chiSquaredCell, chiSquaredStatistics } from "./chi-squared-cell.ts";

/** How {@link chiSquaredTest} measures. */
export interface ChiSquaredOptions {
  /** `pearson`: Σ (o − e)²/e; `g`: 2 Σ o ln(o/e). @default "pearson" */
  readonly statistic?: ChiSquaredStatistic;
  /** Yates' correction where there is one degree of freedom. @default true */
  readonly yates?: boolean;
}

/** What {@link chiSquaredTest} found. */
export interface ChiSquaredResult {
  /** The statistic that was asked for. */
  readonly statistic: number;
  /** (rows − 1)(columns − 1), counted without empty rows and columns. */
  readonly dof: number;
  /** The probability of a statistic at least as large if rows and columns are independent. */
  readonly pValue: number;
  /** The smallest expected count: below 5 the p-value is rough. */
  readonly smallestExpected: number;
  /** The sum of all counts. */
  readonly n: number;
}

/**
 * The chi-squared test of independence on a table of counts (rows of equal length), with Yates' correction at one degree of freedom.
 *
 * Empty rows and columns carry no information and are dropped; with fewer than two of either left the answer is `notComputable`.
 * Throws `argument/invalid` for a count that is negative or not whole (a share, a weight: these say nothing of the number of rows) and for
 * rows of unequal length.
 *
 * @example
 * ```ts
 * import { chiSquaredTest, isNotComputable } from "sluice/stats";
 * const result = chiSquaredTest([[43, 17], [29, 31]]);
 * if (isNotComputable(result) || Math.abs(result.pValue - 0.015418072662836) > 1e-14) throw new Error("wrong");
 * ```
 */
export function chiSquaredTest(
  table: readonly ArrayLike<number>[],
  options: ChiSquaredOptions = {},
): ChiSquaredResult | NotComputable {
  const { statistic: kind = "pearson", yates = true } = options;
  requireOneOf("statistic", kind, chiSquaredStatistics);
  const width = table[0]?.length ?? 0;
  const rowSums = table.map((row) => sumOfCounts(row, width));
  const columnSums = new Float64Array(width);
  for (const row of table)
    for (let c = 0; c < width; c++) columnSums[c] = (columnSums[c] as number) + (row[c] as number);
  const total = requireNonNegative(
    "the sum of all counts",
    rowSums.reduce((sum, row) => sum + row, 0),
  );
  if (total === 0) return notComputable("empty", "the table has no counts");
  const dof = (rowSums.filter((sum) => sum > 0).length - 1) * (columnSums.filter((sum) => sum > 0).length - 1);
  if (dof === 0) return notComputable("constant", "the table has fewer than two rows or columns with counts");
  const correction = yates && dof === 1 ? 0.5 : 0;
  let statistic = 0;
  let smallestExpected = Number.POSITIVE_INFINITY;
  table.forEach((row, r) => {
    const rowSum = rowSums[r] as number;
    for (let c = 0; c < width; c++) {
      const columnSum = columnSums[c] as number;
      const expected = (rowSum / total) * columnSum;
      if (expected === 0) continue;
      if (expected < smallestExpected) smallestExpected = expected;
      const difference = differenceOfProducts(row[c] as number, total, rowSum, columnSum) / total;
      statistic += chiSquaredCell(shrunk(difference, correction), expected, kind);
    }
  });
  return { statistic, dof, pValue: chiSquaredSf(statistic, dof), smallestExpected, n: total };
}

/** The difference moved towards 0, by no more than its size. */
function shrunk(difference: number, by: number): number {
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - by);
}

function sumOfCounts(row: ArrayLike<number>, width: number): number {
  if (row.length !== width) {
    throw new SluiceError("argument/invalid", {
      found: `a table with rows of ${width} and ${row.length} cells`,
      expected: "rows of equal length",
      fix: "Fill the missing cells with 0.",
    });
  }
  let sum = 0;
  for (let c = 0; c < width; c++) sum += requireRows(`count ${c}`, row[c] as number);
  return sum;
}
