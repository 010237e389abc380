import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { CellTag, ScalarValue, ColumnType, ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Column, isPresent } from "../../table/column.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { isInCalendar, requireCalendar, requireInstantsInCalendar } from "./require-calendar.ts";

/** Requests' inputs as columns. Errors: `features/invalid-input`, naming the row and the field. */
export function inputTable(types: ColumnTypes, inputs: readonly FeatureInputRow[]): Table {
  const columns = Object.entries(types).map(([field, type]) => [field, inputColumn(field, type, inputs)] as const);
  return { rowCount: inputs.length, columns: Object.fromEntries(columns) };
}

function inputColumn(field: string, type: ColumnType, inputs: readonly FeatureInputRow[]): Column {
  const rows = inputs.length;
  let states: Uint8Array | undefined;
  const each = (set: (row: number, value: ScalarValue) => void): void => {
    for (let row = 0; row < rows; row++) {
      const value = inputs[row]?.[field];
      if (value === null && type.nullable) {
        states ??= new Uint8Array(rows).fill(1);
        states[row] = 0;
      } else if (value !== undefined && isOfType(type.tag, value)) set(row, value);
      else throw invalidInput(field, type, value, row);
    }
  };
  const withStates = <C extends Column>(column: C): Column => (states === undefined ? column : { ...column, states });
  switch (type.tag) {
    case "utf8":
    case "json":
      return textColumn(type.tag, rows, each, withStates);
    case "i64": {
      const values = new BigInt64Array(rows);
      each((row, value) => {
        values[row] = BigInt(value ?? 0);
      });
      return withStates({ tag: "i64", values });
    }
    case "f64":
    case "instant": {
      const values = new Float64Array(rows);
      each((row, value) => {
        values[row] = Number(value);
      });
      return withStates({ tag: type.tag, values });
    }
    case "i32": {
      const values = new Int32Array(rows);
      each((row, value) => {
        values[row] = Number(value);
      });
      return withStates({ tag: "i32", values });
    }
    case "bool": {
      const values = new Uint8Array(rows);
      each((row, value) => {
        values[row] = Number(value);
      });
      return withStates({ tag: "bool", values });
    }
    case "f64[]":
    case "utf8[]":
      throw listInput(field, type);
  }
}

type Each = (set: (row: number, value: ScalarValue) => void) => void;

function textColumn(tag: "utf8" | "json", rows: number, each: Each, withStates: (column: Column) => Column): Column {
  const values = new Int32Array(rows);
  const codes = new Map<string, number>();
  each((row, value) => {
    const text = String(value);
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    values[row] = code;
  });
  return withStates({ tag, values, dictionary: [...codes.keys()] });
}

function isOfType(tag: CellTag, value: ScalarValue): boolean {
  switch (tag) {
    case "f64":
      return typeof value === "number";
    case "instant":
      return typeof value === "number" && isInCalendar(value);
    case "i32":
      return typeof value === "number" && value === (value | 0);
    case "i64":
      return typeof value === "bigint" && BigInt.asIntN(64, value) === value;
    case "bool":
      return typeof value === "boolean";
    case "utf8":
    case "json":
      return typeof value === "string" && value.isWellFormed();
    case "f64[]":
    case "utf8[]":
      return false;
  }
}

function listInput(field: string, { tag }: ColumnType): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `the field "${field}" of type ${tag}`,
    expected: "a single value",
    fix: "Pass a number or a text.",
  });
}

function invalidInput(field: string, type: ColumnType, value: ScalarValue | undefined, row: number): SluiceError {
  const found = value === undefined ? "nothing" : typeof value === "string" ? JSON.stringify(value) : String(value);
  return new SluiceError("features/invalid-input", {
    found: `${found} for "${field}" in row ${row}`,
    expected: `a value of type ${type.tag}${type.nullable ? " or null" : ""}`,
    fix:
      type.tag === "instant"
        ? "Pass epoch milliseconds, as date.getTime()."
        : "Pass every entity key and request field.",
  });
}

/**
 * The inputs among a spine's columns. A null entity key is let pass (it matches nothing).
 * Errors: `features/invalid-input`, naming the column: missing, of another type, or null where the field is not nullable.
 */
export function inputsOfSpine(types: ColumnTypes, keys: ReadonlySet<string>, spine: Table): Table {
  const columns: { [name: string]: Column } = {};
  for (const [field, type] of Object.entries(types)) {
    const column = spine.columns[field];
    if (column?.tag !== type.tag) {
      throw new SluiceError("features/invalid-input", {
        found:
          column === undefined
            ? `a spine with columns ${Object.keys(spine.columns).join(", ")}`
            : `column "${field}" of type ${column.tag}`,
        expected: `a column "${field}" of type ${type.tag}`,
        fix: "Give the spine every entity key and request field of the service.",
      });
    }
    if (!type.nullable && !keys.has(field)) requirePresent(field, column);
    columns[field] = column;
  }
  const inputs = makeTable(columns);
  requireInstantsInCalendar(inputs);
  return inputs;
}

/** A spine's instants. Errors: `features/invalid-input`. */
export function atOfSpine(spine: Table, at: string): Float64Array {
  const column = spine.columns[at];
  if (column?.tag !== "instant") {
    throw new SluiceError("features/invalid-input", {
      found:
        column === undefined
          ? `a spine with columns ${Object.keys(spine.columns).join(", ")}`
          : `column "${at}" of type ${column.tag}`,
      expected: `an instant column "${at}"`,
      fix: "Name the spine's column that holds each row's instant.",
    });
  }
  requirePresent(at, column);
  requireCalendar(column.values);
  return column.values;
}

function requirePresent(field: string, column: Column): void {
  for (let row = 0; row < column.values.length; row++) {
    if (isPresent(column, row) && !(column.tag === "instant" && Number.isNaN(column.values[row]))) continue;
    throw new SluiceError("features/invalid-input", {
      found: `no value for "${field}" in spine row ${row}`,
      expected: "a value in every row",
      fix: "Leave such rows out, or declare the field nullable.",
    });
  }
}
