import type { CellValue } from "../../core/cell-type.ts";
import { isPresent } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** Which rows are meant: in every named column one of the values; dates are meant as instants. */
export type RowMatch = {
  readonly [column: string]: CellValue | Date | readonly (CellValue | Date)[];
};

/** The rows that match, by index. Errors: `data/missing-column`. */
export function rowsMatching(table: Table, match: RowMatch): ReadonlySet<number> {
  let rows: Set<number> | undefined;
  for (const [name, wanted] of Object.entries(match)) {
    const column = anyColumnOf(table, name);
    const values = new Set((isList(wanted) ? wanted : [wanted]).map(cellOf));
    const codes =
      column.tag === "utf8"
        ? new Set(column.dictionary.flatMap((text, code) => (values.has(text) ? [code] : [])))
        : undefined;
    const found = new Set<number>();
    for (let row = 0; row < table.rowCount; row++) {
      const cell = column.values[row] as number | bigint;
      const value = column.tag === "bool" ? cell === 1 : cell;
      const hit = !isPresent(column, row)
        ? values.has(null)
        : codes === undefined
          ? values.has(value)
          : codes.has(Number(cell));
      if (hit && rows?.has(row) !== false) found.add(row);
    }
    rows = found;
  }
  return rows ?? new Set();
}

function isList(wanted: RowMatch[string]): wanted is readonly (CellValue | Date)[] {
  return Array.isArray(wanted);
}

function cellOf(value: CellValue | Date): CellValue {
  return value instanceof Date ? value.getTime() : value;
}
