import type { Check, CheckInput, CheckNeeds, CheckOutcome, SampleRow } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { rowAt } from "../../table/cell-at.ts";
import type { Table } from "../../table/table.ts";
import { severityOf } from "./require-option.ts";
import { boundText, measure, type RowBound, type RowCheckOptions } from "./tolerance.ts";

/** How many failing rows an outcome names and shows. */
export const failingRowsKept: 10 = 10;

/** Counts the rows that fail, and keeps the first of them. Rows are added in ascending order. */
export class FailedRows {
  count: number = 0;
  readonly first: number[] = [];

  add(row: number): void {
    if (this.count < failingRowsKept) this.first.push(row);
    this.count++;
  }
}

/** What a row check finds: how many rows it could judge, which failed, and something to add to the reason. */
export interface RowFindings {
  readonly judged: number;
  readonly failed: FailedRows;
  readonly detail?: string;
}

/** What a row check is made of. */
export interface RowCheckParts<C extends string> {
  readonly check: string;
  readonly columns: readonly C[];
  /** What it checks, without the bound. */
  readonly params: { readonly [name: string]: JsonValue };
  readonly tags?: readonly CellTag[];
  readonly needs?: CheckNeeds;
  /** What is wrong with a failing row, as in `lie outside 0 … 10`. */
  readonly fault: string;
  readonly options: RowCheckOptions;
  readonly bound: RowBound;
  /** Judges the rows of a batch that has some; a text says why it cannot. */
  find(input: CheckInput): RowFindings | string;
}

/** A check that judges rows one by one and bounds how many may fail. Shares are of all rows; a row that has nothing to judge does not fail. */
export function rowCheck<const C extends string>(parts: RowCheckParts<C>): Check<C> {
  const { check, columns, bound, fault } = parts;
  const about = { check, columns, severity: severityOf(parts.options) } as const;
  const label = columns.length === 0 ? "" : `${columns.join(", ")}: `;
  const unknown = (why: string): CheckOutcome => ({ ...about, outcome: "insufficientHistory", reason: label + why });
  return {
    ...about,
    params: { ...parts.params, ...bound.params },
    ...(parts.tags && { tags: parts.tags }),
    ...(parts.needs && { needs: parts.needs }),
    judge: (input) => {
      const rows = input.batch.rowCount;
      if (rows === 0) return unknown("the batch has no rows");
      const found = parts.find(input);
      if (typeof found === "string") return unknown(found);
      if (found.judged === 0) return unknown("no row holds a value to judge");
      const { failed, detail } = found;
      const { value, holds } = measure(bound, failed.count, rows);
      const which = failed.count === 0 || detail === undefined ? "" : `, ${detail}`;
      return {
        ...about,
        outcome: holds ? "pass" : "fail",
        value,
        bound: bound.bound,
        reason: `${label}${failed.count} of ${rows} rows ${fault}${which} (${boundText(bound)})`,
        rowsFailing: failed.count,
        failingRows: failed.first,
        sampleRows: sampleRows(input.batch, failed.first),
      };
    },
  };
}

/** Rows of a table as objects. */
export function sampleRows(table: Table, rows: readonly number[]): readonly SampleRow[] {
  return rows.map((row) => rowAt(table, row));
}
