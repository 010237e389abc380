import { SluiceError } from "../core/errors.ts";
import { type Column, isListColumn, isPresent } from "./column.ts";
import { matrixOf } from "./matrix-of.ts";
import { anyColumnOf, type Table } from "./table.ts";
import { withVectorCells } from "./with-vector-cells.ts";

/** The complete rows of a table as numbers: what a classifier is fitted on, and measured on. */
export interface LabelledMatrix {
  /** Rows kept: those with a label and every feature. */
  readonly rows: number;
  /** Features a row. */
  readonly width: number;
  /** `rows × width` doubles, row-major; booleans as 0 or 1. */
  readonly values: Float64Array;
  /** 0 or 1, one a kept row. */
  readonly labels: Uint8Array;
  /** Where each kept row stands in the table, ascending. */
  readonly rowIndex: Int32Array;
  /** Rows without a label or with a missing feature. */
  readonly excluded: number;
}

/**
 * Takes the rows that have a label and every feature, as one matrix; of a vector its numbers are named, as a model's `vector` has them (`face[0]`). Look at `excluded`: rows that are left out silently bend a model.
 *
 * Errors: `data/missing-column`, `table/type-mismatch` for a text feature, `data/schema-mismatch` for a label other than false, true, 0 and 1.
 *
 * @example
 * ```ts
 * import { labelledMatrix, tableFromRows } from "sluice/table";
 * const table = tableFromRows(
 *   [{ km: 3, late: true }, { km: null, late: false }],
 *   { km: { tag: "f64", nullable: true }, late: { tag: "bool", nullable: false } },
 * );
 * const { rows, values, labels, excluded } = labelledMatrix(table, ["km"], "late");
 * if (rows !== 1 || values[0] !== 3 || labels[0] !== 1 || excluded !== 1) throw new Error("one complete row expected");
 * ```
 */
export function labelledMatrix(table: Table, features: readonly string[], label: string): LabelledMatrix {
  const labels = anyColumnOf(table, label);
  const whole = withVectorCells(table, features);
  const needed = [labels, ...features.map((name) => anyColumnOf(whole, name))];
  const complete: number[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    if (needed.every((column) => isPresent(column, row))) complete.push(row);
  }
  const rowIndex = Int32Array.from(complete);
  return {
    rows: complete.length,
    width: features.length,
    values: matrixOf(whole, features, rowIndex),
    labels: Uint8Array.from(complete, (row) => labelAt(labels, row, label)),
    rowIndex,
    excluded: table.rowCount - complete.length,
  };
}

function labelAt(column: Column, row: number, name: string): number {
  const value =
    column.tag === "utf8" || column.tag === "json" || column.tag === "instant" || isListColumn(column)
      ? Number.NaN
      : Number(column.values[row]);
  if (value === 0 || value === 1) return value;
  throw new SluiceError("data/schema-mismatch", {
    found: `label "${name}" of type ${column.tag}, ${String(column.values[row])} in row ${row}`,
    expected: "false, true, 0 or 1",
    fix: "Name a column that says whether it happened.",
  });
}
