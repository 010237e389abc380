import { SluiceError } from "../../core/errors.ts";
import { chiSquaredSf } from "../distributions/chi-squared.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireNonNegative } from "../require-argument.ts";

/** How {@link chiSquaredTest} measures. */
export interface ChiSquaredOptions {
  /** `pearson`: Σ (o − e)²/e; `g`: 2 Σ o ln(o/e). @default "pearson" */
  readonly statistic?: "pearson" | "g";
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
}

/**
 * The chi-squared test of independence on a table of counts (rows of equal length), with Yates' correction at one degree of freedom.
 *
 * Empty rows and columns carry no information and are dropped; with fewer than two of either left the answer is `notComputable`.
 * Throws `argument/invalid` for a negative or non-finite count or rows of unequal length.
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
  const width = table[0]?.length ?? 0;
  const rowSums = table.map((row) => sumOfCounts(row, width));
  const columnSums = new Float64Array(width);
  for (const row of table)
    for (let c = 0; c < width; c++) columnSums[c] = (columnSums[c] as number) + (row[c] as number);
  const total = rowSums.reduce((sum, row) => sum + row, 0);
  if (total === 0) return notComputable("empty", "the table has no counts");
  const dof = (rowSums.filter((sum) => sum > 0).length - 1) * (columnSums.filter((sum) => sum > 0).length - 1);
  if (dof === 0) return notComputable("constant", "the table has fewer than two rows or columns with counts");
  const correct = (options.yates ?? true) && dof === 1 ? 0.5 : 0;
  const useG = options.statistic === "g";
  let statistic = 0;
  let smallestExpected = Number.POSITIVE_INFINITY;
  table.forEach((row, r) => {
    for (let c = 0; c < width; c++) {
      const expected = ((rowSums[r] as number) * (columnSums[c] as number)) / total;
      if (expected === 0) continue;
      if (expected < smallestExpected) smallestExpected = expected;
      statistic += cell(row[c] as number, expected, correct, useG);
    }
  });
  statistic = Math.max(0, statistic);
  return { statistic, dof, pValue: chiSquaredSf(statistic, dof), smallestExpected };
}

/** What a cell adds; the correction moves the observed count towards the expected one, by no more than their difference. */
function cell(observed: number, expected: number, correct: number, useG: boolean): number {
  const difference = observed - expected;
  const shrunk = Math.sign(difference) * (Math.abs(difference) - Math.min(correct, Math.abs(difference)));
  if (!useG) return (shrunk * shrunk) / expected;
  const moved = expected + shrunk;
  return moved > 0 ? 2 * moved * Math.log(moved / expected) : 0;
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
  for (let c = 0; c < width; c++) sum += requireNonNegative(`count ${c}`, row[c] as number);
  return sum;
}
