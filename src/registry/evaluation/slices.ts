import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import { cellState, isListColumn } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** The rows of one value of a column. */
export interface Slice {
  readonly column: string;
  readonly value: string;
  /** Places among the given rows, ascending. */
  readonly places: Int32Array;
}

const mostValues = 200;

/**
 * The slices of a column over the given rows of a table, by value, in the order of the values' code units. Null is the value `null` (as is the text "null"), absent is
 * `absent`, an instant its epoch milliseconds, −0 is 0. Errors: `data/missing-column`, `definition/invalid` (lists; more than 200 values: such a column wants bins).
 */
export function slicesOf(table: Table, name: string, rows: Int32Array): readonly Slice[] {
  const column = anyColumnOf(table, name);
  if (isListColumn(column)) throw unsliceable(name, `lists (${column.tag})`, "single values");
  const byKey = new Map<unknown, number>();
  const groups = new Int32Array(rows.length);
  const counts: number[] = [];
  const firsts: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const state = column.states?.[row] ?? cellState.present;
    const key = state === cellState.present ? keyAt(column.values[row]) : state === cellState.null ? "null" : "absent";
    let group = byKey.get(key);
    if (group === undefined) {
      if (byKey.size === mostValues) throw unsliceable(name, `more than ${mostValues} values`, `at most ${mostValues}`);
      group = byKey.size;
      byKey.set(key, group);
      counts.push(0);
      firsts.push(row);
    }
    groups[i] = group;
    counts[group] = (counts[group] as number) + 1;
  }
  const places = counts.map((count) => new Int32Array(count));
  const filled = counts.map(() => 0);
  for (let i = 0; i < rows.length; i++) {
    const group = groups[i] as number;
    const at = filled[group] as number;
    (places[group] as Int32Array)[at] = i;
    filled[group] = at + 1;
  }
  const slices = places.map((of, group) => {
    const cell = cellAt(column, firsts[group] as number);
    return { column: name, value: cell === undefined ? "absent" : String(cell), places: of };
  });
  return merged(slices).sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0));
}

/** A number's own key; −0 is 0. */
function keyAt(value: number | bigint | undefined): unknown {
  return typeof value === "number" ? value + 0 : value;
}

/** The text "null" and a null read alike, as they always did: such slices are one. */
function merged(slices: readonly Slice[]): Slice[] {
  const byValue = new Map<string, Slice>();
  for (const slice of slices) {
    const known = byValue.get(slice.value);
    byValue.set(
      slice.value,
      known === undefined ? slice : { ...slice, places: Int32Array.from([...known.places, ...slice.places]).sort() },
    );
  }
  return [...byValue.values()];
}

function unsliceable(name: string, what: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `${what} in the slice column "${name}"`,
    expected,
    fix: "Slice by a column with few values, or put it into bins first.",
  });
}
