import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { isPresent, type NumbersColumn } from "../../table/column.ts";
import { itemsFrom } from "../../table/list-cells.ts";
import { mostItems } from "../definitions/column-tags.ts";

/**
 * Throws `features/invalid-input`, naming the dataset, for a list that no feature can be: of more items than {@link mostItems}, and for a vector of
 * another size than declared or with an item that is not finite. Rows without a value are passed over; `rows` are all by default.
 */
export function requireLists(
  source: DatasetDefinition,
  name: string,
  column: NumbersColumn,
  rows?: readonly number[],
): void {
  const size = (source.columns as ColumnTypes)[name]?.size;
  const length = rows?.length ?? column.values.length;
  for (let i = 0; i < length; i++) {
    const row = rows?.[i] ?? i;
    const from = itemsFrom(column, row);
    const to = column.values[row] ?? from;
    const place = (): string => `column "${name}" of dataset "${source.name}" at row ${row}`;
    if (!isPresent(column, row)) continue;
    if (to - from > mostItems) throw tooLong(to - from, place());
    if (size === undefined) continue;
    if (to - from !== size) throw otherSize(to - from, size, place());
    for (let at = from; at < to; at++)
      if (!Number.isFinite(column.items[at])) throw notFinite(column.items[at] ?? Number.NaN, at - from, place());
  }
}

function tooLong(found: number, place: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `a list of ${found} numbers in ${place}`,
    expected: `at most ${mostItems} numbers in a feature`,
    fix: "Look up a shorter list, or a number that sums it up.",
  });
}

function otherSize(found: number, size: number, place: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `a vector of ${found} numbers in ${place}`,
    expected: `${size} numbers, as the dataset declares`,
    fix: "Correct it, or declare a list of any length.",
  });
}

function notFinite(found: number, item: number, place: string): SluiceError {
  return new SluiceError("features/invalid-input", {
    found: `${found} as item ${item} of a vector in ${place}`,
    expected: "finite numbers: a vector with another has no length, and no distance from any",
    fix: "Correct it, store null where there is no vector, or declare a list of any length.",
  });
}
