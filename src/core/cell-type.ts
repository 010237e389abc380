/** The cell types of a column, by tag, with the JavaScript type of a value. Instants are epoch milliseconds, UTC. */
export interface CellTypes {
  f64: number;
  i64: bigint;
  i32: number;
  utf8: string;
  bool: boolean;
  instant: number;
  /** An object, a list or another JSON value, as canonical JSON text. */
  json: string;
  /** A list of doubles; NaN, −0 and infinities are items like any other. A vector is a list of a fixed size. */
  "f64[]": readonly number[];
  /** A list of texts. */
  "utf8[]": readonly string[];
}

/** The tag of a column's cell type. */
export type CellTag = keyof CellTypes;

/** The type of a column: its tag, and whether null is a value of it. */
export interface ColumnType<out T extends CellTag = CellTag, out N extends boolean = boolean> {
  readonly tag: T;
  readonly nullable: N;
  /** Lists only: how many items each has, where all have as many (a vector); lists of any length without it. */
  readonly size?: number;
}

/** Column types by column name. */
export type ColumnTypes = { readonly [name: string]: ColumnType };

/** The JavaScript value of a column type, without null. */
export type ValueOf<C> = C extends ColumnType<infer T, boolean> ? CellTypes[T] : never;

/** A record with one value per column; nullable columns may hold null. */
export type RowOf<C> = {
  readonly [K in keyof C]: C[K] extends ColumnType<CellTag, true> ? ValueOf<C[K]> | null : ValueOf<C[K]>;
};

/** The names of the columns of `C` whose tag is in `T`. */
export type NamesOf<C extends ColumnTypes, T extends CellTag> = {
  [K in keyof C & string]: C[K] extends ColumnType<T, boolean> ? K : never;
}[keyof C & string];

/** A value of a cell that is no list, null included. */
export type ScalarValue = number | bigint | string | boolean | null;

/** A value of any cell, null included. */
export type CellValue = ScalarValue | readonly number[] | readonly string[];
