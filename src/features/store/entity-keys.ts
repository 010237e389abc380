import type { CellTag, ColumnTypes, RowOf } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Column, isPresent, type Utf8Column } from "../../table/column.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** Rows' entity keys: the distinct ones as the online store takes them, and each row's place among them (−1 = no key). */
export interface EntityKeys {
  readonly keys: readonly string[];
  readonly keyIndex: Int32Array;
}

/**
 * Encodes entity keys as text: the parts in order, every part but the last after its length, so that different keys never
 * have one text.
 */
export function entityKeys(table: Table, names: readonly string[]): EntityKeys {
  const columns = names.map((name) => anyColumnOf(table, name));
  const [only] = columns;
  if (columns.length === 1 && only?.tag === "utf8") return textKeys(only);
  const index = new Map<string, number>();
  const keyIndex = new Int32Array(table.rowCount);
  for (let row = 0; row < table.rowCount; row++) {
    const key = encode(columns, row);
    if (key === undefined) {
      keyIndex[row] = -1;
      continue;
    }
    const at = index.get(key) ?? index.size;
    if (at === index.size) index.set(key, at);
    keyIndex[row] = at;
  }
  return { keys: [...index.keys()], keyIndex };
}

/** The key columns of an encoded key, by the names of its parts in their order. */
export function decodeKey(key: string, names: readonly string[], types: ColumnTypes): RowOf<ColumnTypes> {
  const row: Record<string, string | number | bigint | boolean> = {};
  let at = 0;
  for (const [i, name] of names.entries()) {
    const from = i + 1 < names.length ? key.indexOf(":", at) + 1 : at;
    const to = i + 1 < names.length ? from + Number(key.slice(at, from - 1)) : key.length;
    row[name] = keyPart(key.slice(from, to), types[name]?.tag);
    at = to;
  }
  return row;
}

function keyPart(part: string, tag: CellTag | undefined): string | number | bigint | boolean {
  if (tag === undefined || tag === "utf8" || tag === "json") return part;
  if (tag === "i64") return BigInt(part);
  return tag === "bool" ? part === "1" : Number(part);
}

/** One text column is its dictionary already: no text is looked at but once. */
function textKeys(column: Utf8Column): EntityKeys {
  const keys: string[] = [];
  const places = new Int32Array(column.dictionary.length).fill(-1);
  const keyIndex = new Int32Array(column.values.length);
  for (let row = 0; row < keyIndex.length; row++) {
    const code = column.values[row] ?? 0;
    if (!isPresent(column, row)) keyIndex[row] = -1;
    else {
      if ((places[code] ?? -1) < 0) places[code] = keys.push(partOf(column, row)) - 1;
      keyIndex[row] = places[code] ?? -1;
    }
  }
  return { keys, keyIndex };
}

function encode(columns: readonly Column[], row: number): string | undefined {
  let key = "";
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    if (column === undefined || !isPresent(column, row)) return undefined;
    const part = partOf(column, row);
    key += i + 1 < columns.length ? `${part.length}:${part}` : part;
  }
  return key;
}

function partOf(column: Column, row: number): string {
  if (column.tag !== "utf8" && column.tag !== "json") return String(column.values[row] ?? 0);
  const text = column.dictionary[column.values[row] ?? -1] ?? "";
  if (text.isWellFormed()) return text;
  throw new SluiceError("features/invalid-input", {
    found: `an entity key with a lone surrogate in row ${row}`,
    expected: "well-formed text",
    fix: "Clean the key, as with text.toWellFormed().",
  });
}
