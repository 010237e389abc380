import type { JsonValue } from "../core/canonical-json.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";
import type { Clock } from "../core/clock.ts";
import type { Table } from "../table/table.ts";
import type { BatchMetrics } from "./batch-metrics.ts";

/** What a check sees. What lies outside the batch is there when the check {@link CheckNeeds | needs} it. */
export interface CheckInput {
  /** The rows to judge. */
  readonly batch: Table;
  /** The previous version's rows of the checked columns, where there is one; some of them where no check needs all. */
  readonly previous?: Table;
  /** Tells the time that the batch is judged at. */
  readonly clock?: Clock;
  /** Rows of other dataset versions, by the name the check gave them in {@link CheckNeeds.tables}; a dataset without a version is left out. */
  readonly tables?: { readonly [name: string]: Table };
  /** The metrics of the batches that were committed before, oldest first. */
  readonly history?: readonly BatchMetrics[];
}

/** Rows of a version that a check must be given. */
export interface NeededTable {
  /** A digest, or the name of a dataset for its newest version. */
  readonly version: string;
  readonly columns: readonly string[];
  /** Whether a million rows, evenly drawn, will do. @default false */
  readonly sample?: boolean;
}

/** What a check must be given beside the batch, so that judging itself stays synchronous. */
export interface CheckNeeds {
  /** The previous version's rows of its columns; `"sample"` where a million of them, evenly drawn, will do. */
  readonly previous?: boolean | "sample";
  /** Rows of other versions. */
  readonly tables?: { readonly [name: string]: NeededTable };
  /** The metrics of earlier batches. */
  readonly history?: boolean;
  /** Every column of the batch; otherwise it may get only its own. */
  readonly allColumns?: boolean;
}

/** A row that failed a check, for a person to look at. */
export type SampleRow = { readonly [column: string]: CellValue };

/** What a check answers. `insufficientHistory` is never "ok". */
export interface CheckOutcome {
  readonly check: string;
  readonly columns: readonly string[];
  readonly severity: "error" | "warn";
  readonly outcome: "pass" | "fail" | "insufficientHistory";
  /** What was measured, where it is a number. */
  readonly value?: number;
  /** What it was measured against. */
  readonly bound?: number;
  readonly reason: string;
  /** How many rows failed, exactly; of a check that judges rows. */
  readonly rowsFailing?: number;
  /** The indices of the first rows that failed, ascending, in the rows that were judged. */
  readonly failingRows?: readonly number[];
  /** Those rows as objects. They are reported, never stored. */
  readonly sampleRows?: readonly SampleRow[];
}

/** What a check sees beside the rows. */
export type CheckSurroundings = Omit<CheckInput, "batch">;

/** Judges rows that come piece by piece. */
export interface CheckFold {
  /** Takes the next rows, in their order. */
  add(piece: Table): void;
  /** The verdict on all rows that were taken. */
  finish(): CheckOutcome;
}

/** A check is data and a judge. `Columns` is what it may be attached to. */
export interface Check<out Columns extends string = string> {
  readonly check: string;
  readonly columns: readonly Columns[];
  /** A failing `error` check decides about the batch; a failing `warn` check is reported. */
  readonly severity: "error" | "warn";
  /** Everything that decides the verdict, for the definition's digest. */
  readonly params: JsonValue;
  /** The cell types its columns may have. @default any */
  readonly tags?: readonly CellTag[];
  /** What it must be given beside the batch. @default nothing */
  readonly needs?: CheckNeeds;
  /** Judges a batch. */
  judge(input: CheckInput): CheckOutcome;
  /**
   * Begins to judge rows piece by piece, with the verdict that `judge` has on all of them: of a batch larger than memory such a check reads
   * some rows at a time. @default `judge` is given all rows of its columns at once
   */
  readonly fold?: (surroundings: CheckSurroundings) => CheckFold;
}
