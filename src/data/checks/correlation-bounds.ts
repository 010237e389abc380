import type { Check } from "../../contracts/check.ts";
import { cellState, type Column } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";
import { columnDoubles } from "./column-doubles.ts";
import { numberMoments } from "./number-moments.ts";
import { refuseOption } from "./require-option.ts";
import { numberTags, type ValueBoundsOptions, valueCheck } from "./value-check.ts";

/**
 * The correlation of two columns (K. Pearson, 1895) over the rows where both hold a finite number lies between two values in [−1, 1].
 * `insufficientHistory` for fewer than three such rows and where one of the columns is constant.
 * Throws `argument/invalid` without a bound or for bounds out of order.
 *
 * @example
 * ```ts
 * import { correlationBounds } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const km = Float64Array.of(1, 2, 3, 4);
 * const batch = makeTable({ km: { tag: "f64", values: km }, miles: { tag: "f64", values: km.map((x) => x / 1.609) } });
 * const found = correlationBounds("km", "miles", { min: 0.99 }).judge({ batch });
 * if (found.outcome !== "pass") throw new Error("the same distances");
 * ```
 */
export function correlationBounds<const A extends string, const B extends string>(
  a: A,
  b: B,
  options: ValueBoundsOptions,
): Check<A | B> {
  return valueCheck<A | B>({
    check: "correlation",
    columns: [a, b],
    params: {},
    tags: numberTags,
    options,
    statistic: { whole: (batch) => correlation(batch, a, b) },
  });
}

function correlation(batch: Table, a: string, b: string): number | string {
  const left = numbersOf(anyColumnOf(batch, a), a);
  const right = numbersOf(anyColumnOf(batch, b), b);
  const x = new Float64Array(batch.rowCount);
  const y = new Float64Array(batch.rowCount);
  let n = 0;
  for (let row = 0; row < batch.rowCount; row++) {
    if (left.states !== undefined && left.states[row] !== cellState.present) continue;
    if (right.states !== undefined && right.states[row] !== cellState.present) continue;
    const one = left.values[row] as number;
    const other = right.values[row] as number;
    if (one - one !== 0 || other - other !== 0) continue;
    x[n] = one;
    y[n++] = other;
  }
  if (n < 3) return `only ${n} rows hold a finite number in both`;
  const ofX = numberMoments(x.subarray(0, n));
  const ofY = numberMoments(y.subarray(0, n));
  if (ofX?.sd === undefined || ofY?.sd === undefined) return "the numbers are too large";
  if (ofX.sd === 0 || ofY.sd === 0) return "one of the columns is constant";
  let sum = 0;
  for (let i = 0; i < n; i++)
    sum += (((x[i] as number) - ofX.mean) / ofX.sd) * (((y[i] as number) - ofY.mean) / ofY.sd);
  return Math.max(-1, Math.min(1, sum / (n - 1)));
}

function numbersOf(column: Column, name: string): { values: ArrayLike<number>; states: Uint8Array | undefined } {
  if (column.tag === "utf8") return refuseOption(`correlation of the text column "${name}"`, "a column of numbers");
  return { values: columnDoubles(column), states: column.states };
}
