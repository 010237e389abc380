import {
  type BoolColumn,
  cellState,
  type Column,
  type I32Column,
  isPresent,
  type JsonColumn,
  type Utf8Column,
} from "./column.ts";
import { IntegerTable } from "./integer-table.ts";
import { WordTable } from "./word-table.ts";

/** A coding of the cells of a column, and how those of another column of its type are coded alike. */
export interface ColumnCoding {
  /** Codes are in [0, count). */
  readonly count: number;
  /** One code a row; −1 where there is no value. */
  readonly codes: Int32Array;
  /** One code a row of another column; −1 where it has no value, or one that the coded column does not have. */
  probe(column: Column): Int32Array;
}

/** Codes the cells of a column: dictionaries and narrow integers as they are, others by their bits (NaN is NaN, −0 is 0). */
export function columnCoding(column: Column): ColumnCoding {
  if (isCoded(column)) return dictionaryCoding(column);
  if (column.tag === "i32" || column.tag === "bool") {
    const range = narrowRange(column, 1024 + column.values.length);
    if (range !== undefined) return rangeCoding(column, range);
  }
  if (column.tag === "i32") return integerCoding(column);
  return wordCoding(column);
}

function isCoded(column: Column): column is Utf8Column | JsonColumn {
  return column.tag === "utf8" || column.tag === "json";
}

/** Of JSON too: the entries of its dictionary are canonical, so equal values are equal texts. */
function dictionaryCoding(column: Utf8Column | JsonColumn): ColumnCoding {
  const { dictionary } = column;
  const codes = withoutMissing(column.values.slice(), column);
  const used = usedCodes(codes, dictionary.length);
  return {
    count: dictionary.length,
    codes,
    probe: (other) => {
      if (!isCoded(other)) return new Int32Array(other.values.length).fill(-1);
      const translated = other.dictionary === dictionary ? identity(dictionary.length) : translation(other, dictionary);
      for (let code = 0; code < translated.length; code++)
        if (used[translated[code] ?? -1] !== 1) translated[code] = -1;
      const found = new Int32Array(other.values.length);
      for (let row = 0; row < found.length; row++) found[row] = translated[other.values[row] ?? 0] ?? -1;
      return withoutMissing(found, other);
    },
  };
}

function identity(length: number): Int32Array {
  return Int32Array.from({ length }, (_, code) => code);
}

function translation(other: Utf8Column | JsonColumn, dictionary: readonly string[]): Int32Array {
  const index = new Map(dictionary.map((text, code) => [text, code]));
  return Int32Array.from(other.dictionary, (text) => index.get(text) ?? -1);
}

/** 1 for each code that a row has: an entry of a dictionary may have none. */
function usedCodes(codes: Int32Array, count: number): Uint8Array {
  const used = new Uint8Array(count);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code >= 0) used[code] = 1;
  }
  return used;
}

interface Range {
  readonly least: number;
  /** How many integers lie between the least and the greatest, both counted; 0 without values. */
  readonly width: number;
}

/** The range of integers, or `undefined` where it is wider than `most`. */
function narrowRange({ values, states }: I32Column | BoolColumn, most: number): Range | undefined {
  let least = 2 ** 31;
  let greatest = -(2 ** 31) - 1;
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const value = values[row] ?? 0;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    if (greatest - least >= most) return undefined;
  }
  return { least, width: greatest >= least ? greatest - least + 1 : 0 };
}

/** Integers that lie close together: the code is the distance from the least. */
function rangeCoding(column: Column, { least, width }: Range): ColumnCoding {
  const codesOf = (other: Column): Int32Array => {
    const { values } = other;
    const codes = new Int32Array(values.length);
    for (let row = 0; row < codes.length; row++) {
      const code = Number(values[row]) - least;
      codes[row] = code >= 0 && code < width ? code : -1;
    }
    return withoutMissing(codes, other);
  };
  const own = codesOf(column);
  const used = usedCodes(own, width);
  const probe = (other: Column): Int32Array => {
    const codes = codesOf(other);
    for (let row = 0; row < codes.length; row++) if (used[codes[row] ?? -1] !== 1) codes[row] = -1;
    return codes;
  };
  return { count: width, codes: own, probe };
}

function integerCoding({ values, states }: I32Column): ColumnCoding {
  const table = new IntegerTable();
  const codes = table.codeAll(values, states);
  return {
    count: table.count,
    codes,
    probe: (other) =>
      other.tag === "i32" ? table.findAll(other.values, other.states) : new Int32Array(other.values.length).fill(-1),
  };
}

function wordCoding(column: Column): ColumnCoding {
  const table = new WordTable();
  const codes = eachWords(column, (low, high) => table.codeOf(low, high));
  return { count: table.count, codes, probe: (other) => eachWords(other, (low, high) => table.find(low, high)) };
}

/** A code a row, by the words of its cell; −1 where there is no value. */
function eachWords(column: Column, codeOf: (low: number, high: number) => number): Int32Array {
  const { values } = column;
  const codes = new Int32Array(values.length);
  if (values instanceof Int32Array || values instanceof Uint8Array) return codes.fill(-1);
  const words = wordsOf(values);
  for (let row = 0; row < codes.length; row++)
    codes[row] = isPresent(column, row) ? codeOf(words[row * 2] ?? 0, words[row * 2 + 1] ?? 0) : -1;
  return codes;
}

/** Two words a cell; equal cells have equal words. */
function wordsOf(values: BigInt64Array | Float64Array): Int32Array {
  if (values instanceof BigInt64Array) return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  // NaN has many bit patterns, and zero two.
  return new Int32Array(values.map((value) => (Number.isNaN(value) ? Number.NaN : value + 0)).buffer);
}

function withoutMissing(codes: Int32Array, { states }: Column): Int32Array {
  if (states !== undefined) for (let row = 0; row < codes.length; row++) if (states[row] !== 1) codes[row] = -1;
  return codes;
}
