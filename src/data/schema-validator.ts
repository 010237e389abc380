import type { DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { RowFault, RowIssue } from "../contracts/row-fault.ts";
import type { CellValue } from "../core/cell-type.ts";
import { cellAt } from "../table/cell-at.ts";
import type { Table } from "../table/table.ts";
import { conformTable } from "./conform-table.ts";
import { type ColumnJudge, columnJudge } from "./judge-column.ts";
import { type SchemaField, schemaFields } from "./schema-field.ts";
import { askZod } from "./zod-verdict.ts";

/** What a validation takes. */
export interface ValidateOptions {
  /** Whether the table tells null from absent (`exact`) or knows one null for both (`single`). @default "exact" */
  readonly nulls?: "exact" | "single";
  /** Rows already known to be faulty; they are refused with these issues. @default none */
  readonly faults?: readonly RowFault[];
  /** The names of all columns of the source, wanted or not, for messages. @default the table's */
  readonly sourceColumns?: readonly string[];
}

/** The verdict on a table. */
export interface Validation {
  /** The rows in the schema's columns, defaults filled in; refused rows are still in it. */
  readonly table: Table;
  /** Indices of the accepted rows, ascending. */
  readonly acceptedRows: Int32Array;
  /** Every refused row with its issues, ascending. */
  readonly rejected: readonly RowFault[];
  /** The first refused rows, at most `keepFaults`. */
  readonly faults: readonly RowFault[];
  /** How many issues of each kind there were, by `path: code`. */
  readonly issueCounts: ReadonlyMap<string, number>;
}

/**
 * Validates tables by a dataset's zod schema, column by column. The verdict on each row is the one that zod gives on the row as an object:
 * columns are judged by loops over typed arrays, refused rows are replayed through the schema itself, which words the issues.
 *
 * @example
 * ```ts
 * import { dataset, SchemaValidator } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * import { z } from "zod";
 * const trips = dataset("trips", { schema: z.object({ at: z.date(), km: z.number().positive() }), eventTime: "at" });
 * const table = tableFromRows([{ at: 0, km: 3 }, { at: 0, km: -1 }], trips.columns);
 * const { acceptedRows, faults } = new SchemaValidator(trips).validate(table);
 * if (acceptedRows.length !== 1 || faults[0]?.issues[0]?.path !== "km") throw new Error("one fault in km expected");
 * ```
 */
export class SchemaValidator {
  readonly #definition: DatasetDefinition;
  readonly #keepFaults: number;
  readonly #fields: readonly SchemaField[];
  readonly #judges: readonly ColumnJudge[];

  /** @param options `keepFaults`: refused rows kept with their issues in `faults`; at least 0. Default 100. */
  constructor(definition: DatasetDefinition, options: { readonly keepFaults?: number } = {}) {
    this.#definition = definition;
    this.#keepFaults = options.keepFaults ?? 100;
    this.#fields = schemaFields(definition.name, definition.schema);
    this.#judges = this.#fields.map(columnJudge);
  }

  /** Judges every row. Errors: `data/missing-column`, `data/schema-mismatch`, `definition/invalid` (an asynchronous check). */
  validate(table: Table, options: ValidateOptions = {}): Validation {
    const conformed = conformTable(table, this.#fields, options.nulls ?? "exact", options.sourceColumns);
    const known = issuesByRow([...(options.faults ?? []), ...conformed.faults]);
    const bad = new Uint8Array(table.rowCount);
    const columns = { ...conformed.table.columns };
    this.#fields.forEach((field, i) => {
      const column = columns[field.name];
      const judge = this.#judges[i];
      if (column !== undefined && judge !== undefined) columns[field.name] = judge(column, bad);
    });
    const rejected = this.#replay(conformed.table, bad, known);
    return {
      table: { rowCount: table.rowCount, columns },
      acceptedRows: rowsWithout(table.rowCount, rejected),
      rejected,
      faults: rejected.slice(0, this.#keepFaults),
      issueCounts: countIssues(rejected),
    };
  }

  /** Asks zod about each suspect row; about every row where the schema has checks on the row as a whole. */
  #replay(table: Table, bad: Uint8Array, known: ReadonlyMap<number, RowIssue[]>): RowFault[] {
    const everyRow = (this.#definition.schema._zod.def.checks ?? []).length > 0;
    const rejected: RowFault[] = [];
    for (let row = 0; row < bad.length; row++) {
      const own = known.get(row);
      if (own !== undefined) rejected.push({ row, issues: own });
      else if (everyRow || bad[row] === 1) {
        const verdict = askZod(this.#definition.schema, zodInput(table, this.#fields, row));
        if (!verdict.ok) rejected.push({ row, issues: verdict.issues });
      }
    }
    return rejected;
  }
}

/** A row as zod sees it: absent cells are missing keys, instants are dates. */
function zodInput(table: Table, fields: readonly SchemaField[], row: number): { [name: string]: CellValue | Date } {
  const record: { [name: string]: CellValue | Date } = {};
  for (const { name } of fields) {
    const column = table.columns[name];
    const value = column === undefined ? undefined : cellAt(column, row);
    if (value === undefined) continue;
    record[name] = column?.tag === "instant" && typeof value === "number" ? new Date(value) : value;
  }
  return record;
}

function issuesByRow(faults: readonly RowFault[]): Map<number, RowIssue[]> {
  const byRow = new Map<number, RowIssue[]>();
  for (const fault of faults) {
    const issues = byRow.get(fault.row);
    if (issues === undefined) byRow.set(fault.row, [...fault.issues]);
    else issues.push(...fault.issues);
  }
  return byRow;
}

function rowsWithout(rowCount: number, rejected: readonly RowFault[]): Int32Array {
  const accepted = new Int32Array(rowCount - rejected.length);
  let next = 0;
  let at = 0;
  for (let row = 0; row < rowCount; row++) {
    if (rejected[next]?.row === row) next++;
    else accepted[at++] = row;
  }
  return accepted;
}

function countIssues(rejected: readonly RowFault[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { issues } of rejected) {
    for (const { path, code } of issues) {
      const key = `${path === "" ? "row" : path}: ${code}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}
