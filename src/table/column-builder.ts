import type { CellTag, CellTypes } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { codeOf } from "./code-of.ts";
import { cellState, type Column } from "./column.ts";

/** Grows one column cell by cell; text is dictionary-coded as it comes. */
export interface ColumnBuilder<T extends CellTag = CellTag> {
  /** The cell type. */
  readonly tag: T;
  /** Cells pushed so far. */
  readonly length: number;
  /** Adds a value; instants are epoch ms. Throws `table/type-mismatch` for a value of another type. */
  push(value: CellTypes[T]): void;
  /** Adds a stored null. */
  pushNull(): void;
  /** Adds an absent cell. */
  pushAbsent(): void;
  /** The column; the builder may go on growing, the column does not change. */
  finish(): Column;
}

/**
 * Makes a builder of a column of the given cell type.
 *
 * @example
 * ```ts
 * import { columnBuilder, cellAt } from "sluice/table";
 * const builder = columnBuilder("f64");
 * builder.push(1.5);
 * builder.pushNull();
 * builder.pushAbsent();
 * const column = builder.finish();
 * if (cellAt(column, 1) !== null || cellAt(column, 2) !== undefined) throw new Error("three states expected");
 * ```
 */
export function columnBuilder<T extends CellTag>(tag: T): ColumnBuilder<T> {
  const cells = cellsOf(tag);
  let length = 0;
  let states: Uint8Array | undefined;
  const mark = (state: number): void => {
    if (state !== cellState.present) states ??= new Uint8Array(cells.capacity()).fill(cellState.present);
    if (states !== undefined) {
      if (length >= states.length) states = grown(states, cells.capacity());
      states[length] = state;
    }
    length++;
  };
  return {
    tag,
    get length() {
      return length;
    },
    push: (value) => {
      cells.set(length, value);
      mark(cellState.present);
    },
    pushNull: () => {
      cells.clear(length);
      mark(cellState.null);
    },
    pushAbsent: () => {
      cells.clear(length);
      mark(cellState.absent);
    },
    finish: () => cells.column(length, states === undefined ? {} : { states: states.slice(0, length) }),
  };
}

type States = { readonly states?: Uint8Array };

interface Cells {
  capacity(): number;
  set(at: number, value: unknown): void;
  clear(at: number): void;
  column(length: number, states: States): Column;
}

const firstCapacity = 64;

function cellsOf(tag: CellTag): Cells {
  switch (tag) {
    case "f64":
      return numberCells(tag, new Float64Array(firstCapacity), (values, states) => ({ tag, values, ...states }));
    case "instant":
      return numberCells(tag, new Float64Array(firstCapacity), (values, states) => ({ tag, values, ...states }));
    case "i32":
      return numberCells(tag, new Int32Array(firstCapacity), (values, states) => ({ tag, values, ...states }));
    case "bool":
      return boolCells();
    case "i64":
      return bigintCells();
    case "utf8":
      return textCells();
  }
}

function numberCells<A extends Float64Array | Int32Array>(
  tag: CellTag,
  start: A,
  make: (values: A, states: States) => Column,
): Cells {
  let values = start;
  const room = (at: number): void => {
    if (at >= values.length) values = grown(values, values.length * 2);
  };
  return {
    capacity: () => values.length,
    set: (at, value) => {
      if (typeof value !== "number" || (tag === "i32" && value !== (value | 0))) throw mismatch(tag, value);
      room(at);
      values[at] = value;
    },
    clear: room,
    column: (length, states) => make(sliceOf(values, length), states),
  };
}

function boolCells(): Cells {
  let values = new Uint8Array(firstCapacity);
  const room = (at: number): void => {
    if (at >= values.length) values = grown(values, values.length * 2);
  };
  return {
    capacity: () => values.length,
    set: (at, value) => {
      if (typeof value !== "boolean") throw mismatch("bool", value);
      room(at);
      values[at] = value ? 1 : 0;
    },
    clear: room,
    column: (length, states) => ({ tag: "bool", values: values.slice(0, length), ...states }),
  };
}

function bigintCells(): Cells {
  let values = new BigInt64Array(firstCapacity);
  const room = (at: number): void => {
    if (at < values.length) return;
    const wider = new BigInt64Array(values.length * 2);
    wider.set(values);
    values = wider;
  };
  return {
    capacity: () => values.length,
    set: (at, value) => {
      if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) throw mismatch("i64", value);
      room(at);
      values[at] = value;
    },
    clear: room,
    column: (length, states) => ({ tag: "i64", values: values.slice(0, length), ...states }),
  };
}

function textCells(): Cells {
  const codes = new Map<string, number>();
  let values = new Int32Array(firstCapacity);
  const room = (at: number): void => {
    if (at >= values.length) values = grown(values, values.length * 2);
  };
  return {
    capacity: () => values.length,
    set: (at, value) => {
      if (typeof value !== "string") throw mismatch("utf8", value);
      room(at);
      values[at] = codeOf(codes, value);
    },
    clear: room,
    column: (length, states) => ({
      tag: "utf8",
      values: values.slice(0, length),
      dictionary: [...codes.keys()],
      ...states,
    }),
  };
}

type NumberArray = Float64Array | Int32Array | Uint8Array;

function grown<A extends NumberArray>(values: A, length: number): A;
function grown(values: NumberArray, length: number): NumberArray {
  const Type = values instanceof Float64Array ? Float64Array : values instanceof Int32Array ? Int32Array : Uint8Array;
  const wider = new Type(length);
  wider.set(values);
  return wider;
}

function sliceOf<A extends Float64Array | Int32Array>(values: A, length: number): A;
function sliceOf(values: Float64Array | Int32Array, length: number): Float64Array | Int32Array {
  return values.slice(0, length);
}

function mismatch(tag: CellTag, value: unknown): SluiceError {
  return new SluiceError("table/type-mismatch", {
    found: `a ${value === null ? "null" : typeof value} (${String(value)})`,
    expected: `a value of type ${tag}`,
    fix: "Convert the value first; add nulls with pushNull and absent cells with pushAbsent.",
  });
}
