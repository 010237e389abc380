import { codeOf } from "../../table/code-of.ts";
import { cellState, type Column, isListColumn } from "../../table/column.ts";
import { listKey } from "../../table/list-cells.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** Rows as dense integers, counted from 0: two rows have the same code exactly when their cells in the columns are the same. */
export interface RowCodes {
  readonly codes: Int32Array;
  readonly count: number;
}

/**
 * Codes the rows of a table by some of its columns. Cells are the same as `Object.is` has it: null, absent and NaN are values of their own,
 * 0 and −0 are two.
 */
export function rowCodes(table: Table, columns: readonly string[]): RowCodes {
  if (table.rowCount === 0) return { codes: new Int32Array(0), count: 0 };
  let all: RowCodes | undefined;
  for (const name of columns) {
    const own = cellCodes(anyColumnOf(table, name));
    all = all === undefined ? own : pairs(all, own);
  }
  return all ?? { codes: new Int32Array(table.rowCount), count: Math.min(1, table.rowCount) };
}

function cellCodes(column: Column): RowCodes {
  const codes = new Int32Array(column.values.length);
  const seen = new Map<unknown, number>();
  const { states } = column;
  // What no cell can hold stands for the two kinds of no value, and for −0, which a map takes for 0.
  for (let row = 0; row < codes.length; row++) {
    const state = states === undefined ? cellState.present : states[row];
    codes[row] = codeOf(seen, state === cellState.present ? keyOf(column, row) : noValue[state ?? 0]);
  }
  return { codes, count: seen.size };
}

const noValue = [Symbol("null"), undefined, Symbol("absent")];
const minusZero = Symbol("-0");

function keyOf(column: Column, row: number): unknown {
  if (column.tag === "utf8") return column.dictionary[column.values[row] ?? 0];
  if (isListColumn(column)) return listKey(column, row);
  const value = column.values[row];
  return Object.is(value, -0) ? minusZero : value;
}

function pairs(a: RowCodes, b: RowCodes): RowCodes {
  const codes = new Int32Array(a.codes.length);
  const seen = new Map<number, number>();
  for (let row = 0; row < codes.length; row++)
    codes[row] = codeOf(seen, (a.codes[row] as number) * b.count + (b.codes[row] as number));
  return { codes, count: seen.size };
}
