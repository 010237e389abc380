import type { Bound } from "./bound-evaluation.ts";
import { isRowsPart, type RowsPart, rowsOf, smallParts, type UnjudgedParts } from "./small-parts.ts";

/** A part of the rows, by one value of a column. */
interface Slice extends RowsPart {
  readonly column: string;
}

/** The slices that have enough rows, and those that have not, if any. */
export interface SlicesToJudge<S> {
  readonly judged: readonly [S, ...S[]];
  readonly unjudged: UnjudgedParts | undefined;
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
): Bound<SlicesToJudge<S>> {
  const ofColumn = (slices ?? []).filter((slice) => slice.column === column);
  if (!ofColumn.every(isRowsPart)) {
    const reason = `a slice of "${column}" has no value, or no counted rows`;
    return { bound: false, reason, fix: "Evaluate again." };
  }
  const rows = rowsOf(ofColumn);
  if (ofColumn.length > 0 && rows !== covered) {
    const reason = `the slices of "${column}" cover ${rows} of ${covered} rows`;
    return { bound: false, reason, fix: "Evaluate again." };
  }
  const [first, ...others] = ofColumn.filter(({ rows }) => rows >= minRows);
  const small = ofColumn.filter(({ rows }) => rows < minRows);
  const unjudged = smallParts(small, "judged");
  if (first !== undefined) return { bound: true, of: { judged: [first, ...others], unjudged } };
  const none =
    ofColumn.length === 0 ? `no slice of "${column}" was measured` : `no slice of "${column}" has ${minRows} rows`;
  const reason = unjudged === undefined ? none : `${none}; ${unjudged.reason}`;
  return {
    bound: false,
    reason,
    fix: `Evaluate with slices: ["${column}"]${ofColumn.length === 0 ? "" : ", on more rows"}.`,
  };
}
