import type { RowFault, RowIssue } from "../../contracts/row-fault.ts";
import type { CellTag } from "../../core/cell-type.ts";
import { cellAt } from "../../table/cell-at.ts";
import type { Column } from "../../table/column.ts";
import { finerInstant } from "./finer-instant.ts";
import { outputColumn } from "./output-column.ts";

/** Issues by row; those of faults of the same row one after the other. */
export function faultsByRow(faults: readonly RowFault[]): Map<number, RowIssue[]> {
  const byRow = new Map<number, RowIssue[]>();
  for (const fault of faults) {
    const issues = byRow.get(fault.row);
    if (issues === undefined) byRow.set(fault.row, [...fault.issues]);
    else issues.push(...fault.issues);
  }
  return byRow;
}

/** What zod made of a row. */
export interface Patch {
  readonly row: number;
  readonly output: unknown;
}

/** A column with the cells of some rows as zod put them out. */
export function patchedColumn(
  field: { readonly name: string; readonly tag: CellTag | undefined },
  column: Column,
  patches: readonly Patch[],
): Column {
  const outputs = new Map(patches.map(({ row, output }) => [row, memberOf(output, field.name)]));
  const valueAt = (row: number): unknown => {
    if (!outputs.has(row)) return storedValue(column, row);
    const value = outputs.get(row);
    const isFiner = column.tag === "instant" && value instanceof Date;
    return isFiner ? finerInstant(value, column.values[row] ?? Number.NaN) : value;
  };
  const patched = outputColumn(field.name, field.tag ?? column.tag, column.values.length, valueAt);
  if (field.tag !== undefined || patched.unstorable.length === 0) return patched.column;
  // An open type was decided without these rows.
  return outputColumn(field.name, undefined, column.values.length, (row) => {
    if (outputs.has(row)) return outputs.get(row);
    const value = storedValue(column, row);
    return column.tag === "instant" && typeof value === "number" ? new Date(value) : value;
  }).column;
}

function storedValue(column: Column, row: number): unknown {
  const cell = cellAt(column, row);
  return column.tag === "json" && typeof cell === "string" ? JSON.parse(cell) : cell;
}

/** A member of an output, where that is an object. */
export function memberOf(output: unknown, name: string): unknown {
  if (typeof output !== "object" || output === null) return undefined;
  const found = Object.entries(output).find(([key]) => key === name);
  return found?.[1];
}
