import { SluiceError } from "../core/errors.ts";
import { isListColumn, isPresent } from "./column.ts";
import { anyColumnOf, type Table } from "./table.ts";
import { withVectorCells } from "./with-vector-cells.ts";

/**
 * Columns of some rows as one row-major matrix of doubles: booleans as 0 or 1; a cell without a value is NaN. A number of a vector is named by its place:
 * `face[0]`. Errors: `data/missing-column`, `table/type-mismatch` for text, instants and lists.
 */
export function matrixOf(table: Table, names: readonly string[], rowIndex: Int32Array): Float64Array {
  const values = new Float64Array(rowIndex.length * names.length);
  const whole = withVectorCells(table, names);
  names.forEach((name, at) => {
    const column = anyColumnOf(whole, name);
    if (column.tag === "utf8" || column.tag === "json" || column.tag === "instant" || isListColumn(column)) {
      throw new SluiceError("table/type-mismatch", {
        found: `column "${name}" of type ${column.tag}`,
        expected: "a number or a boolean",
        fix: isListColumn(column)
          ? `Name its numbers, as "${name}[0]", as many as each list has; or leave it out of the matrix.`
          : "Leave it out of the matrix.",
      });
    }
    for (let i = 0; i < rowIndex.length; i++) {
      const row = rowIndex[i] ?? 0;
      values[i * names.length + at] = isPresent(column, row) ? Number(column.values[row]) : Number.NaN;
    }
  });
  return values;
}
