import type { CellTag } from "../core/cell-type.ts";

/** What a cell holds when it does not hold a value: three states in one byte, so that absent and null never become one another. */
export const cellState: { readonly null: 0; readonly present: 1; readonly absent: 2 } = {
  null: 0,
  present: 1,
  absent: 2,
};

interface Cells<T extends CellTag, V> {
  /** The cell type. */
  readonly tag: T;
  /** One value a row; where the state is not `present` the value is unspecified. */
  readonly values: V;
  /** One {@link cellState} a row; left out when every cell is present. */
  readonly states?: Uint8Array;
}

/** Doubles. NaN is a value, never a null. */
export type F64Column = Cells<"f64", Float64Array>;
/** 32-bit integers. */
export type I32Column = Cells<"i32", Int32Array>;
/** 64-bit integers. */
export type I64Column = Cells<"i64", BigInt64Array>;
/** Booleans, one byte each, 0 or 1. */
export type BoolColumn = Cells<"bool", Uint8Array>;
/** Instants: epoch milliseconds UTC as doubles, so that microseconds survive as fractions until the year 2248. */
export type InstantColumn = Cells<"instant", Float64Array>;
/** Text, dictionary-coded: `values` are indices into `dictionary`, whose entries are distinct. */
export interface Utf8Column extends Cells<"utf8", Int32Array> {
  readonly dictionary: readonly string[];
}

/** Objects, lists and other JSON values: as {@link Utf8Column}, the dictionary's entries being canonical JSON (RFC 8785). */
export interface JsonColumn extends Cells<"json", Int32Array> {
  readonly dictionary: readonly string[];
}

/**
 * Lists of doubles. `values[r]` is where row r's items end in `items`; they begin at `values[r − 1]`, those of the first row at 0. A row
 * without a value has no items.
 */
export interface NumbersColumn extends Cells<"f64[]", Uint32Array> {
  readonly items: Float64Array;
}

/** Lists of texts: as {@link NumbersColumn}, the items being indices into `dictionary`, whose entries are distinct. */
export interface TextsColumn extends Cells<"utf8[]", Uint32Array> {
  readonly items: Int32Array;
  readonly dictionary: readonly string[];
}

/** A column of lists. */
export type ListColumn = NumbersColumn | TextsColumn;

/** A column of a table. */
export type Column =
  | F64Column
  | I32Column
  | I64Column
  | BoolColumn
  | InstantColumn
  | Utf8Column
  | JsonColumn
  | NumbersColumn
  | TextsColumn;

/** The column type with a given tag. */
export type ColumnWithTag<T extends CellTag> = Extract<Column, { readonly tag: T }>;

/** Tells whether the cells of a column are lists. */
export function isListColumn(column: Column): column is ListColumn {
  return column.tag === "f64[]" || column.tag === "utf8[]";
}

/** Tells whether a row of a column holds a value (neither null nor absent). */
export function isPresent(column: Column, row: number): boolean {
  return column.states === undefined || column.states[row] === cellState.present;
}

/** How many rows of a column hold no value (null or absent). */
export function missingCount(column: Column): number {
  if (column.states === undefined) return 0;
  let missing = 0;
  for (const state of column.states) if (state !== cellState.present) missing++;
  return missing;
}
