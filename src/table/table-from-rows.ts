import type { JsonValue } from "../core/canonical-json.ts";
import type { CellTag, CellTypes, CellValue, ColumnType, ColumnTypes } from "../core/cell-type.ts";
import { SluiceError } from "../core/errors.ts";
import type { Column } from "./column.ts";
import { jsonText } from "./json-text.ts";
import { type ColumnBuilder, columnBuilder } from "./column-builder.ts";
import { makeTable, type Table } from "./table.ts";

/** A row as an object: a missing key (or `undefined`) is an absent cell, `null` a stored null; an instant may be a `Date`, a list of numbers a typed array. */
export type RowObject = {
  readonly [name: string]: CellValue | Float32Array | Float64Array | Date | JsonValue | undefined;
};

/**
 * Makes a table of row objects. Keys that are not in `types` are left out.
 *
 * Throws `table/type-mismatch`, naming row and column, for a value of another type, and for a null or a missing key in a column that is not nullable.
 *
 * @example
 * ```ts
 * import { tableFromRows } from "sluice/table";
 * const table = tableFromRows([{ origin: "ATL" }, { origin: null }], { origin: { tag: "utf8", nullable: true } });
 * if (table.rowCount !== 2) throw new Error("two rows expected");
 * ```
 */
export function tableFromRows(rows: Iterable<RowObject>, types: ColumnTypes): Table {
  const builders = Object.entries(types).map(([name, type]) => ({ name, type, add: cellAdder(type.tag) }));
  let row = 0;
  for (const record of rows) {
    for (const { name, type, add } of builders) {
      const value = record[name];
      if ((value === null || value === undefined) && !type.nullable) throw badCell(name, row, type, value);
      if (!add.tryPush(value) || !isOfSize(value, type)) throw badCell(name, row, type, value);
    }
    row++;
  }
  const columns: { [name: string]: Column } = {};
  for (const { name, add } of builders) columns[name] = add.builder.finish();
  return makeTable(columns);
}

function isOfSize(value: RowObject[string], { size }: ColumnType): boolean {
  if (size === undefined || typeof value !== "object" || value === null) return true;
  return "length" in value && value.length === size;
}

/** Pushes values of unknown type into a builder. */
export interface CellAdder {
  readonly builder: ColumnBuilder;
  /** Pushes a value, null or undefined as it is; answers false, having pushed nothing, where the value is of another type. */
  tryPush(value: unknown): boolean;
}

/** Makes a {@link CellAdder}. A `Date` is taken for an instant; a safe integer for an `i64`. */
export function cellAdder<T extends CellTag>(tag: T): CellAdder {
  const builder = columnBuilder(tag);
  const convert = cellConverter(tag);
  return {
    builder,
    tryPush: (value) => {
      if (value === null) builder.pushNull();
      else if (value === undefined) builder.pushAbsent();
      else {
        const cell = convert(value);
        if (cell === undefined) return false;
        builder.push(cell);
      }
      return true;
    },
  };
}

type Converters = { readonly [T in CellTag]: (value: unknown) => CellTypes[T] | undefined };

const converters: Converters = {
  f64: (value) => (typeof value === "number" ? value : undefined),
  i32: (value) => (typeof value === "number" && value === (value | 0) ? value : undefined),
  i64: asInt64,
  utf8: (value) => (typeof value === "string" && value.isWellFormed() ? value : undefined),
  bool: (value) => (typeof value === "boolean" ? value : undefined),
  instant: asInstant,
  json: jsonText,
  "f64[]": asNumbers,
  "utf8[]": asTexts,
};

/** What a value is as a cell of the type; the function answers `undefined` where it is none. */
export function cellConverter<T extends CellTag>(tag: T): Converters[T] {
  return converters[tag];
}

/** An invalid `Date` is no instant; a NaN among epoch milliseconds is kept, as in any column of numbers. */
function asInstant(value: unknown): number | undefined {
  if (!(value instanceof Date)) return typeof value === "number" ? value : undefined;
  const ms = value.getTime();
  return Number.isNaN(ms) ? undefined : ms;
}

function asInt64(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return BigInt.asIntN(64, value) === value ? value : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

function asNumbers(value: unknown): readonly number[] | undefined {
  if (value instanceof Float64Array || value instanceof Float32Array) return Array.from(value);
  return Array.isArray(value) && value.every((item) => typeof item === "number") ? value : undefined;
}

function asTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item.isWellFormed())
    ? value
    : undefined;
}

function badCell(name: string, row: number, type: ColumnType, value: unknown): SluiceError {
  const found =
    value === undefined ? "no value" : typeof value === "string" ? JSON.stringify(value) : String(value).slice(0, 100);
  return new SluiceError("table/type-mismatch", {
    found: `${found} in column "${name}" of row ${row}`,
    expected: `a value of type ${type.tag}${type.size === undefined ? "" : ` of ${type.size} items`}${type.nullable ? ", null or nothing" : ""}`,
    fix: "Correct the row, or declare the column nullable or of another type.",
  });
}
