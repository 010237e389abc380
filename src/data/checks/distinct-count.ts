import { cellState, type Column } from "../../table/column.ts";
import { codeIntegers, wordsOf } from "./dense-codes.ts";
import { valueCounts } from "./value-counts.ts";

const exactRows = 100_000;

/**
 * How many distinct values a column holds. Exact for texts, booleans, whole numbers that lie close together and up to 100,000 rows; beyond
 * that by linear counting (K. Whang, B. Vander-Zanden and H. Taylor, 1990) in at least four bits a row.
 */
export function distinctCount(column: Column): number {
  const rows = column.values.length;
  if (column.tag === "utf8" || column.tag === "bool" || rows <= exactRows) return valueCounts(column).length;
  const { states } = column;
  const isPresent = (row: number): boolean => states === undefined || states[row] === cellState.present;
  const codes = new Int32Array(rows);
  const count = codeIntegers(column, codes);
  if (count !== undefined) {
    const seen = new Uint8Array(count);
    let distinct = 0;
    for (let row = 0; row < rows; row++) {
      const code = codes[row] as number;
      if (seen[code] === 1 || !isPresent(row)) continue;
      seen[code] = 1;
      distinct++;
    }
    return distinct;
  }
  const bits = Math.min(30, Math.ceil(Math.log2(4 * rows)));
  const set = new Int32Array(2 ** (bits - 5));
  const words = wordsOf(column);
  let zeros = 2 ** bits;
  for (let row = 0; row < rows; row++) {
    if (!isPresent(row)) continue;
    const hash = mixed(words[2 * row] as number, words[2 * row + 1] as number) >>> (32 - bits);
    const mask = 1 << (hash & 31);
    const word = set[hash >>> 5] as number;
    if ((word & mask) === 0) zeros--;
    set[hash >>> 5] = word | mask;
  }
  return Math.round(-(2 ** bits) * Math.log(zeros / 2 ** bits));
}

/** A hash of 64 bits: two rounds of the finaliser of A. Appleby's MurmurHash3. */
function mixed(low: number, high: number): number {
  return finalised(finalised(low) ^ Math.imul(high, 0x9e3779b1));
}

function finalised(word: number): number {
  let hash = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
