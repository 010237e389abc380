import type { RowFault } from "../../contracts/row-fault.ts";
import type { Table } from "../../table/table.ts";

/** How nulls are read. */
export interface NullOptions {
  /**
   * Whether null and absent are told apart (`exact`), or there is one null for both (`single`), as in Arrow, CSV and SQL: it is null where
   * the field accepts null, else absent where the field accepts that, else it is refused as null. @default "exact"
   */
  readonly nulls?: "exact" | "single";
}

/** What a validation takes. */
export interface ValidateOptions extends NullOptions {
  /** Rows already known to be faulty; they are refused with these issues. @default none */
  readonly faults?: readonly RowFault[];
  /** The names of all columns of the source, wanted or not, for messages. @default the table's */
  readonly sourceColumns?: readonly string[];
}

/** How the columns of a schema are judged. */
export interface JudgedColumn {
  readonly column: string;
  /** `loop`: compiled; `distinct`: zod once a distinct value; `cell`: zod a cell; `row`: zod a row; `missing`: the table lacks it. */
  readonly how: "loop" | "distinct" | "cell" | "row" | "missing";
  /** Why it is not a loop; empty where it is. */
  readonly why: string;
}

/** The verdict on a table. */
export interface Validation {
  /** The rows as the schema puts them out, refused ones among them. */
  readonly table: Table;
  /** Indices of the accepted rows, ascending. */
  readonly acceptedRows: Int32Array;
  /** Every refused row with its issues, ascending. */
  readonly rejected: readonly RowFault[];
  /** The first refused rows, at most `keepFaults`. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind there were, by `path: code`. */
  readonly issueCounts: ReadonlyMap<string, number>;
  /** Columns that the schema requires and the table lacks: every row is refused for them. */
  readonly missingColumns: readonly string[];
  /** How each column was judged, in the schema's order. */
  readonly judged: readonly JudgedColumn[];
}

/** What a judging takes. */
export interface JudgeOptions {
  readonly nulls: "exact" | "single";
  readonly faults: readonly RowFault[];
  readonly sourceColumns: readonly string[];
  readonly unfit: "throw" | "refuse";
}

/** What a judging finds out; the rest of a {@link Validation} follows from it. */
export type Judged = Pick<Validation, "table" | "rejected" | "missingColumns" | "judged">;
