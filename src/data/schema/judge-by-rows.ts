import type { RowFault } from "../../contracts/row-fault.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { absentColumn } from "../../table/absent-column.ts";
import type { Column } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { type CompiledSchema, nullMeansAbsent, requireFittingColumn } from "./compile-schema.ts";
import { finerInstant } from "./finer-instant.ts";
import { type InputRecord, recordReader } from "./input-cells.ts";
import type { Judged, JudgeOptions } from "./validation.ts";
import { isStorable, outputColumn, unstorableIssue } from "./output-column.ts";
import { faultsByRow } from "./row-faults.ts";
import { askZod, runZod } from "./zod-answer.ts";

/** Judges a table row by row: for schemas that speak about several columns at once. */
export function judgeByRows(compiled: CompiledSchema, table: Table, options: JudgeOptions): Judged {
  if (options.unfit === "throw") requireColumns(compiled, table, options.sourceColumns);
  const names = Object.keys(table.columns);
  const read = recordReader(
    table,
    names.map((name) => ({ name, numbers: compiled.numbersOf(name) })),
  );
  const known = faultsByRow(options.faults);
  const tags = new Map<string, CellTag | undefined>(compiled.fields.map((field) => [field.name, field.tag]));
  const rejected: RowFault[] = [];
  const outputs = new Map<string, unknown[]>(compiled.fields.map((field) => [field.name, []]));
  for (let row = 0; row < table.rowCount; row++) {
    const own = known.get(row);
    const raw = read(row);
    const issues =
      own ?? judgeRow(compiled, options.nulls === "single" ? withNullsAs(compiled, raw) : raw, row, outputs, tags);
    if (issues !== undefined) rejected.push({ row, issues });
  }
  return {
    table: { rowCount: table.rowCount, columns: outputColumns(compiled, table, outputs, rejected) },
    rejected,
    missingColumns: [],
    judged: judgedColumns(compiled, names),
  };
}

/** The schema's columns; those of the table where it is no object whose columns are known. */
function judgedColumns({ fields, wholeRows = "" }: CompiledSchema, names: readonly string[]): Judged["judged"] {
  const columns = fields.length === 0 ? names : fields.map(({ name }) => name);
  return columns.map((column) =>
    names.includes(column)
      ? { column, how: "row", why: wholeRows }
      : { column, how: "missing", why: "the table lacks it" },
  );
}

/** The issues of a row, or `undefined`, and then what it became is in `outputs`. */
function judgeRow(
  compiled: CompiledSchema,
  record: InputRecord,
  row: number,
  outputs: Map<string, unknown[]>,
  tags: ReadonlyMap<string, CellTag | undefined>,
): RowFault["issues"] | undefined {
  const { ok, value } = runZod(compiled.schema, record);
  if (!ok) {
    const answer = askZod(compiled.schema, record);
    return answer.ok ? undefined : answer.issues;
  }
  if (typeof value !== "object" || value === null) throw noRecord(compiled, value);
  const issues = [];
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(tags.get(name), member)) issues.push(unstorableIssue(name));
    const column = outputs.get(name) ?? [];
    outputs.set(name, column);
    column[row] = member;
  }
  return issues.length > 0 ? issues : undefined;
}

function outputColumns(
  compiled: CompiledSchema,
  table: Table,
  outputs: ReadonlyMap<string, readonly unknown[]>,
  rejected: readonly RowFault[],
): { [name: string]: Column } {
  const refused = new Set(rejected.map((fault) => fault.row));
  const tags = new Map(compiled.fields.map((field) => [field.name, field.tag]));
  const columns: { [name: string]: Column } = {};
  for (const [name, values] of outputs) {
    const before = table.columns[name];
    const tag = tags.get(name);
    const read =
      before === undefined ? () => undefined : recordReader(table, [{ name, numbers: compiled.numbersOf(name) }]);
    const valueAt = (row: number): unknown => {
      // A refused row keeps what it came with, where the column can hold it, so that it can be repaired.
      const value = refused.has(row) ? (tag === undefined ? undefined : read(row)?.[name]) : values[row];
      return before?.tag === "instant" && value instanceof Date
        ? finerInstant(value, Number(before.values[row]))
        : value;
    };
    if (tag === undefined && values.length === 0 && before === undefined) continue;
    columns[name] =
      tag !== undefined && values.length === 0 && before === undefined
        ? absentColumn(tag, table.rowCount)
        : outputColumn(name, tag, table.rowCount, valueAt).column;
  }
  return columns;
}

/**
 * A record whose nulls are read as the one null of its source: for a field of an object as it accepts, else all of them as null, and where
 * the schema refuses that but accepts the record without them, as absent.
 */
export function withNullsAs(compiled: CompiledSchema, record: InputRecord): InputRecord {
  const names = Object.keys(record).filter((name) => record[name] === null);
  if (names.length === 0) return record;
  const without = { ...record };
  if (compiled.fields.length > 0) {
    for (const field of compiled.fields)
      if (record[field.name] === null && nullMeansAbsent(compiled, field)) delete without[field.name];
    return without;
  }
  for (const name of names) delete without[name];
  return !runZod(compiled.schema, { ...record }).ok && runZod(compiled.schema, { ...without }).ok ? without : record;
}

function requireColumns(compiled: CompiledSchema, table: Table, sourceColumns: readonly string[]): void {
  for (const field of compiled.fields) {
    const column = table.columns[field.name];
    if (column !== undefined) requireFittingColumn(field, column);
    else if (!compiled.missing(field).onAbsent().ok) {
      throw new SluiceError("data/missing-column", {
        found: `the columns ${sourceColumns.join(", ")}`,
        expected: `a column "${field.name}"`,
        fix: "Check the source's column names, or make the field optional.",
      });
    }
  }
}

function noRecord(compiled: CompiledSchema, value: unknown): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `a schema "${compiled.name}" that makes ${value === null ? "null" : `a ${typeof value}`} of a row`,
    expected: "an object, whose members are the columns",
    fix: "End the schema's transforms with an object.",
  });
}
