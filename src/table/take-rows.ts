import type { Column } from "./column.ts";
import { makeTable, type Table } from "./table.ts";

/** The rows of a table at the given indices, in that order, as a new table. Indices may repeat; dictionaries are shared. */
export function takeRows(table: Table, rows: Int32Array | Uint32Array | readonly number[]): Table {
  return mapColumns(table, (column) => takeCells(column, rows));
}

/** The rows `[from, to)` of a table; typed arrays are views of the original, nothing is copied. */
export function sliceRows(table: Table, from: number, to: number): Table {
  return mapColumns(table, (column) => sliceCells(column, from, to));
}

/** A table with every column changed by a function. */
export function mapColumns(table: Table, change: (column: Column, name: string) => Column): Table {
  const columns: { [name: string]: Column } = {};
  for (const [name, column] of Object.entries(table.columns)) columns[name] = change(column, name);
  return makeTable(columns);
}

type Indexed = { readonly length: number; [index: number]: number };

/** Fills `out` with the cells of `from` at the given rows. */
export function gather<A extends Indexed>(out: A, from: A, rows: ArrayLike<number>): A {
  for (let i = 0; i < rows.length; i++) out[i] = from[rows[i] ?? 0] ?? 0;
  return out;
}

function takeCells(column: Column, rows: ArrayLike<number>): Column {
  const n = rows.length;
  const states = column.states === undefined ? {} : { states: gather(new Uint8Array(n), column.states, rows) };
  switch (column.tag) {
    case "f64":
      return { tag: "f64", values: gather(new Float64Array(n), column.values, rows), ...states };
    case "instant":
      return { tag: "instant", values: gather(new Float64Array(n), column.values, rows), ...states };
    case "i32":
      return { tag: "i32", values: gather(new Int32Array(n), column.values, rows), ...states };
    case "bool":
      return { tag: "bool", values: gather(new Uint8Array(n), column.values, rows), ...states };
    case "utf8":
    case "json":
      return {
        tag: column.tag,
        values: gather(new Int32Array(n), column.values, rows),
        dictionary: column.dictionary,
        ...states,
      };
    case "i64": {
      const values = new BigInt64Array(n);
      for (let i = 0; i < n; i++) values[i] = column.values[rows[i] ?? 0] ?? 0n;
      return { tag: "i64", values, ...states };
    }
  }
}

function sliceCells(column: Column, from: number, to: number): Column {
  const states = column.states === undefined ? {} : { states: column.states.subarray(from, to) };
  switch (column.tag) {
    case "f64":
      return { tag: "f64", values: column.values.subarray(from, to), ...states };
    case "instant":
      return { tag: "instant", values: column.values.subarray(from, to), ...states };
    case "i32":
      return { tag: "i32", values: column.values.subarray(from, to), ...states };
    case "bool":
      return { tag: "bool", values: column.values.subarray(from, to), ...states };
    case "utf8":
    case "json":
      return { tag: column.tag, values: column.values.subarray(from, to), dictionary: column.dictionary, ...states };
    case "i64":
      return { tag: "i64", values: column.values.subarray(from, to), ...states };
  }
}
