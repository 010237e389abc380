import type { CellTag } from "../core/cell-type.ts";
import type { Column, JsonColumn, TextsColumn, Utf8Column } from "./column.ts";
import { dictionaryBytes } from "./dictionary-bytes.ts";
import { bytesOf } from "./encode-part.ts";
import { normalColumn } from "./normal-column.ts";

/** The cell types by their number in a column's bytes. */
export const columnTags: readonly CellTag[] = [
  "f64",
  "instant",
  "i64",
  "i32",
  "bool",
  "utf8",
  "json",
  "f64[]",
  "utf8[]",
];

/** How long the record at the end of a column's bytes is. */
export const columnTrailerBytes: 24 = 24;

/** The last eight bytes of a column. */
const columnMark: Uint8Array = new TextEncoder().encode("SLUICEC1");

/** The version of the format written here. */
export const columnFormat: 1 = 1;

/**
 * A column as bytes, in pieces: its values, for lists the items, for text the dictionary (ends, then UTF-8), its states where a cell is missing, and a record
 * of what there is; a multiple of eight bytes, so that columns one after the other stay aligned. Equal columns have equal bytes, whatever their dictionaries and the values under nulls. A text's codes take
 * one, two or four bytes, as its dictionary needs. Pieces are views of the column where it is in normal form.
 *
 * Throws `table/unsupported-type` for text with a lone surrogate.
 */
export function encodeColumn(name: string, column: Column): readonly Uint8Array[] {
  const normal = normalColumn(column);
  const states = normal.states === undefined ? [] : [normal.states];
  if ("dictionary" in normal) return encodeText(name, normal, states);
  const items = "items" in normal ? [gapAfter(normal.values.byteLength, 8), bytesOf(normal.items)] : [];
  return padded([bytesOf(normal.values), ...items, ...states], trailer(normal, 0, 0, 0));
}

function encodeText(
  name: string,
  normal: Utf8Column | JsonColumn | TextsColumn,
  states: readonly Uint8Array[],
): readonly Uint8Array[] {
  const { text, ends } = dictionaryBytes(name, normal.dictionary);
  const lists = "items" in normal ? [bytesOf(normal.values)] : [];
  const codes = narrowed("items" in normal ? normal.items : normal.values, ends.length);
  const end = trailer(normal, codes.BYTES_PER_ELEMENT, ends.length, text.length);
  return padded([...lists, bytesOf(codes), gapAfter(codes.byteLength, 4), bytesOf(ends), text, ...states], end);
}

function gapAfter(bytes: number, multiple: number): Uint8Array {
  return new Uint8Array((multiple - (bytes % multiple)) % multiple);
}

function padded(pieces: readonly Uint8Array[], end: Uint8Array): readonly Uint8Array[] {
  const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [...pieces, gapAfter(bytes, 8), end];
}

function narrowed(codes: Int32Array, entries: number): Uint8Array | Uint16Array | Int32Array {
  if (entries <= 0x100) return new Uint8Array(codes);
  return entries <= 0x10000 ? new Uint16Array(codes) : codes;
}

function trailer(column: Column, codeBytes: number, entries: number, textBytes: number): Uint8Array {
  const bytes = new Uint8Array(columnTrailerBytes);
  bytes.set([columnFormat, columnTags.indexOf(column.tag), column.states === undefined ? 0 : 1, codeBytes]);
  const view = new DataView(bytes.buffer);
  view.setUint32(4, column.values.length, true);
  view.setUint32(8, entries, true);
  view.setUint32(12, textBytes, true);
  bytes.set(columnMark, 16);
  return bytes;
}
