import { cellState, type Column, type F64Column, type InstantColumn, type Utf8Column } from "../table/column.ts";
import { cellAt } from "../table/cell-at.ts";
import { cellAdder } from "../table/table-from-rows.ts";
import { type NumberRange, numberRange } from "./number-range.ts";
import { definitionOf, type SchemaField } from "./schema-field.ts";
import { runZod } from "./zod-verdict.ts";

/** Judges a column's cells by a field's schema: marks refused rows with 1 in `bad` and answers the column as zod would output it. */
export type ColumnJudge = (column: Column, bad: Uint8Array) => Column;

/** Compiles a field into a {@link ColumnJudge}: a loop over typed arrays where the field allows it, zod a distinct value or a cell elsewhere. */
export function columnJudge(field: SchemaField): ColumnJudge {
  const range = numberRange(field);
  const free = demandsNothing(field);
  return (column, bad) => {
    const filled = judgeMissing(field, column, bad);
    if (filled.tag === "utf8") return free ? filled : judgeText(field, filled, bad);
    if ((filled.tag === "f64" || filled.tag === "instant") && range !== undefined) {
      judgeRange(filled, range, bad);
      return filled;
    }
    return free && (filled.tag === "bool" || filled.tag === "i64") ? filled : judgeCells(field, filled, bad);
  };
}

/** Whether every value of the cell type is accepted as it is. */
function demandsNothing(field: SchemaField): boolean {
  const def = definitionOf(field.inner);
  const plainKinds = ["string", "boolean", "bigint"];
  const open =
    plainKinds.includes(def.type) &&
    def["check"] === undefined &&
    def["format"] === undefined &&
    (def.checks ?? []).length === 0;
  return open && def["coerce"] !== true;
}

/** Judges null and absent cells by asking the field once about each; a default fills absent cells in. */
function judgeMissing(field: SchemaField, column: Column, bad: Uint8Array): Column {
  const states = column.states;
  if (states === undefined) return column;
  const onNull = runZod(field.schema, null);
  const onAbsent = runZod(field.schema, undefined);
  let fills = false;
  for (let row = 0; row < states.length; row++) {
    const state = states[row];
    if (state === cellState.present) continue;
    const answer = state === cellState.null ? onNull : onAbsent;
    if (!answer.ok) bad[row] = 1;
    else if (answer.value !== (state === cellState.null ? null : undefined)) fills = true;
  }
  if (!fills) return column;
  return mapCells(column, (value) =>
    value === null ? (onNull.ok ? onNull.value : value) : value === undefined && onAbsent.ok ? onAbsent.value : value,
  );
}

function judgeRange(column: F64Column | InstantColumn, range: NumberRange, bad: Uint8Array): void {
  const { values, states } = column;
  const { atLeast, above, atMost, below, integer } = range;
  const instants = column.tag === "instant";
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const raw = values[row] ?? Number.NaN;
    const value = instants ? Math.trunc(raw) : raw;
    const inside = value >= atLeast && value <= atMost && value > above && value < below;
    if (!inside || (integer && !Number.isSafeInteger(value))) bad[row] = 1;
  }
}

/** Asks zod once for each entry of the dictionary that a row uses. */
function judgeText(field: SchemaField, column: Utf8Column, bad: Uint8Array): Column {
  const { values, states, dictionary } = column;
  const verdicts = new Uint8Array(dictionary.length);
  const outputs: (unknown | undefined)[] = [];
  let changed = false;
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const code = values[row] ?? 0;
    if (verdicts[code] === 0) {
      const answer = runZod(field.schema, dictionary[code]);
      verdicts[code] = answer.ok ? 1 : 2;
      outputs[code] = answer.value;
      if (answer.ok && answer.value !== dictionary[code]) changed = true;
    }
    if (verdicts[code] === 2) bad[row] = 1;
  }
  if (!changed) return column;
  return mapCells(column, (value, row) =>
    typeof value === "string" && verdicts[values[row] ?? 0] === 1 ? outputs[values[row] ?? 0] : value,
  );
}

/** Asks zod cell by cell. */
function judgeCells(field: SchemaField, column: Column, bad: Uint8Array): Column {
  const outputs: unknown[] = [];
  let changed = false;
  for (let row = 0; row < column.values.length; row++) {
    const value = cellAt(column, row);
    if (value === null || value === undefined) continue;
    const answer = runZod(field.schema, column.tag === "instant" ? new Date(Number(value)) : value);
    if (!answer.ok) bad[row] = 1;
    const output = answer.value instanceof Date ? answer.value.getTime() : answer.value;
    if (answer.ok && !Object.is(output, column.tag === "instant" ? Math.trunc(Number(value)) : value)) {
      outputs[row] = answer.value;
      changed = true;
    }
  }
  return changed ? mapCells(column, (value, row) => outputs[row] ?? value) : column;
}

/** The column with each cell changed; a value that the cell type cannot hold leaves the cell as it is. */
function mapCells(column: Column, change: (value: ReturnType<typeof cellAt>, row: number) => unknown): Column {
  const adder = cellAdder(column.tag);
  for (let row = 0; row < column.values.length; row++) {
    const value = cellAt(column, row);
    if (!adder.tryPush(change(value, row))) adder.tryPush(value);
  }
  return adder.builder.finish();
}
