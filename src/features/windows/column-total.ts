import type { ExactSum } from "../../stats/sums/exact-sum.ts";
import { roundedSum } from "../../stats/sums/rounded-sum.ts";
import { exactColumn } from "./exact-column.ts";
import type { EventColumn } from "./sorted-events.ts";
import { squareError } from "./variance-of.ts";

/** A column whose total is kept while values come and go: as arrays whose values are added up together. */
export interface TotalledColumn {
  readonly parts: readonly Float64Array[];
  /** Parts of them whose plain sums are exact; `undefined` where there are none: then a total is summed anew. */
  readonly limbs: readonly Float64Array[] | undefined;
}

/** A column to be added up, of which up to `most` values are in one total. */
export function totalledValues({ values, present }: EventColumn, most: number): TotalledColumn {
  return { parts: [values], limbs: exactColumn(values, present, most)?.limbs };
}

/** The squares of a column to be added up: each as a double and what rounding took from it. */
export function totalledSquares({ values, present }: EventColumn, most: number): TotalledColumn {
  const squares = values.map((value) => value * value);
  const errors = values.map((value, i) => squareError(value, squares[i] ?? 0));
  const limbs = [squares, errors].map((part) => exactColumn(part, present, most)?.limbs);
  const all = limbs.flatMap((own) => own ?? []);
  return { parts: [squares, errors], limbs: limbs.includes(undefined) ? undefined : all };
}

/** A total as a double and what rounding took from it, in `into`. */
export function roundTotal(sums: Float64Array, into: Float64Array): void {
  // One addition of two doubles is already the exact sum, rounded once.
  const total = sums.length <= 2 ? (sums[0] ?? 0) + (sums[1] ?? 0) : roundedSum(Array.from(sums));
  into[0] = total;
  into[1] = sums.length <= 1 || !Number.isFinite(total) ? 0 : roundedSum([...sums, -total]);
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
