import { cellAt } from "../../table/cell-at.ts";
import { cellState, type Column } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";
import { columnDoubles } from "../checks/column-doubles.ts";
import { denseCodes, missingCodes } from "../checks/dense-codes.ts";
import { requireShare, requireWhole } from "../checks/require-option.ts";

/** How a sample is read; the defaults suit a few thousand rows or more. */
export interface SuggestOptions {
  /** A text column with at most so many distinct values, each ten times on average, becomes an enum. @default 20 */
  readonly maxEnum?: number;
  /** How far ranges reach beyond what was seen, as a share of its span. @default 0.1 */
  readonly slack?: number;
  /** The confidence of the bounds on completeness (Wilson's lower bound), in (0, 1). @default 0.999 */
  readonly confidence?: number;
}

/** What a sample shows of a column. */
export interface SampleColumn {
  readonly name: string;
  readonly column: Column;
  readonly rows: number;
  readonly nulls: number;
  readonly absent: number;
  readonly distinct: number;
  /** The values of an enum, sorted by UTF-16 units; undefined where the column is none. */
  readonly values: readonly string[] | undefined;
  /** Whether all its numbers are safe integers: then also those of 64 bits are best taken as numbers. */
  readonly integers: boolean;
  /** Whether every row holds a value of its own that could name the row. */
  readonly unique: boolean;
}

/** The options with their defaults; throws `argument/invalid`. */
export function suggestOptions(options: SuggestOptions): Required<SuggestOptions> {
  return {
    maxEnum: requireWhole("maxEnum", options.maxEnum ?? 20),
    slack: requireShare("slack", options.slack ?? 0.1),
    confidence: requireShare("confidence", options.confidence ?? 0.999),
  };
}

/** What a sample shows of its columns, in their order. */
export function sampleColumns(table: Table, maxEnum: number): readonly SampleColumn[] {
  return Object.entries(table.columns).map(([name, column]) => {
    const rows = column.values.length;
    const { codes, count } = denseCodes(column);
    const first = new Int32Array(count).fill(-1);
    let nulls = 0;
    let absent = 0;
    for (let row = rows - 1; row >= 0; row--) {
      const code = codes[row] as number;
      if (code === missingCodes.null) nulls++;
      else if (code === missingCodes.absent) absent++;
      else first[code] = row;
    }
    const firstRows = first.filter((row) => row >= 0);
    const present = rows - nulls - absent;
    const distinct = firstRows.length;
    const isEnum = column.tag === "utf8" && distinct > 0 && distinct <= maxEnum && distinct * 10 <= present;
    const integers = hasIntegers(column);
    const names = column.tag === "utf8" || column.tag === "i64" || integers;
    return {
      name,
      column,
      rows,
      nulls,
      absent,
      distinct,
      integers,
      values: isEnum ? Array.from(firstRows, (row) => String(cellAt(column, row))).sort() : undefined,
      unique: names && present === rows && distinct === rows && rows >= 20,
    };
  });
}

function hasIntegers(column: Column): boolean {
  if (column.tag !== "f64" && column.tag !== "i32" && column.tag !== "i64") return false;
  const values = columnDoubles(column);
  let some = false;
  for (let row = 0; row < values.length; row++) {
    if (column.states !== undefined && column.states[row] !== cellState.present) continue;
    if (!Number.isSafeInteger(values[row])) return false;
    some = true;
  }
  return some;
}
