import type { JsonValue } from "../core/canonical-json.ts";
import type { Table } from "../table/table.ts";

/** What a check sees. */
export interface CheckInput {
  /** The rows to judge. */
  readonly batch: Table;
  /** The previous version's rows of the checked columns, where there is one. */
  readonly previous?: Table;
}

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
}

/** A check is data and a judge. `Columns` is what it may be attached to. */
export interface Check<out Columns extends string = string> {
  readonly check: string;
  readonly columns: readonly Columns[];
  /** A failing `error` check decides about the batch; a failing `warn` check is reported. */
  readonly severity: "error" | "warn";
  /** Everything that decides the verdict, for the definition's digest. */
  readonly params: JsonValue;
  /** Judges a batch. */
  judge(input: CheckInput): CheckOutcome;
}
