import { cellAt } from "../../../table/cell-at.ts";
import { type Column, cellState, isListColumn } from "../../../table/column.ts";
import { anyColumnOf } from "../../../table/table.ts";
import { interpolatedQuantile } from "../../../stats/quantile.ts";
import { sortDoubles } from "../../../stats/sort-doubles.ts";
import type { JudgedRows } from "../judged-rows.ts";

/** A column as a few values: what slices are cut by. */
export interface CodedColumn {
  readonly name: string;
  /** The values as text, by code. */
  readonly values: readonly string[];
  /** One code a judged row; −1 for a value that is too rare. */
  readonly codes: Int16Array;
}

/** A column of more values is cut at its quartiles if it has numbers; of text the most frequent so many count. */
const mostValues = 30;

/** Codes a column over the judged rows; `undefined` for lists, and for a column of one value. Errors: `data/missing-column`. */
export function codedColumn(
  { table, rowIndex }: Pick<JudgedRows, "table" | "rowIndex">,
  name: string,
): CodedColumn | undefined {
  const column = anyColumnOf(table, name);
  if (isListColumn(column)) return undefined;
  const coded = byValue(column, rowIndex) ?? byQuartile(column, rowIndex);
  return coded.values.length < 2 ? undefined : { name, ...coded };
}

type Coded = Omit<CodedColumn, "name">;

/** By distinct value; `undefined` for numbers of too many. */
function byValue(column: Column, rows: Int32Array): Coded | undefined {
  const counts = new Map<unknown, { readonly text: string; count: number }>();
  const isText = column.tag === "utf8" || column.tag === "json";
  const keyOf = (row: number): unknown => keyAt(column, row);
  for (const row of rows) {
    const key = keyOf(row);
    const known = counts.get(key);
    if (known !== undefined) known.count++;
    else counts.set(key, { text: textAt(column, row), count: 1 });
    if (!isText && counts.size > mostValues) return undefined;
  }
  const kept = [...counts].sort(([, a], [, b]) => b.count - a.count || (a.text < b.text ? -1 : 1)).slice(0, mostValues);
  const places = new Map(kept.map(([key], place) => [key, place]));
  return {
    values: kept.map(([, { text }]) => text),
    codes: Int16Array.from(rows, (row) => places.get(keyOf(row)) ?? -1),
  };
}

function keyAt(column: Column, row: number): unknown {
  const state = column.states?.[row] ?? cellState.present;
  if (state !== cellState.present) return state === cellState.null ? null : undefined;
  const value = column.values[row];
  return typeof value === "number" ? value + 0 : value;
}

function textAt(column: Column, row: number): string {
  const cell = cellAt(column, row);
  return cell === undefined ? "absent" : String(cell);
}

/** What stands for a number that is none. */
const missing = ["null", "absent", "NaN"] as const;

/** Numbers and instants in quartiles; rows without one are values of their own. */
function byQuartile(column: Column, rows: Int32Array): Coded {
  const keys = Array.from(rows, (row) => keyAt(column, row));
  const numbers = Float64Array.from(keys, (key) =>
    typeof key === "number" || typeof key === "bigint" ? Number(key) : Number.NaN,
  );
  const sorted = sortDoubles(numbers.filter((value) => !Number.isNaN(value)));
  const inner = [0.25, 0.5, 0.75].map((p) => interpolatedQuantile(sorted, p));
  const [least, most] = [sorted[0] as number, sorted[sorted.length - 1] as number];
  const edges = [...new Set(inner)].filter((edge) => edge > least);
  const shown = (value: number): string => String(Number(value.toPrecision(6)));
  const starts = [least, ...edges];
  const quartiles = starts.map((from, i) => {
    const to = edges[i];
    return to === undefined ? `[${shown(from)}, ${shown(most)}]` : `[${shown(from)}, ${shown(to)})`;
  });
  const instead = (i: number): (typeof missing)[number] =>
    keys[i] === null ? "null" : keys[i] === undefined ? "absent" : "NaN";
  const others = missing.filter((text) => numbers.some((value, i) => Number.isNaN(value) && instead(i) === text));
  return {
    values: [...quartiles, ...others],
    codes: Int16Array.from(numbers, (value, i) =>
      Number.isNaN(value)
        ? quartiles.length + others.indexOf(instead(i))
        : edges.reduce((code, edge) => (value >= edge ? code + 1 : code), 0),
    ),
  };
}
