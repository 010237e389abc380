import type { DuckDBVector } from "@duckdb/node-api";
import { cellState, type Column, isListColumn, type JsonColumn, type Utf8Column } from "../../table/column.ts";
import { listsAsText } from "../sql/list-text.ts";
import { unknownLayout, vectorCells } from "./vector-cells.ts";

/** Writes rows `[from, from + rows)` of a column into a vector of a chunk that will be appended. */
export type ColumnWriter = (vector: DuckDBVector, from: number, rows: number) => void;

/** A writer of a column's values, by whole arrays, text as `textAs` writes it: what a cell without a value holds is unspecified, its state says so. */
export function valueWriter(column: Column, textAs: (text: string) => string): ColumnWriter {
  if (isListColumn(column)) return textWriter(listsAsText(column), textAs);
  if (column.tag === "utf8" || column.tag === "json") return textWriter(column, textAs);
  return (vector, from, rows) => {
    const { items } = vectorCells(vector);
    const { values } = column;
    if (items instanceof Float64Array && values instanceof Float64Array) items.set(values.subarray(from, from + rows));
    else if (items instanceof Int32Array && values instanceof Int32Array) items.set(values.subarray(from, from + rows));
    else if (items instanceof BigInt64Array && values instanceof BigInt64Array)
      items.set(values.subarray(from, from + rows));
    else if (items instanceof DataView && values instanceof Uint8Array) {
      const bytes = new Uint8Array(items.buffer, items.byteOffset, rows);
      for (let i = 0; i < rows; i++) bytes[i] = values[from + i] === 0 ? 0 : 1;
    } else throw unknownLayout();
    vector.flush();
  };
}

/** A writer of a column's states. */
export function stateWriter({ states }: Column): ColumnWriter {
  return (vector, from, rows) => {
    const { items } = vectorCells(vector);
    if (!(items instanceof Uint8Array)) throw unknownLayout();
    if (states === undefined) items.fill(cellState.present, 0, rows);
    else items.set(states.subarray(from, from + rows));
    vector.flush();
  };
}

/** A writer of rows' ordinals, counting from `first` at row 0. */
export function ordinalWriter(first: number): ColumnWriter {
  return (vector, from, rows) => {
    const { items } = vectorCells(vector);
    if (!(items instanceof Int32Array)) throw unknownLayout();
    for (let i = 0; i < rows; i++) items[i] = first + from + i;
    vector.flush();
  };
}

function textWriter(
  { values, dictionary, states }: Utf8Column | JsonColumn,
  textAs: (text: string) => string,
): ColumnWriter {
  const stored: (string | undefined)[] = [];
  const textAt = (code: number): string => {
    const known = stored[code];
    if (known !== undefined) return known;
    const text = textAs(dictionary[code] ?? "");
    stored[code] = text;
    return text;
  };
  return (vector, from, rows) => {
    if (!("setItem" in vector) || typeof vector.setItem !== "function") throw unknownLayout();
    for (let i = 0; i < rows; i++) {
      const row = from + i;
      const present = states === undefined || states[row] === cellState.present;
      vector.setItem(i, present ? textAt(values[row] ?? 0) : "");
    }
    vector.flush();
  };
}
