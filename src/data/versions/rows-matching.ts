import type { CellTag, CellValue } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { isPresent } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/**
 * Which rows are meant: in every named column one of the values, each of the column's type. A date or epoch milliseconds for an instant, a number
 * or a bigint for any whole number, canonical JSON for JSON; null for cells without a value.
 */
export type RowMatch = {
  readonly [column: string]: CellValue | Date | readonly (CellValue | Date)[];
};

/** The rows that match, by index. Errors: `data/missing-column`; `argument/invalid` for a value that the column's type does not have. */
export function rowsMatching(table: Table, match: RowMatch): ReadonlySet<number> {
  let rows: Set<number> | undefined;
  for (const [name, wanted] of Object.entries(match)) {
    const column = anyColumnOf(table, name);
    const values = new Set((isList(wanted) ? wanted : [wanted]).map((value) => cellOf(name, column.tag, value)));
    const codes =
      column.tag === "utf8" || column.tag === "json"
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

/** A wanted value as the column's cells hold it: one of another type would find nothing, which must not look like success. */
function cellOf(name: string, tag: CellTag, value: CellValue | Date): CellValue {
  if (value === null) return null;
  const cell = cellsOf[tag](value);
  if (cell !== undefined) return cell;
  const found = value instanceof Date ? `the date ${value.getTime()}` : `the ${typeof value} ${String(value)}`;
  throw new SluiceError("argument/invalid", {
    found: `${found} for the column "${name}" of type ${tag}`,
    expected: "a value that such a column can hold, or null for cells without one",
    fix: "Look at the column's type and pass values of that type.",
  });
}

const textOf = (value: CellValue | Date): CellValue | undefined => (typeof value === "string" ? value : undefined);

const numberOf = (value: CellValue | Date): CellValue | undefined => {
  if (typeof value === "bigint") return BigInt(Number(value)) === value ? Number(value) : undefined;
  return typeof value === "number" ? value : undefined;
};

const cellsOf: { readonly [tag in CellTag]: (value: CellValue | Date) => CellValue | undefined } = {
  utf8: textOf,
  json: textOf,
  bool: (value) => (typeof value === "boolean" ? value : undefined),
  f64: numberOf,
  i32: numberOf,
  i64: (value) => (typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : bigintOf(value)),
  instant: (value) => {
    const timeMs = value instanceof Date ? value.getTime() : value;
    return typeof timeMs === "number" && !Number.isNaN(timeMs) ? timeMs : undefined;
  },
  // Rows are not named by their lists.
  "f64[]": () => undefined,
  "utf8[]": () => undefined,
};

function bigintOf(value: CellValue | Date): CellValue | undefined {
  return typeof value === "bigint" ? value : undefined;
}
