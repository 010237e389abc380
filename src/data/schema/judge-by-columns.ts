import type { RowFault } from "../../contracts/row-fault.ts";
import { SluiceError } from "../../core/errors.ts";
import { absentColumn } from "../../table/absent-column.ts";
import { cellState, type Column } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import type { CompiledField } from "./compile-field.ts";
import { type CompiledSchema, nullMeansAbsent, requireFittingColumn } from "./compile-schema.ts";
import { judgeColumn } from "./judge-column.ts";
import { outputColumn, unstorableIssue } from "./output-column.ts";
import { faultsByRow, patchedColumn } from "./row-faults.ts";
import type { Judged, JudgedColumn, JudgeOptions } from "./validation.ts";
import { replay } from "./replay.ts";
import { RowMarks } from "./row-marks.ts";

/** Judges a table column by column, then replays the marked rows through zod. */
export function judgeByColumns(compiled: CompiledSchema, table: Table, options: JudgeOptions): Judged {
  const input = withNulls(compiled, table, options.nulls);
  const marks = new RowMarks(table.rowCount);
  const columns: { [name: string]: Column } = {};
  const known = faultsByRow(options.faults);
  const missing: string[] = [];
  const judged: JudgedColumn[] = [];
  const unstorable: { readonly row: number; readonly name: string }[] = [];
  for (const [at, field] of compiled.fields.entries()) {
    const column = Object.hasOwn(input.columns, field.name) ? input.columns[field.name] : undefined;
    if (column === undefined) {
      judged.push({ column: field.name, how: "missing", why: "the table lacks it" });
      const filled = judgeMissing(compiled, field, table.rowCount);
      if (filled === "required") missing.push(field.name);
      if (filled === "required" && options.unfit === "throw") throw missingColumn(field, options.sourceColumns);
      if (typeof filled === "object") columns[field.name] = filled;
      continue;
    }
    if (options.unfit === "throw") requireFittingColumn(field, column);
    const output = judgeColumn(field, column, compiled.missing(field), marks, at);
    columns[field.name] = output.column;
    for (const row of output.unstorable) unstorable.push({ row, name: field.name });
    judged.push(reportOn(field, column));
  }
  const others = otherColumns(compiled, input, marks);
  if (compiled.unknownColumns === "kept") Object.assign(columns, others);
  const { rejected, patches } = replay(compiled, input, marks, known, missing.length > 0);
  const refused = new Set(rejected.map((fault) => fault.row));
  const late = unstorable
    .filter(({ row }) => !refused.has(row))
    .map(({ row, name }) => ({ row, issues: [unstorableIssue(name)] }));
  for (const field of compiled.fields) {
    const column = columns[field.name];
    if (column !== undefined && patches.length > 0) columns[field.name] = patchedColumn(field, column, patches);
  }
  return {
    table: { rowCount: table.rowCount, columns },
    rejected: late.length === 0 ? rejected : merged(rejected, late),
    missingColumns: missing,
    judged,
  };
}

function merged(rejected: readonly RowFault[], late: readonly RowFault[]): RowFault[] {
  const byRow = faultsByRow([...rejected, ...late]);
  return [...byRow].map(([row, issues]) => ({ row, issues })).sort((a, b) => a.row - b.row);
}

/** The table with a source's single null as the one of null and absent that each field accepts. */
function withNulls(compiled: CompiledSchema, table: Table, nulls: "exact" | "single"): Table {
  if (nulls === "exact") return table;
  const columns = { ...table.columns };
  for (const field of compiled.fields) {
    const column = columns[field.name];
    if (column?.states === undefined || !column.states.includes(cellState.null) || !nullMeansAbsent(compiled, field))
      continue;
    const states = column.states.map((state) => (state === cellState.null ? cellState.absent : state));
    columns[field.name] = { ...column, states };
  }
  return { rowCount: table.rowCount, columns };
}

function judgeMissing(
  compiled: CompiledSchema,
  field: CompiledField,
  rowCount: number,
): Column | "required" | "nothing" {
  const { ok, value } = compiled.missing(field).onAbsent();
  if (!ok) return "required";
  if (value !== undefined) return outputColumn(field.name, field.tag, rowCount, () => value).column;
  return field.tag === undefined ? "nothing" : absentColumn(field.tag, rowCount);
}

function reportOn(field: CompiledField, column: Column): JudgedColumn {
  const cast = column.tag === "i64" && field.numbers === "number" ? "f64" : column.tag;
  const plan = field.planFor(field.numbers === "bigint" && (cast === "f64" || cast === "i32") ? "i64" : cast);
  if (plan.how !== "zod") return { column: field.name, how: "loop", why: "" };
  const coded = column.tag === "utf8" || column.tag === "json" || column.tag === "bool";
  return { column: field.name, how: coded ? "distinct" : "cell", why: plan.why };
}

/** The columns that are no fields; a strict object refuses the rows in which one has a cell. */
function otherColumns(compiled: CompiledSchema, table: Table, marks: RowMarks): { [name: string]: Column } {
  const others: { [name: string]: Column } = {};
  const own = new Set(compiled.fields.map((field) => field.name));
  for (const [name, column] of Object.entries(table.columns)) {
    if (own.has(name)) continue;
    others[name] = column;
    if (compiled.unknownColumns !== "refused") continue;
    for (let row = 0; row < table.rowCount; row++) if (column.states?.[row] !== cellState.absent) marks.add(row);
  }
  return others;
}

function missingColumn(field: CompiledField, sourceColumns: readonly string[]): SluiceError {
  return new SluiceError("data/missing-column", {
    found: `the columns ${sourceColumns.join(", ")}`,
    expected: `a column "${field.name}"`,
    fix: otherDelimiter(sourceColumns) ?? "Check the source's column names, or make the field optional.",
  });
}

/** What to do where a header of several names was read as one: the delimiter is another one. */
function otherDelimiter(sourceColumns: readonly string[]): string | undefined {
  const [only] = sourceColumns;
  if (only === undefined || sourceColumns.length > 1) return undefined;
  const delimiter = [";", "\t"].find((character) => only.includes(character));
  if (delimiter === undefined) return undefined;
  return `The header is one field with ${delimiter === ";" ? "semicolons" : "tabs"} in it: pass { delimiter: ${JSON.stringify(delimiter)} }.`;
}
