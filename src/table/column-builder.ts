import type { CellTag, CellTypes } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { codeOf } from "./code-of.ts";
import { cellState, type Column } from "./column.ts";
import { type Growing, growing } from "./growing.ts";

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
  let states: Growing<Uint8Array<ArrayBuffer>> | undefined;
  const mark = (state: number): void => {
    if (state !== cellState.present && states === undefined) {
      states = growing((size) => new Uint8Array(size));
      for (let row = 0; row < length; row++) states.upTo(row)[row] = cellState.present;
    }
    if (states !== undefined) states.upTo(length)[length] = state;
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
    finish: () => cells.column(length, states === undefined ? {} : { states: states.first(length) }),
  };
}

type States = { readonly states?: Uint8Array };

interface Cells {
  set(at: number, value: unknown): void;
  clear(at: number): void;
  column(length: number, states: States): Column;
}

function cellsOf(tag: CellTag): Cells {
  switch (tag) {
    case "f64":
    case "instant":
      return doubleCells(tag);
    case "i32":
      return integerCells();
    case "bool":
      return boolCells();
    case "i64":
      return bigintCells();
    case "utf8":
    case "json":
      return textCells(tag);
    case "f64[]":
      return numberListCells();
    case "utf8[]":
      return textListCells();
  }
}

function doubleCells(tag: "f64" | "instant"): Cells {
  const cells = growing((length) => new Float64Array(length));
  return {
    set: (at, value) => {
      if (typeof value !== "number") throw mismatch(tag, value);
      cells.upTo(at)[at] = value;
    },
    clear: cells.upTo,
    column: (length, states) => ({ tag, values: cells.first(length), ...states }),
  };
}

function integerCells(): Cells {
  const cells = growing((length) => new Int32Array(length));
  return {
    set: (at, value) => {
      if (typeof value !== "number" || value !== (value | 0)) throw mismatch("i32", value);
      cells.upTo(at)[at] = value;
    },
    clear: cells.upTo,
    column: (length, states) => ({ tag: "i32", values: cells.first(length), ...states }),
  };
}

function boolCells(): Cells {
  const cells = growing((length) => new Uint8Array(length));
  return {
    set: (at, value) => {
      if (typeof value !== "boolean") throw mismatch("bool", value);
      cells.upTo(at)[at] = value ? 1 : 0;
    },
    clear: cells.upTo,
    column: (length, states) => ({ tag: "bool", values: cells.first(length), ...states }),
  };
}

function bigintCells(): Cells {
  const cells = growing((length) => new BigInt64Array(length));
  return {
    set: (at, value) => {
      if (typeof value !== "bigint" || BigInt.asIntN(64, value) !== value) throw mismatch("i64", value);
      cells.upTo(at)[at] = value;
    },
    clear: cells.upTo,
    column: (length, states) => ({ tag: "i64", values: cells.first(length), ...states }),
  };
}

function textCells(tag: "utf8" | "json"): Cells {
  const codes = new Map<string, number>();
  const cells = growing((length) => new Int32Array(length));
  return {
    set: (at, value) => {
      if (typeof value !== "string") throw mismatch(tag, value);
      cells.upTo(at)[at] = codeOf(codes, value);
    },
    clear: cells.upTo,
    column: (length, states) => ({
      tag,
      values: cells.first(length),
      dictionary: [...codes.keys()],
      ...states,
    }),
  };
}

function numberListCells(): Cells {
  const items = growing((length) => new Float64Array(length));
  return listCells(
    "f64[]",
    (item, at) => {
      if (typeof item === "number") items.upTo(at)[at] = item;
      return typeof item === "number";
    },
    (values, count, states) => ({ tag: "f64[]", values, items: items.first(count), ...states }),
  );
}

function textListCells(): Cells {
  const codes = new Map<string, number>();
  const items = growing((length) => new Int32Array(length));
  return listCells(
    "utf8[]",
    (item, at) => {
      if (typeof item === "string") items.upTo(at)[at] = codeOf(codes, item);
      return typeof item === "string";
    },
    (values, count, states) => ({
      tag: "utf8[]",
      values,
      items: items.first(count),
      dictionary: [...codes.keys()],
      ...states,
    }),
  );
}

/** Lists of which `put` writes an item, answering false for one of another type: then the list is not pushed. */
function listCells(
  tag: "f64[]" | "utf8[]",
  put: (item: unknown, at: number) => boolean,
  column: (values: Uint32Array, items: number, states: States) => Column,
): Cells {
  const ends = growing((length) => new Uint32Array(length));
  let count = 0;
  return {
    set: (at, value) => {
      if (!Array.isArray(value)) throw mismatch(tag, value);
      let end = count;
      for (const item of value) if (!put(item, end++)) throw mismatch(tag, value);
      count = end;
      ends.upTo(at)[at] = count;
    },
    clear: (at) => {
      ends.upTo(at)[at] = count;
    },
    column: (length, states) => column(ends.first(length), count, states),
  };
}

function mismatch(tag: CellTag, value: unknown): SluiceError {
  return new SluiceError("table/type-mismatch", {
    found: `a ${value === null ? "null" : typeof value} (${String(value).slice(0, 100)})`,
    expected: `a value of type ${tag}`,
    fix: "Convert the value first; add nulls with pushNull and absent cells with pushAbsent.",
  });
}
