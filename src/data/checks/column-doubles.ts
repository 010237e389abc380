import { SluiceError } from "../../core/errors.ts";
import { cellState, type Column, isListColumn, type Utf8Column } from "../../table/column.ts";

/** Columns that can be read as numbers: instants as epoch ms, booleans as 0 and 1. */
export type NumberLike = Exclude<Column, { readonly tag: "utf8" }>;

/** The values of a column as numbers, missing rows included; a 64-bit integer beyond 2^53 is rounded. Throws `table/type-mismatch` for JSON and lists. Shared with the column where it can be. */
export function columnDoubles(column: NumberLike): ArrayLike<number> {
  if (column.tag === "json" || isListColumn(column)) {
    throw new SluiceError("table/type-mismatch", {
      found: `a column of type ${column.tag}, where numbers are looked at`,
      expected: "one number a row",
      fix: "Check it for completeness, or give a number of it (a field, a length, a norm) a column of its own.",
    });
  }
  if (column.tag !== "i64") return column.values;
  const { values } = column;
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  const doubles = new Float64Array(values.length);
  for (let row = 0; row < doubles.length; row++)
    doubles[row] = (words[2 * row + 1] as number) * 4294967296 + ((words[2 * row] as number) >>> 0);
  return doubles;
}

/** The finite numbers of a column, in row order: of a text column the lengths in code points. */
export function finiteNumbers(column: Column): Float64Array {
  const { states } = column;
  if (column.tag === "utf8") return textLengths(column);
  const values = columnDoubles(column);
  const found = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < found.length; row++) {
    if (states !== undefined && states[row] !== cellState.present) continue;
    const value = values[row] as number;
    if (value - value === 0) found[count++] = value;
  }
  return found.subarray(0, count);
}

function textLengths({ values, states, dictionary }: Utf8Column): Float64Array {
  const lengths = Float64Array.from(dictionary, codePoints);
  const found = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < found.length; row++) {
    if (states === undefined || states[row] === cellState.present)
      found[count++] = lengths[values[row] as number] as number;
  }
  return found.subarray(0, count);
}

/** The number of Unicode code points of a text. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i + 1 < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next >= 0xdc00 && next <= 0xdfff) {
      count--;
      i++;
    }
  }
  return count;
}
