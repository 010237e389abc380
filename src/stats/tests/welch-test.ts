import { checkSample } from "../check-sample.ts";
import { studentTSf } from "../distributions/student-t.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";

/** What {@link welchTest} found. */
export interface WelchResult {
  /** t, the difference of the means over its standard error. */
  readonly statistic: number;
  /** Satterthwaite's degrees of freedom. */
  readonly dof: number;
  /** The two-sided p-value. */
  readonly pValue: number;
  /** The mean of the first sample minus the mean of the second. */
  readonly difference: number;
  /** The standard error of the difference. */
  readonly standardError: number;
}

/**
 * Welch's t-test, two-sided: do two samples have the same mean, whatever their variances?
 *
 * `notComputable` with fewer than two rows on a side, NaN or infinite values, or no variance on either side.
 *
 * @example
 * ```ts
 * import { isNotComputable, welchTest } from "sluice/stats";
 * const result = welchTest([1, 2, 3, 4], [11, 12, 13, 14]);
 * if (isNotComputable(result) || !(result.pValue < 0.001)) throw new Error("ten apart is visible");
 * ```
 */
export function welchTest(x: ArrayLike<number>, y: ArrayLike<number>): WelchResult | NotComputable {
  const problem = checkSample("first", x, true) ?? checkSample("second", y, true);
  if (problem !== undefined) return problem;
  if (x.length < 2 || y.length < 2) return notComputable("too-few", "a variance needs two rows on each side");
  const first = moments(x);
  const second = moments(y);
  const a = first.variance / x.length;
  const b = second.variance / y.length;
  if (a + b === 0) return notComputable("constant", "neither sample varies");
  const share = a / (a + b);
  const dof = 1 / (share ** 2 / (x.length - 1) + (1 - share) ** 2 / (y.length - 1));
  const difference = first.mean - second.mean;
  const standardError = Math.sqrt(a + b);
  const statistic = difference / standardError;
  return { statistic, dof, pValue: 2 * studentTSf(Math.abs(statistic), dof), difference, standardError };
}

function moments(values: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += ((values[i] as number) - mean) / (i + 1);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}
