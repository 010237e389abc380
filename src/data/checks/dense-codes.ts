import { codeOf } from "../../table/code-of.ts";
import { cellState, type Column, isListColumn, type ListColumn } from "../../table/column.ts";
import { listKey } from "../../table/list-cells.ts";

/** Rows coded by what they hold: equal cells have equal codes in [0, count). Not every code need occur. */
export interface DenseCodes {
  readonly codes: Int32Array;
  readonly count: number;
}

/** The code of a null cell, and of an absent one; values have the codes from 2 on. */
export const missingCodes: { readonly null: 0; readonly absent: 1; readonly values: 2 } = {
  null: 0,
  absent: 1,
  values: 2,
};

/** Codes a column's cells: null 0, absent 1, values from 2 on. NaN equals NaN, and 0 equals −0 (not in lists, which are equal to the bit). */
export function denseCodes(column: Column): DenseCodes {
  const { states } = column;
  const rows = column.values.length;
  const codes = new Int32Array(rows);
  let count: number;
  if (column.tag === "utf8" || column.tag === "bool") {
    for (let row = 0; row < rows; row++) codes[row] = (column.values[row] as number) + 2;
    count = (column.tag === "utf8" ? column.dictionary.length : 2) + 2;
  } else if (isListColumn(column)) count = codeLists(column, codes) + 2;
  else count = codeIntegers(column, codes) ?? codeWords(wordsOf(column), codes, states) + 2;
  if (states !== undefined) {
    for (let row = 0; row < rows; row++) {
      const state = states[row];
      if (state !== cellState.present) codes[row] = state === cellState.null ? 0 : 1;
    }
  }
  return { codes, count };
}

function codeLists(column: ListColumn, codes: Int32Array): number {
  const seen = new Map<string, number>();
  for (let row = 0; row < codes.length; row++) codes[row] = codeOf(seen, listKey(column, row)) + 2;
  return seen.size;
}

/** Codes rows by two codings at once. */
export function pairCodes(left: DenseCodes, right: DenseCodes): DenseCodes {
  const rows = left.codes.length;
  if (left.count * right.count <= 4 * rows + 1024) {
    const pairs = left.codes.map((code, row) => code * right.count + (right.codes[row] as number));
    return { codes: pairs, count: left.count * right.count };
  }
  const words = new Int32Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    words[2 * row] = left.codes[row] as number;
    words[2 * row + 1] = right.codes[row] as number;
  }
  const codes = new Int32Array(rows);
  const count = codeWords(words, codes, undefined) + 2;
  return { codes, count };
}

/** Codes whole numbers that lie close together by their distance from the least, as ids do; undefined where they are anything else. */
export function codeIntegers(column: Column, codes: Int32Array): number | undefined {
  const { values, states } = column;
  if (values instanceof BigInt64Array) return undefined;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const value = values[row] as number;
    if (Math.floor(value) !== value) return undefined;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const span = most - least;
  if (!(span >= 0 && span <= 4 * values.length + 1024)) return undefined;
  for (let row = 0; row < values.length; row++) codes[row] = (values[row] as number) - least + 2;
  return span + 3;
}

/** The bits of a column's values, two words a row. */
export function wordsOf(column: Exclude<Column, ListColumn | { readonly tag: "utf8" | "bool" }>): Int32Array {
  const { values } = column;
  if (values instanceof BigInt64Array) return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const doubles = new Float64Array(values.length);
  // NaN has many bit patterns and 0 two: one each.
  for (let row = 0; row < doubles.length; row++) {
    const value = values[row] as number;
    doubles[row] = Number.isNaN(value) ? Number.NaN : value + 0;
  }
  return new Int32Array(doubles.buffer);
}

/** Codes pairs of words from 2 on, in the order of their first rows, by open addressing; answers how many there are. */
function codeWords(words: Int32Array, codes: Int32Array, states: Uint8Array | undefined): number {
  const rows = codes.length;
  let bits = 8;
  while (2 ** bits < 2 * rows) bits++;
  const slots = new Int32Array(2 ** bits).fill(-1);
  const mask = slots.length - 1;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const low = words[2 * row] as number;
    const high = words[2 * row + 1] as number;
    let hash = Math.imul(low ^ (low >>> 15), 0x2c1b3c6d) ^ Math.imul(high, 0x297a2d39);
    hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
    let at = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const first = slots[at] as number;
      if (first < 0) {
        slots[at] = row;
        codes[row] = 2 + count++;
        break;
      }
      if (words[2 * first] === low && words[2 * first + 1] === high) {
        codes[row] = codes[first] as number;
        break;
      }
      at = (at + 1) & mask;
    }
  }
  return count;
}
