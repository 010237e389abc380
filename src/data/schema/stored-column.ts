import type { CellTag } from "../../core/cell-type.ts";
import { cellState, type Column, isListColumn, type ListColumn } from "../../table/column.ts";
import { cellConverter } from "../../table/table-from-rows.ts";
import { codeOf } from "../../table/code-of.ts";
import type { CompiledField } from "./compile-field.ts";
import type { CellOutputs, MissingAnswer } from "./cell-outputs.ts";
import { inputReader } from "./input-cells.ts";
import { type OutputColumn, outputColumn } from "./output-column.ts";

/** The column that a field puts out: the one that came in where nothing changed, else a new one. */
export function storedColumn(field: CompiledField, column: Column, cells: CellOutputs): OutputColumn {
  const { outputs, onNull, onAbsent } = cells;
  const fills = !isKept(onNull, null) || !isKept(onAbsent, undefined);
  const cast = outputs === undefined ? castTo(field.tag ?? column.tag, column) : undefined;
  if (cast !== undefined && !fills) return { column: cast, unstorable: [] };
  const filled = cast === undefined ? undefined : filledColumn(cast, onNull, onAbsent);
  if (filled !== undefined) return { column: filled, unstorable: [] };
  return slowColumn(field, column, cells);
}

/** Whether a missing cell is refused or stays what it is. */
function isKept(answer: MissingAnswer, as: null | undefined): boolean {
  return !answer.ok || answer.value === as;
}

/** The column in another cell type that holds the same values, or `undefined` where that takes looking at each. */
function castTo(tag: CellTag, column: Column): Column | undefined {
  if (column.tag === tag) return column;
  const states = column.states === undefined ? {} : { states: column.states };
  if (tag === "f64" && column.tag === "i32") return { tag, values: Float64Array.from(column.values), ...states };
  if (tag === "i64" && column.tag === "i32")
    return { tag, values: BigInt64Array.from(column.values, BigInt), ...states };
  return undefined;
}

/** The column with its missing cells filled by constants, array to array; `undefined` where a constant is not of the cell type. */
function filledColumn(column: Column, onNull: MissingAnswer, onAbsent: MissingAnswer): Column | undefined {
  const { states: before } = column;
  if (before === undefined) return column;
  // Lists that are filled move all that come after them: cell by cell, then.
  if (isListColumn(column)) return undefined;
  const { tag } = column;
  const nullFill = constantCell(tag, onNull, null);
  const absentFill = constantCell(tag, onAbsent, undefined);
  if (nullFill === unfit || absentFill === unfit) return undefined;
  const states = before.slice();
  const copy = copyOf(column, states);
  const write = writer(copy);
  for (let row = 0; row < states.length; row++) {
    const state = before[row];
    if (state === cellState.present) continue;
    const fill = state === cellState.null ? nullFill : absentFill;
    if (fill === null || fill === undefined) states[row] = fill === null ? cellState.null : cellState.absent;
    else {
      states[row] = cellState.present;
      write(row, fill);
    }
  }
  return copy;
}

/** Columns whose rows can be written in any order. */
type Flat = Exclude<Column, ListColumn>;

type Scalar = number | bigint | string | boolean;

const unfit: unique symbol = Symbol("unfit");

function constantCell(
  tag: Flat["tag"],
  answer: MissingAnswer,
  kept: null | undefined,
): Scalar | null | undefined | typeof unfit {
  if (!answer.ok) return kept;
  if (answer.value === null) return null;
  if (answer.value === undefined) return undefined;
  return cellConverter(tag)(answer.value) ?? unfit;
}

function copyOf(column: Flat, states: Uint8Array): Flat {
  switch (column.tag) {
    case "f64":
    case "instant":
      return { ...column, values: column.values.slice(), states };
    case "i32":
      return { ...column, values: column.values.slice(), states };
    case "i64":
      return { ...column, values: column.values.slice(), states };
    case "bool":
      return { ...column, values: column.values.slice(), states };
    case "utf8":
    case "json":
      return { ...column, values: column.values.slice(), dictionary: [...column.dictionary], states };
  }
}

function writer(column: Flat): (row: number, cell: Scalar) => void {
  if (column.tag === "utf8" || column.tag === "json") {
    const { values } = column;
    const codes = new Map(column.dictionary.map((text, code) => [text, code]));
    const texts: string[] = [...column.dictionary];
    Object.assign(column, { dictionary: texts });
    return (row, cell) => {
      const code = codeOf(codes, String(cell));
      if (code === texts.length) texts.push(String(cell));
      values[row] = code;
    };
  }
  if (column.tag === "i64") {
    const { values } = column;
    return (row, cell) => {
      values[row] = BigInt(cell);
    };
  }
  const { values } = column;
  return (row, cell) => {
    values[row] = Number(cell);
  };
}

function slowColumn(
  field: CompiledField,
  column: Column,
  { outputs, onNull, onAbsent, marks }: CellOutputs,
): OutputColumn {
  const { states } = column;
  // An instant keeps its fraction of a millisecond, which a Date would lose.
  const kept =
    column.tag === "instant" && field.tag !== "json"
      ? (row: number) => column.values[row]
      : inputReader(column, field.numbers);
  const present = outputs ?? kept;
  const open = field.tag === undefined;
  const valueAt = (row: number): unknown => {
    // Refused cells must not decide the type of a column whose type is open.
    if (open && marks.has(row)) return undefined;
    const state = states?.[row] ?? cellState.present;
    if (state === cellState.null) return onNull.ok ? onNull.value : null;
    if (state === cellState.absent) return onAbsent.ok ? onAbsent.value : undefined;
    return present(row);
  };
  const tag = field.tag ?? (outputs === undefined && onlyFills(onNull, onAbsent) ? column.tag : undefined);
  const made = outputColumn(field.name, tag, column.values.length, valueAt);
  return { column: made.column, unstorable: made.unstorable.filter((row) => !marks.has(row)) };
}

function onlyFills(onNull: MissingAnswer, onAbsent: MissingAnswer): boolean {
  return [onNull, onAbsent].every(({ value }) => value === null || value === undefined);
}
