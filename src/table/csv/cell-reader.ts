import type { CellTag } from "../../core/cell-type.ts";
import { codeOf } from "../code-of.ts";
import { cellState, type Column } from "../column.ts";
import { jsonText } from "../json-text.ts";
import { ByteInterner } from "./byte-interner.ts";
import { parseInstant } from "./parse-instant.ts";
import { parseInteger, parseNumber } from "./parse-number.ts";

/** Reads the cells of one CSV column from bytes into typed arrays. */
export interface CellReader {
  readonly tag: CellTag;
  /** Reads a cell into a row; answers false, having marked the cell absent, where the bytes are no value of the type. */
  read(row: number, bytes: Uint8Array, start: number, end: number): boolean;
  /** Marks a cell null (0) or absent (2). */
  mark(row: number, state: number): void;
  /** The first rows as a column. */
  column(rows: number): Column;
}

/** Makes a {@link CellReader} for at most `capacity` rows. */
export function cellReader(tag: CellTag, capacity: number): CellReader {
  const states = stateList(capacity);
  const target = targetOf(tag, capacity);
  const spaced = tag !== "utf8";
  return {
    tag,
    read: (row, bytes, from, to) => {
      let start = from;
      let end = to;
      if (spaced) {
        while (start < end && bytes[start] === 32) start++;
        while (end > start && bytes[end - 1] === 32) end--;
      }
      const read = target.read(row, bytes, start, end);
      if (!read) states.mark(row, cellState.absent);
      return read;
    },
    mark: states.mark,
    column: (rows) => target.column(rows, states.finish(rows)),
  };
}

type States = { readonly states?: Uint8Array };

interface Target {
  read(row: number, bytes: Uint8Array, start: number, end: number): boolean;
  column(rows: number, states: States): Column;
}

function targetOf(tag: CellTag, capacity: number): Target {
  switch (tag) {
    case "f64":
      return doubles(capacity, parseNumber, (values, states) => ({ tag, values, ...states }));
    case "instant":
      return doubles(capacity, parseInstant, (values, states) => ({ tag, values, ...states }));
    case "i32":
      return integers(capacity);
    case "i64":
      return bigints(capacity);
    case "bool":
      return booleans(capacity);
    case "utf8":
      return texts(capacity);
    case "json":
      return jsonTexts(capacity);
  }
}

type Parse = (bytes: Uint8Array, start: number, end: number) => number | undefined;

function doubles(capacity: number, parse: Parse, make: (values: Float64Array, states: States) => Column): Target {
  const values = new Float64Array(capacity);
  return {
    read: (row, bytes, start, end) => {
      const value = parse(bytes, start, end);
      if (value === undefined) return false;
      values[row] = value;
      return true;
    },
    column: (rows, states) => make(values.subarray(0, rows), states),
  };
}

function integers(capacity: number): Target {
  const values = new Int32Array(capacity);
  return {
    read: (row, bytes, start, end) => {
      const value = parseNumber(bytes, start, end);
      if (value === undefined || value !== (value | 0)) return false;
      values[row] = value;
      return true;
    },
    column: (rows, states) => ({ tag: "i32", values: values.subarray(0, rows), ...states }),
  };
}

function bigints(capacity: number): Target {
  const values = new BigInt64Array(capacity);
  return {
    read: (row, bytes, start, end) => {
      const value = parseInteger(bytes, start, end);
      if (value === undefined) return false;
      values[row] = value;
      return true;
    },
    column: (rows, states) => ({ tag: "i64", values: values.subarray(0, rows), ...states }),
  };
}

/** The four words for a boolean, in bytes of lower case. */
const booleanWords = ["true", "false", "1", "0"].map((word, i) => ({
  word: new TextEncoder().encode(word),
  value: i % 2 === 0 ? 1 : 0,
}));

function parseBoolean(bytes: Uint8Array, start: number, end: number): number | undefined {
  for (const { word, value } of booleanWords) {
    if (word.length !== end - start) continue;
    let same = true;
    for (let i = 0; i < word.length && same; i++) {
      const byte = bytes[start + i] ?? 0;
      same = byte === word[i] || (byte >= 65 && byte <= 90 && byte + 32 === word[i]);
    }
    if (same) return value;
  }
  return undefined;
}

function booleans(capacity: number): Target {
  const values = new Uint8Array(capacity);
  return {
    read: (row, bytes, start, end) => {
      const value = parseBoolean(bytes, start, end);
      if (value === undefined) return false;
      values[row] = value;
      return true;
    },
    column: (rows, states) => ({ tag: "bool", values: values.subarray(0, rows), ...states }),
  };
}

function texts(capacity: number): Target {
  const values = new Int32Array(capacity);
  const interner = new ByteInterner();
  return {
    read: (row, bytes, start, end) => {
      const code = interner.codeOf(bytes, start, end);
      if (code < 0) return false;
      values[row] = code;
      return true;
    },
    column: (rows, states) => ({
      tag: "utf8",
      values: values.subarray(0, rows),
      dictionary: interner.dictionary(),
      ...states,
    }),
  };
}

/** JSON in a field, brought into its canonical form. */
function jsonTexts(capacity: number): Target {
  const values = new Int32Array(capacity);
  const codes = new Map<string, number>();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return {
    read: (row, bytes, start, end) => {
      try {
        const text = jsonText(JSON.parse(decoder.decode(bytes.subarray(start, end))));
        if (text !== undefined) values[row] = codeOf(codes, text);
        return text !== undefined;
      } catch {
        return false;
      }
    },
    column: (rows, states) => ({
      tag: "json",
      values: values.subarray(0, rows),
      dictionary: [...codes.keys()],
      ...states,
    }),
  };
}

function stateList(capacity: number): { mark(row: number, state: number): void; finish(rows: number): States } {
  let states: Uint8Array | undefined;
  return {
    mark: (row, state) => {
      states ??= new Uint8Array(capacity).fill(cellState.present);
      states[row] = state;
    },
    finish: (rows) => (states === undefined ? {} : { states: states.subarray(0, rows) }),
  };
}
