import type { CellTag } from "../../core/cell-type.ts";
import { codeOf } from "../code-of.ts";
import { cellState, type Column } from "../column.ts";
import { jsonText } from "../json-text.ts";
import { ByteInterner } from "./byte-interner.ts";
import { cellAdder } from "../table-from-rows.ts";
import { type FieldCells, noValue } from "./field-cells.ts";
import { parseBoolean } from "./parse-boolean.ts";
import { parseInstantInto } from "./parse-instant.ts";
import { parseInt32Into, parseInteger, parseNumberInto } from "./parse-number.ts";

/** Reads the cells of one CSV column from bytes into typed arrays. */
export interface CellReader {
  readonly tag: CellTag;
  /** Reads the field of every record into the rows from `row` on. `bad` is told of each record whose bytes are no value of the type; its cell is absent. */
  read(cells: FieldCells, row: number, bad: (record: number) => void): void;
  /** The first rows as a column. */
  column(rows: number): Column;
}

/** Makes a {@link CellReader} for at most `capacity` rows. Each type has a loop of its own, in which nothing is allocated. */
export function cellReader(tag: CellTag, capacity: number): CellReader {
  const states = new CellStates(capacity);
  switch (tag) {
    case "f64": {
      const values = new Float64Array(capacity);
      return {
        tag,
        read: (cells, row, bad) => readDoubles(values, states, cells, row, bad),
        column: (rows) => ({ tag, values: values.subarray(0, rows), ...states.of(rows) }),
      };
    }
    case "instant": {
      const values = new Float64Array(capacity);
      return {
        tag,
        read: (cells, row, bad) => readInstants(values, states, cells, row, bad),
        column: (rows) => ({ tag, values: values.subarray(0, rows), ...states.of(rows) }),
      };
    }
    case "i32": {
      const values = new Int32Array(capacity);
      return {
        tag,
        read: (cells, row, bad) => readInt32s(values, states, cells, row, bad),
        column: (rows) => ({ tag, values: values.subarray(0, rows), ...states.of(rows) }),
      };
    }
    case "i64": {
      const values = new BigInt64Array(capacity);
      return {
        tag,
        read: (cells, row, bad) => readInt64s(values, states, cells, row, bad),
        column: (rows) => ({ tag, values: values.subarray(0, rows), ...states.of(rows) }),
      };
    }
    case "bool": {
      const values = new Uint8Array(capacity);
      return {
        tag,
        read: (cells, row, bad) => readBooleans(values, states, cells, row, bad),
        column: (rows) => ({ tag, values: values.subarray(0, rows), ...states.of(rows) }),
      };
    }
    case "utf8":
      return textReader(capacity, states);
    case "json":
      return jsonReader(capacity, states);
    case "f64[]":
    case "utf8[]":
      return listReader(tag);
  }
}

type Bad = (record: number) => void;

function readDoubles(values: Float64Array, states: CellStates, cells: FieldCells, row: number, bad: Bad): void {
  const { bytes, count, starts, ends } = cells;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    if (start < 0) states.mark(row + i, start, i, bad);
    else if (!parseNumberInto(values, row + i, bytes, start, ends[i] as number)) states.unreadable(row + i, i, bad);
  }
}

function readInstants(values: Float64Array, states: CellStates, cells: FieldCells, row: number, bad: Bad): void {
  const { bytes, count, starts, ends } = cells;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    if (start < 0) states.mark(row + i, start, i, bad);
    else if (!parseInstantInto(values, row + i, bytes, start, ends[i] as number)) states.unreadable(row + i, i, bad);
  }
}

function readInt32s(values: Int32Array, states: CellStates, cells: FieldCells, row: number, bad: Bad): void {
  const { bytes, count, starts, ends } = cells;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    if (start < 0) states.mark(row + i, start, i, bad);
    else if (!parseInt32Into(values, row + i, bytes, start, ends[i] as number)) states.unreadable(row + i, i, bad);
  }
}

function readInt64s(values: BigInt64Array, states: CellStates, cells: FieldCells, row: number, bad: Bad): void {
  const { bytes, count, starts, ends } = cells;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    const value = start < 0 ? undefined : parseInteger(bytes, start, ends[i] as number);
    if (start < 0) states.mark(row + i, start, i, bad);
    else if (value === undefined) states.unreadable(row + i, i, bad);
    else values[row + i] = value;
  }
}

function readBooleans(values: Uint8Array, states: CellStates, cells: FieldCells, row: number, bad: Bad): void {
  const { bytes, count, starts, ends } = cells;
  for (let i = 0; i < count; i++) {
    const start = starts[i] as number;
    const value = start < 0 ? -1 : parseBoolean(bytes, start, ends[i] as number);
    if (start < 0) states.mark(row + i, start, i, bad);
    else if (value < 0) states.unreadable(row + i, i, bad);
    else values[row + i] = value;
  }
}

function textReader(capacity: number, states: CellStates): CellReader {
  const values = new Int32Array(capacity);
  const interner = new ByteInterner();
  return {
    tag: "utf8",
    read: ({ bytes, count, starts, ends }, row, bad) => {
      for (let i = 0; i < count; i++) {
        const start = starts[i] as number;
        const code = start < 0 ? -1 : interner.codeOf(bytes, start, ends[i] as number);
        if (start < 0) states.mark(row + i, start, i, bad);
        else if (code < 0) states.unreadable(row + i, i, bad);
        else values[row + i] = code;
      }
    },
    column: (rows) => ({
      tag: "utf8",
      values: values.subarray(0, rows),
      dictionary: interner.dictionary(),
      ...states.of(rows),
    }),
  };
}

/** JSON in a field, brought into its canonical form. */
function jsonReader(capacity: number, states: CellStates): CellReader {
  const values = new Int32Array(capacity);
  const codes = new Map<string, number>();
  return {
    tag: "json",
    read: ({ bytes, count, starts, ends }, row, bad) => {
      for (let i = 0; i < count; i++) {
        const start = starts[i] as number;
        const text = start < 0 ? undefined : jsonText(jsonIn(bytes.subarray(start, ends[i] as number)));
        if (start < 0) states.mark(row + i, start, i, bad);
        else if (text === undefined) states.unreadable(row + i, i, bad);
        else values[row + i] = codeOf(codes, text);
      }
    },
    column: (rows) => ({
      tag: "json",
      values: values.subarray(0, rows),
      dictionary: [...codes.keys()],
      ...states.of(rows),
    }),
  };
}

/** A field that holds a list as JSON: `[1.5,-2]`. Rows come in their order. */
function listReader(tag: "f64[]" | "utf8[]"): CellReader {
  const { builder, tryPush } = cellAdder(tag);
  return {
    tag,
    read: ({ bytes, count, starts, ends }, _row, bad) => {
      for (let i = 0; i < count; i++) {
        const start = starts[i] as number;
        if (start < 0) {
          tryPush(start === noValue.null ? null : undefined);
          if (start === noValue.malformed) bad(i);
        } else if (!tryPush(jsonIn(bytes.subarray(start, ends[i] as number)) ?? false)) {
          tryPush(undefined);
          bad(i);
        }
      }
    },
    column: () => builder.finish(),
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The JSON value of a field; `undefined` where it holds none. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

/** The states of a column's cells; none are kept while all are present. */
class CellStates {
  readonly #capacity: number;
  #states: Uint8Array | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Marks a cell that has a {@link noValue}. */
  mark(row: number, why: number, record: number, bad: Bad): void {
    this.#put(row, why === noValue.null ? cellState.null : cellState.absent);
    if (why === noValue.malformed) bad(record);
  }

  /** Marks a cell whose bytes are no value of the type. */
  unreadable(row: number, record: number, bad: Bad): void {
    this.#put(row, cellState.absent);
    bad(record);
  }

  of(rows: number): { readonly states?: Uint8Array } {
    return this.#states === undefined ? {} : { states: this.#states.subarray(0, rows) };
  }

  #put(row: number, state: number): void {
    this.#states ??= new Uint8Array(this.#capacity).fill(cellState.present);
    this.#states[row] = state;
  }
}
