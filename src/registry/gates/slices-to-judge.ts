import type { Bound } from "./bound-evaluation.ts";

/** A part of the rows, by one value of a column. */
interface Slice {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
}

/**
 * The slices of a column that have enough rows. The slices must cover every row that was measured: otherwise, and without any slice of enough
 * rows, there is nothing to judge.
 */
export function slicesToJudge<S extends Slice>(
  slices: readonly S[] | undefined,
  column: string,
  minRows: number,
  covered: number,
): Bound<readonly S[]> {
  const ofColumn = (slices ?? []).filter((slice) => slice.column === column);
  if (ofColumn.some(({ value }) => typeof value !== "string"))
    return { bound: false, reason: `a slice of "${column}" has no value`, fix: "Evaluate again." };
  const rows = ofColumn.reduce((sum, slice) => sum + slice.rows, 0);
  if (ofColumn.length > 0 && rows !== covered) {
    const reason = `the slices of "${column}" cover ${rows} of ${covered} rows`;
    return { bound: false, reason, fix: "Evaluate again." };
  }
  const of = ofColumn.filter(({ rows }) => rows >= minRows);
  if (of.length > 0) return { bound: true, of };
  const reason = `no slice of "${column}" with at least ${minRows} rows was measured`;
  return { bound: false, reason, fix: `Evaluate with slices: ["${column}"], on more rows.` };
}
