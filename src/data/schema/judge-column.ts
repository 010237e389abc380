import { cellState, type Column } from "../../table/column.ts";
import { castNumbers } from "./cast-numbers.ts";
import { judgeBigints, judgeInstants, judgeNumbers } from "./column-loops.ts";
import type { MissingAnswers, Outputs } from "./cell-outputs.ts";
import type { ColumnPlan, CompiledField } from "./compile-field.ts";
import { inputReader } from "./input-cells.ts";
import { judgeNumberLists, judgeTextLists } from "./list-test.ts";
import type { RowMarks } from "./row-marks.ts";
import { storedColumn } from "./stored-column.ts";
import { judgeDistinct } from "./judge-distinct.ts";
import type { OutputColumn } from "./output-column.ts";
import { callingChecks, runZod } from "./zod-answer.ts";

/**
 * Judges a column's cells by a field, the `at`th of its schema: marks the rows that zod must be asked about (surely those that it refuses) and
 * answers the column as the schema puts it out. Throws `definition/invalid` where a check of the schema throws or is asynchronous.
 */
export function judgeColumn(
  field: CompiledField,
  column: Column,
  missing: MissingAnswers,
  marks: RowMarks,
  at: number,
): OutputColumn {
  const bad = marks.current;
  const cast = castNumbers(column, field.numbers, bad);
  const onNull = hasState(cast, cellState.null) ? missing.onNull() : { ok: true, value: null };
  const onAbsent = hasState(cast, cellState.absent) ? missing.onAbsent() : { ok: true, value: undefined };
  if (!onNull.ok || !onAbsent.ok) markMissing(cast, onNull.ok, onAbsent.ok, bad);
  const outputs = callingChecks(() => judgePresent(field, field.planFor(cast.tag), cast, bad));
  marks.take(at);
  return storedColumn(field, cast, { outputs, onNull, onAbsent, marks });
}

function hasState({ states }: Column, state: number): boolean {
  return states?.includes(state) ?? false;
}

function markMissing({ states }: Column, nullOk: boolean, absentOk: boolean, bad: Uint8Array): void {
  if (states === undefined) return;
  for (let row = 0; row < states.length; row++) {
    const state = states[row];
    if ((state === cellState.null && !nullOk) || (state === cellState.absent && !absentOk)) bad[row] = 1;
  }
}

function judgePresent(field: CompiledField, plan: ColumnPlan, column: Column, bad: Uint8Array): Outputs {
  if (plan.how === "free") return undefined;
  if (plan.how === "numbers" && (column.tag === "f64" || column.tag === "i32")) {
    judgeNumbers(column.values, column.states, plan.tests, bad);
    return undefined;
  }
  if (plan.how === "instants" && column.tag === "instant") {
    judgeInstants(column.values, column.states, plan.tests, bad);
    return undefined;
  }
  if (plan.how === "bigints" && column.tag === "i64") {
    judgeBigints(column, plan.tests, bad);
    return undefined;
  }
  if (plan.how === "number lists" && column.tag === "f64[]") {
    judgeNumberLists(column, plan.tests, bad);
    return undefined;
  }
  if (plan.how === "text lists" && column.tag === "utf8[]") {
    judgeTextLists(column, plan.tests, bad);
    return undefined;
  }
  if (column.tag === "utf8" || column.tag === "json" || column.tag === "bool")
    return judgeDistinct(field, plan, column, bad);
  return judgeCells(field, column, bad);
}

/** Asks zod cell by cell. */
function judgeCells(field: CompiledField, column: Column, bad: Uint8Array): Outputs {
  const { states } = column;
  const read = inputReader(column, field.numbers);
  const outputs: unknown[] = [];
  let changed = false;
  for (let row = 0; row < column.values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const value = read(row);
    // A schema may change a date in place.
    const ms = value instanceof Date ? value.getTime() : undefined;
    const answer = runZod(field.schema, value);
    if (!answer.ok) bad[row] = 1;
    else if (ms === undefined ? !Object.is(answer.value, value) : !isInstant(answer.value, ms)) {
      outputs[row] = { value: answer.value };
      changed = true;
    }
  }
  if (!changed) return undefined;
  return (row) => {
    const own = outputs[row];
    if (isHeld(own)) return own.value;
    return column.tag === "instant" ? column.values[row] : read(row);
  };
}

function isInstant(value: unknown, ms: number): boolean {
  return value instanceof Date && Object.is(value.getTime(), ms);
}

function isHeld(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null;
}
