import type {
  Check,
  CheckFold,
  CheckNeeds,
  CheckOutcome,
  CheckSurroundings,
  SampleRow,
} from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { rowAt } from "../../table/cell-at.ts";
import type { Table } from "../../table/table.ts";
import { foldingCheck } from "./folding-check.ts";
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

/** What a row check finds in a piece: how many rows it could judge, and which failed. The reason quotes no value: it is stored, and outlives the rows. */
export interface RowFindings {
  readonly judged: number;
  readonly failed: FailedRows;
}

/** Judges some rows; a text says why it cannot. */
export type FindRows = (batch: Table) => RowFindings | string;

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
  /** Whether a row's verdict asks for rows further back than the finder remembers: then it gets all of them at once. @default false */
  readonly wholeBatch?: boolean;
  /** Begins to judge; the finder is given the rows piece by piece, and may remember what it saw. */
  start(surroundings: CheckSurroundings): FindRows;
}

/** A check that judges rows one by one and bounds how many may fail. Shares are of all rows; a row that has nothing to judge does not fail. */
export function rowCheck<const C extends string>(parts: RowCheckParts<C>): Check<C> {
  const { check, columns, bound } = parts;
  const about = { check, columns, severity: severityOf(parts.options) } as const;
  const ways = foldingCheck((surroundings) => new RowCheckFold(about, parts, surroundings));
  return {
    ...about,
    params: { ...parts.params, ...bound.params },
    ...(parts.tags && { tags: parts.tags }),
    ...(parts.needs && { needs: parts.needs }),
    ...(parts.wholeBatch === true ? { judge: ways.judge } : ways),
  };
}

class RowCheckFold implements CheckFold {
  readonly #about: Pick<CheckOutcome, "check" | "columns" | "severity">;
  readonly #parts: RowCheckParts<string>;
  readonly #find: FindRows;
  readonly #failing: number[] = [];
  readonly #samples: SampleRow[] = [];
  #rows = 0;
  #judged = 0;
  #failed = 0;
  #problem: string | undefined;

  constructor(
    about: Pick<CheckOutcome, "check" | "columns" | "severity">,
    parts: RowCheckParts<string>,
    surroundings: CheckSurroundings,
  ) {
    this.#about = about;
    this.#parts = parts;
    this.#find = parts.start(surroundings);
  }

  add(piece: Table): void {
    if (piece.rowCount === 0 || this.#problem !== undefined) return;
    const found = this.#find(piece);
    if (typeof found === "string") {
      this.#problem = found;
      return;
    }
    const { judged, failed } = found;
    const first = failed.first.slice(0, failingRowsKept - this.#failing.length);
    this.#samples.push(...sampleRows(piece, first));
    for (const row of first) this.#failing.push(this.#rows + row);
    this.#rows += piece.rowCount;
    this.#judged += judged;
    this.#failed += failed.count;
  }

  finish(): CheckOutcome {
    const { columns, bound, fault } = this.#parts;
    const label = columns.length === 0 ? "" : `${columns.join(", ")}: `;
    const why = this.#problem ?? this.#silence();
    if (why !== undefined) return { ...this.#about, outcome: "insufficientHistory", reason: label + why };
    const { value, holds } = measure(bound, this.#failed, this.#rows);
    return {
      ...this.#about,
      outcome: holds ? "pass" : "fail",
      value,
      bound: bound.bound,
      reason: `${label}${this.#failed} of ${this.#rows} rows ${fault} (${boundText(bound)})`,
      rowsFailing: this.#failed,
      failingRows: this.#failing,
      sampleRows: this.#samples,
    };
  }

  #silence(): string | undefined {
    if (this.#rows === 0) return "the batch has no rows";
    return this.#judged === 0 ? "no row holds a value to judge" : undefined;
  }
}

/** Rows of a table as objects. */
export function sampleRows(table: Table, rows: readonly number[]): readonly SampleRow[] {
  return rows.map((row) => rowAt(table, row));
}
