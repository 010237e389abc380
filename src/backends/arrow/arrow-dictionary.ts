import { type Data, DataType, makeData, type Vector } from "apache-arrow";
import type { CellTag } from "../../core/cell-type.ts";
import { codeOf } from "../../table/code-of.ts";
import { cellState, type Column, type JsonColumn, type Utf8Column } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { cellAdder } from "../../table/table-from-rows.ts";
import { makeTable } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";

/** Reads a vector as a column. */
export type ColumnReader = (name: string, data: Data) => Column;

/** A dictionary-coded vector: entries of text that are equal become one, other entries are copied; a null entry makes its rows null. */
export function dictionaryColumn(
  name: string,
  data: Data,
  states: Uint8Array | undefined,
  columnOf: ColumnReader,
): Column {
  const column = entriesOf(name, data, columnOf);
  if (column.values.length === 0) return allNull(column.tag, data.length);
  const indices = indicesOf(data, states);
  const missing = statesOf(column, indices, states);
  if (column.tag === "utf8" || column.tag === "json") return coded(column, indices, missing);
  const taken = takeRows(makeTable({ entry: column }), indices).columns["entry"] ?? column;
  return missing === undefined ? taken : { ...taken, states: missing };
}

function entriesOf(name: string, data: Data, columnOf: ColumnReader): Column {
  const { type }: { readonly type: DataType } = data;
  const dictionary: Vector | undefined = data.dictionary;
  const chunks = (dictionary?.data ?? []).filter((chunk: Data) => chunk.length > 0);
  const empty = DataType.isDictionary(type) ? makeData({ type: type.dictionary, length: 0 }) : data;
  const [first = columnOf(name, empty), ...others] = chunks.map((chunk: Data) => columnOf(name, chunk));
  if (others.length === 0) return first;
  return concatTables([first, ...others].map((entry) => makeTable({ entry }))).columns["entry"] ?? first;
}

/** Where there is no entry no row has a value. */
function allNull(tag: CellTag, rows: number): Column {
  const { builder, tryPush } = cellAdder(tag);
  for (let row = 0; row < rows; row++) tryPush(null);
  return builder.finish();
}

/** The entry of each row; 0 where it has none. */
function indicesOf(data: Data, states: Uint8Array | undefined): Int32Array {
  return Int32Array.from({ length: data.length }, (_, row) =>
    states !== undefined && states[row] !== cellState.present ? 0 : Number(data.values[row]),
  );
}

function statesOf(entries: Column, indices: Int32Array, own: Uint8Array | undefined): Uint8Array | undefined {
  const { states } = entries;
  if (states === undefined) return own;
  return Uint8Array.from(indices, (entry, row) =>
    own?.[row] === cellState.null ? cellState.null : (states[entry] ?? cellState.null),
  );
}

function coded(entries: Utf8Column | JsonColumn, indices: Int32Array, states: Uint8Array | undefined): Column {
  const codes = new Map<string, number>();
  const codeOfEntry = Int32Array.from(entries.values, (code, entry) =>
    entries.states !== undefined && entries.states[entry] !== cellState.present
      ? 0
      : codeOf(codes, entries.dictionary[code] ?? ""),
  );
  const values = indices.map((entry) => codeOfEntry[entry] ?? 0);
  return { tag: entries.tag, values, dictionary: [...codes.keys()], ...(states === undefined ? {} : { states }) };
}
