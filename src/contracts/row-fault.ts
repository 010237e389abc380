/** One thing that is wrong with a row. */
export interface RowIssue {
  /** The column, dotted where the schema nests; empty for the row as a whole. */
  readonly path: string;
  /** As zod names it (`invalid_type`, `too_small`, …), or `malformed_row`, `malformed_text`, `unreadable_value`, `out_of_range` from a source. */
  readonly code: string;
  /** What is wrong, for a person. */
  readonly message: string;
}

/** A row with what is wrong with it. */
export interface RowFault {
  /** The row's index, from 0, in the table or source it is spoken about. */
  readonly row: number;
  readonly issues: readonly RowIssue[];
}
