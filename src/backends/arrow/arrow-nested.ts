import { type Data, DataType, type Field } from "apache-arrow";
import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellAt } from "../../table/cell-at.ts";
import { codeOf } from "../../table/code-of.ts";
import { cellState, type Column, isPresent, type JsonColumn, type ListColumn } from "../../table/column.ts";
import { listAt } from "../../table/list-cells.ts";
import { jsonText } from "../../table/json-text.ts";
import type { ColumnReader } from "./arrow-dictionary.ts";
import { unsupported } from "./arrow-errors.ts";
import { offsetsOf } from "./arrow-text.ts";

/** Reads a cell as JSON. */
type Reader = (row: number) => JsonValue;

/** Whether cells of a type are made of cells. */
export function isNested(type: DataType): boolean {
  return DataType.isStruct(type) || DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isMap(type);
}

/**
 * Structs, lists and maps as JSON, whose leaves are read column by column. A null inside is JSON's null; instants are ISO 8601 texts. Throws
 * `table/unsupported-type` for what JSON cannot hold: NaN, infinities, integers beyond 2^53.
 */
export function nestedColumn(
  name: string,
  data: Data,
  states: Uint8Array | undefined,
  columnOf: ColumnReader,
): JsonColumn {
  const read = readerOf(name, data, columnOf);
  const codes = new Map<string, number>();
  const values = new Int32Array(data.length);
  for (let row = 0; row < values.length; row++)
    if (states === undefined || states[row] === cellState.present) values[row] = codeOf(codes, textOf(name, read(row)));
  return { tag: "json", values, dictionary: [...codes.keys()] };
}

/** Lists as JSON. Throws `table/unsupported-type` for a number that is not finite. */
export function listsAsJson(name: string, column: ListColumn): JsonColumn {
  const codes = new Map<string, number>();
  const values = Int32Array.from(column.values, (_, row) =>
    isPresent(column, row) ? codeOf(codes, textOf(name, [...listAt(column, row)])) : 0,
  );
  return { tag: "json", values, dictionary: [...codes.keys()], ...(column.states && { states: column.states }) };
}

function textOf(name: string, value: JsonValue): string {
  const text = jsonText(value);
  if (text === undefined) throw noJson(name, "a number that is not finite");
  return text;
}

function readerOf(name: string, data: Data, columnOf: ColumnReader): Reader {
  const { type }: { readonly type: DataType } = data;
  if (!isNested(type)) return leafReader(name, columnOf(name, data));
  const read = DataType.isStruct(type) ? structReader(name, data, columnOf) : listReader(name, data, columnOf);
  if (data.nullCount === 0) return read;
  return (row) => (data.getValid(row) ? read(row) : null);
}

function structReader(name: string, data: Data, columnOf: ColumnReader): Reader {
  const fields: readonly Field[] = data.type.children;
  const members = fields.map((field, i) => {
    const child = data.children[i];
    if (child === undefined) throw unsupported(name, data.type);
    return { key: field.name, read: readerOf(`${name}.${field.name}`, child, columnOf) };
  });
  return (row) => Object.fromEntries(members.map(({ key, read }) => [key, read(row)]));
}

/** Lists of any length, of a fixed length, and maps, which are lists of entries. */
function listReader(name: string, data: Data, columnOf: ColumnReader): Reader {
  const { type }: { readonly type: DataType } = data;
  const [child] = data.children;
  if (child === undefined) throw unsupported(name, type);
  const size = DataType.isFixedSizeList(type) ? type.listSize : 0;
  const ends = size > 0 ? Int32Array.from({ length: data.length + 1 }, (_, row) => row * size) : offsetsOf(data);
  const first = ends[0] ?? 0;
  const read = readerOf(name, child.slice(first, (ends[data.length] ?? first) - first), columnOf);
  const list = (row: number): JsonValue[] => {
    const from = (ends[row] ?? first) - first;
    return Array.from({ length: (ends[row + 1] ?? first) - first - from }, (_, i) => read(from + i));
  };
  return DataType.isMap(type) ? (row) => Object.fromEntries(list(row).map((entry) => keyAndValue(name, entry))) : list;
}

function keyAndValue(name: string, entry: JsonValue): [string, JsonValue] {
  if (typeof entry === "object" && entry !== null) {
    const [key, value] = Object.values(entry);
    if (typeof key === "string" && value !== undefined) return [key, value];
  }
  throw noJson(name, "a map whose keys are no text");
}

function leafReader(name: string, column: Column): Reader {
  if (column.tag === "json") return (row) => JSON.parse(String(cellAt(column, row)));
  return (row) => {
    const cell = cellAt(column, row) ?? null;
    if (column.tag === "instant" && cell !== null) return new Date(Number(cell)).toISOString();
    if (typeof cell !== "bigint") return cell;
    const double = Number(cell);
    if (!Number.isSafeInteger(double)) throw noJson(name, `the integer ${cell}`);
    return double;
  };
}

function noJson(name: string, found: string): SluiceError {
  return new SluiceError("table/unsupported-type", {
    found: `${found} in column "${name}"`,
    expected: "members that JSON holds exactly: finite numbers, integers up to 2^53, text, booleans, dates",
    fix: "Convert the member first, for example into text, or leave the column out.",
  });
}
