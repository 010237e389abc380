import type { ExactSum } from "../../stats/sums/exact-sum.ts";
import { toUnits } from "../../stats/sums/double-units.ts";
import { roundedSum } from "../../stats/sums/rounded-sum.ts";
import { exactColumn } from "./exact-column.ts";
import type { EventColumn } from "./sorted-events.ts";
import { hasExactSquare, squareError } from "./variance-of.ts";

/** A column whose total is kept while values come and go. */
export interface TotalledColumn {
  /** Parts of the values, added up together, whose plain sums are exact; `undefined` where there are none: then a total is summed anew. */
  readonly limbs: readonly Float64Array[] | undefined;
}

/** A column to be added up, of which up to `most` values are in one total. */
export function totalledValues({ values, present }: EventColumn, most: number): TotalledColumn {
  return { limbs: exactColumn(values, present, most)?.limbs };
}

/** The squares of a column to be added up: each as a double and what rounding took from it. Without limbs where these are not exact. */
export function totalledSquares({ values, present }: EventColumn, most: number): TotalledColumn {
  if (!values.every((value, i) => (present !== undefined && present[i] !== 1) || hasExactSquare(value)))
    return { limbs: undefined };
  const squares = values.map((value) => value * value);
  const errors = values.map((value, i) => squareError(value, squares[i] ?? 0));
  const limbs = [squares, errors].map((part) => exactColumn(part, present, most)?.limbs);
  const all = limbs.flatMap((own) => own ?? []);
  return { limbs: limbs.includes(undefined) ? undefined : all };
}

/** A total as a double and what rounding took from it, in `into`. */
export function roundTotal(sums: Float64Array, into: Float64Array): void {
  // One addition of two doubles is already the exact sum, rounded once.
  const total = sums.length <= 2 ? (sums[0] ?? 0) + (sums[1] ?? 0) : roundedSum(Array.from(sums));
  into[0] = total;
  into[1] = sums.length <= 1 || !Number.isFinite(total) ? 0 : roundedSum([...sums, -total]);
}

/** The exact total of sums of limbs, in units of 2^−1074. */
export function unitsOfTotal(sums: Float64Array): bigint {
  return sums.reduce((units, sum) => units + toUnits(sum), 0n);
}

/** An exact sum as a double and what rounding took from it, in `into`. */
export function roundExactly(sum: ExactSum, into: Float64Array): void {
  const total = sum.value();
  into[0] = total;
  into[1] = 0;
  if (!Number.isFinite(total)) return;
  sum.add(-total);
  into[1] = sum.value();
  sum.add(total);
}
