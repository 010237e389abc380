import type { z } from "zod";
import type { RowFault } from "../../contracts/row-fault.ts";
import type { Table } from "../../table/table.ts";
import { compileSchema, type CompiledSchema, inputRecord } from "./compile-schema.ts";
import type { InputRecord } from "./input-cells.ts";
import { judgeByColumns } from "./judge-by-columns.ts";
import { judgeByRows, withNullsAs } from "./judge-by-rows.ts";
import { isStorable, unstorableIssue } from "./output-column.ts";
import type { NullOptions, ValidateOptions, Validation } from "./validation.ts";
import { askZod, type ZodAnswer } from "./zod-answer.ts";

/** What a {@link SchemaValidator} judges by: a dataset, or any name with a zod schema of rows. */
export interface RowSchema {
  readonly name: string;
  readonly schema: z.core.$ZodType;
}

/** What a {@link SchemaValidator} takes. */
export interface SchemaValidatorOptions {
  /** Refused rows kept in `faults`; at least 0. @default 100 */
  readonly keepFaults?: number;
  /**
   * A column that is missing, or of a cell type that the schema never accepts: an error that says so at once (`throw`), or an issue of
   * every row, as zod would have it (`refuse`). @default "throw"
   */
  readonly onUnfitColumn?: "throw" | "refuse";
}

/**
 * Validates tables and records by a zod schema. The verdict on each row, its issues and its output are the ones that zod gives on the row as
 * an object: columns are judged by loops over typed arrays, refused rows are replayed through the schema itself, which words the issues.
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
  readonly #compiled: CompiledSchema;
  readonly #options: Required<SchemaValidatorOptions>;

  /** Throws `definition/invalid` for an asynchronous check, as far as compiling meets it. */
  constructor({ name, schema }: RowSchema, options: SchemaValidatorOptions = {}) {
    this.#options = { keepFaults: options.keepFaults ?? 100, onUnfitColumn: options.onUnfitColumn ?? "throw" };
    this.#compiled = compileSchema(name, schema);
  }

  /** Judges every row. Errors: `data/missing-column`, `data/schema-mismatch`, `definition/invalid` (a check that throws or is asynchronous). */
  validate(table: Table, options: ValidateOptions = {}): Validation {
    const compiled = this.#compiled;
    const given = {
      nulls: options.nulls ?? "exact",
      faults: options.faults ?? [],
      sourceColumns: options.sourceColumns ?? Object.keys(table.columns),
      unfit: this.#options.onUnfitColumn,
    };
    const judge = compiled.wholeRows === undefined ? judgeByColumns : judgeByRows;
    const { rejected, ...verdict } = judge(compiled, table, given);
    return {
      ...verdict,
      rejected,
      acceptedRows: rowsWithout(table.rowCount, rejected),
      faults: rejected.slice(0, this.#options.keepFaults),
      issueCounts: countIssues(rejected),
    };
  }

  /** Judges one record: the same verdict, issues and output as for a row of a table. Errors: `definition/invalid`. */
  validateRow(record: { readonly [name: string]: unknown }, options: NullOptions = {}): ZodAnswer {
    const compiled = this.#compiled;
    const input = inputRecord(compiled, record);
    const answer = askNulls(compiled, input, options.nulls ?? "exact");
    if (!answer.ok) return answer;
    const output = typeof answer.value === "object" && answer.value !== null ? Object.entries(answer.value) : [];
    const tags = new Map(compiled.fields.map((field) => [field.name, field.tag]));
    const issues = output
      .filter(([name, value]) => !isStorable(tags.get(name), value))
      .map(([name]) => unstorableIssue(name));
    return issues.length === 0 ? answer : { ok: false, issues };
  }
}

function askNulls(compiled: CompiledSchema, input: InputRecord, nulls: "exact" | "single"): ZodAnswer {
  return askZod(compiled.schema, nulls === "exact" ? input : withNullsAs(compiled, input));
}

function rowsWithout(rowCount: number, rejected: readonly RowFault[]): Int32Array {
  const accepted = new Int32Array(rowCount - rejected.length);
  let at = 0;
  let row = 0;
  for (const fault of rejected) {
    while (row < fault.row) accepted[at++] = row++;
    row = fault.row + 1;
  }
  while (row < rowCount) accepted[at++] = row++;
  return accepted;
}

function countIssues(rejected: readonly RowFault[]): Map<string, number> {
  const byPath = new Map<string, Map<string, number>>();
  for (const { issues } of rejected) {
    for (const { path, code } of issues) {
      const codes = byPath.get(path) ?? new Map<string, number>();
      if (codes.size === 0) byPath.set(path, codes);
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
  }
  const counts = new Map<string, number>();
  for (const [path, codes] of byPath)
    for (const [code, count] of codes) counts.set(`${path === "" ? "row" : path}: ${code}`, count);
  return counts;
}
