import type { TrainingSet } from "../../contracts/training-set.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Column, isPresent } from "../../table/column.ts";
import { anyColumnOf } from "../../table/table.ts";

/** The rows of a held-out set that have a label and every feature of a vector. */
export interface HeldOutRows {
  /** Row numbers in the set's table, ascending. */
  readonly rows: Int32Array;
  /** 0 or 1, one a kept row. */
  readonly labels: Uint8Array;
  /** Rows without a label or with a missing feature. */
  readonly excluded: number;
}

/** Picks the complete rows. Errors: `data/missing-column`, `data/schema-mismatch` for a label other than false, true, 0 and 1. */
export function heldOutRows(heldOut: TrainingSet, vector: readonly string[], label: string): HeldOutRows {
  const labels = anyColumnOf(heldOut.table, label);
  const needed = [labels, ...vector.map((name) => anyColumnOf(heldOut.table, name))];
  const rows: number[] = [];
  for (let row = 0; row < heldOut.table.rowCount; row++)
    if (needed.every((column) => isPresent(column, row))) rows.push(row);
  return {
    rows: Int32Array.from(rows),
    labels: Uint8Array.from(rows, (row) => labelAt(labels, row, label)),
    excluded: heldOut.table.rowCount - rows.length,
  };
}

function labelAt(column: Column, row: number, name: string): number {
  const value = column.tag === "utf8" || column.tag === "instant" ? Number.NaN : Number(column.values[row]);
  if (value === 0 || value === 1) return value;
  throw new SluiceError("data/schema-mismatch", {
    found: `label "${name}" of type ${column.tag}, ${String(column.values[row])} in row ${row}`,
    expected: "false, true, 0 or 1",
    fix: "Name a column that says whether it happened.",
  });
}

/** The input vectors of rows, row-major: booleans as 0 or 1; a cell without a value is NaN. Errors: `data/missing-column`, `table/type-mismatch`. */
export function vectorsOf(heldOut: TrainingSet, vector: readonly string[], rows: Int32Array): Float64Array {
  const values = new Float64Array(rows.length * vector.length);
  vector.forEach((name, at) => {
    const column = anyColumnOf(heldOut.table, name);
    if (column.tag === "utf8" || column.tag === "instant") {
      throw new SluiceError("table/type-mismatch", {
        found: `feature "${name}" of type ${column.tag}`,
        expected: "a number or a boolean",
        fix: "Leave it out of the vector.",
      });
    }
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0;
      values[i * vector.length + at] = isPresent(column, row) ? Number(column.values[row]) : Number.NaN;
    }
  });
  return values;
}
