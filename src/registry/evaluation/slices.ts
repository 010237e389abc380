import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** The rows of one value of a column. */
export interface Slice {
  readonly column: string;
  readonly value: string;
  /** Row numbers, ascending. */
  readonly rows: Int32Array;
}

const mostValues = 200;

/**
 * The slices of a column over the given rows, by value, in the order of the values' code units. Null is the value `null`, absent is `absent`.
 * Errors: `data/missing-column`, `definition/invalid` (fractions, or more than 200 values: such a column wants bins).
 */
export function slicesOf(table: Table, name: string, rows: Int32Array): readonly Slice[] {
  const column = anyColumnOf(table, name);
  const byValue = new Map<string, number[]>();
  for (const row of rows) {
    const cell = cellAt(column, row);
    const value = cell === undefined ? "absent" : String(cell);
    const slice = byValue.get(value);
    if (slice !== undefined) slice.push(row);
    else if (byValue.size < mostValues) byValue.set(value, [row]);
    else throw unsliceable(name);
  }
  const values = [...byValue.keys()].sort();
  return values.map((value) => ({ column: name, value, rows: Int32Array.from(byValue.get(value) ?? []) }));
}

function unsliceable(name: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `more than ${mostValues} values in the slice column "${name}"`,
    expected: `at most ${mostValues}`,
    fix: "Slice by a column with few values, or put it into bins first.",
  });
}
