import type { CellTag } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { type Column, type ColumnWithTag, isListColumn } from "./column.ts";
import { formatTable } from "./format-table.ts";
import { hasOrderedEnds } from "./list-cells.ts";
import type { Table } from "./table-type.ts";

export type { Table };

/**
 * Makes a table of columns; printing it shows its first rows. Throws `table/type-mismatch` when their lengths differ, and for lists whose ends do not ascend within the items.
 *
 * @example
 * ```ts
 * import { makeTable } from "sluice/table";
 * const table = makeTable({ delay: { tag: "f64", values: Float64Array.of(3, 12) } });
 * if (table.rowCount !== 2) throw new Error("two rows expected");
 * ```
 */
export function makeTable(columns: { readonly [name: string]: Column }): Table {
  let rowCount: number | undefined;
  for (const [name, column] of Object.entries(columns)) {
    const length = column.values.length;
    rowCount ??= length;
    if (length !== rowCount || (column.states !== undefined && column.states.length !== length)) {
      throw new SluiceError("table/type-mismatch", {
        found: `column "${name}" with ${length} values`,
        expected: `${rowCount} values, and as many states, in every column`,
        fix: "Pass columns of equal length.",
      });
    }
    if (isListColumn(column) && !hasOrderedEnds(column)) {
      throw new SluiceError("table/type-mismatch", {
        found: `column "${name}" of ${column.tag} with ${column.items.length} items, whose ends are not theirs`,
        expected: "ends that ascend to at most the number of items, and no items in a row without a value",
        fix: "Make the column by a columnBuilder.",
      });
    }
  }
  return printable({ rowCount: rowCount ?? 0, columns }, formatTable);
}

/** A column by name and tag. Throws `data/missing-column` or `table/type-mismatch`. */
export function columnOf<T extends CellTag>(table: Table, name: string, tag: T): ColumnWithTag<T> {
  const column = anyColumnOf(table, name);
  if (!hasTag(column, tag)) {
    throw new SluiceError("table/type-mismatch", {
      found: `column "${name}" of type ${column.tag}`,
      expected: `type ${tag}`,
      fix: "Name another column, or change the schema.",
    });
  }
  return column;
}

/** A column by name, of whatever type. Throws `data/missing-column`. */
export function anyColumnOf(table: Table, name: string): Column {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  if (column === undefined) {
    throw new SluiceError("data/missing-column", {
      found: `columns ${Object.keys(table.columns).join(", ")}`,
      expected: `a column "${name}"`,
      fix: "Check the column's name.",
    });
  }
  return column;
}

function hasTag<T extends CellTag>(column: Column, tag: T): column is ColumnWithTag<T> {
  return column.tag === tag;
}
