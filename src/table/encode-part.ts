import { canonicalJson } from "../core/canonical-json.ts";
import type { CellTag } from "../core/cell-type.ts";
import type { Column } from "./column.ts";
import { dictionaryBytes } from "./dictionary-bytes.ts";
import { normalColumn } from "./normal-column.ts";
import type { Table } from "./table.ts";

/** The version of the part format written here: a reader refuses a newer one. Parts without lists are of version 1, bytes and digests as ever. */
export const partFormat: 2 = 2;

/** The first eight bytes of a part. */
export const partMagic: string = "SLUICEP1";

/** Where a buffer lies: byte offset from the start of the body, and length in bytes. */
export type BufferRange = readonly [offset: number, bytes: number];

/** One column in the header of a part. Buffers are little-endian and start at multiples of eight. */
export interface PartColumn {
  readonly name: string;
  readonly tag: CellTag;
  readonly values: BufferRange;
  readonly states?: BufferRange;
  /** Lists only: doubles, or 32-bit codes of texts; `values` are where each row's end, as 32-bit integers. */
  readonly items?: BufferRange;
  /** Text, JSON and lists of text only: the dictionary's UTF-8, one entry after the other. */
  readonly text?: BufferRange;
  /** Text, JSON and lists of text only: where each entry ends, as 32-bit integers. */
  readonly ends?: BufferRange;
}

/** The JSON header of a part. */
export interface PartHeader {
  readonly format: number;
  readonly rows: number;
  readonly columns: readonly PartColumn[];
}

/**
 * A table as bytes: magic, header length, JSON header, then 8-aligned little-endian column buffers. Equal tables have equal bytes,
 * whatever the order of their dictionaries.
 *
 * Throws `table/unsupported-type` for text with a lone surrogate, which UTF-8 cannot hold.
 *
 * @example
 * ```ts
 * import { decodePart, encodePart, makeTable } from "sluice/table";
 * const bytes = encodePart(makeTable({ delay: { tag: "f64", values: Float64Array.of(3, 12) } }));
 * if (decodePart(bytes).rowCount !== 2) throw new Error("two rows expected");
 * ```
 */
export function encodePart(table: Table): Uint8Array {
  const chunks = partChunks(table);
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** The bytes of {@link encodePart}, piece by piece: for hashing without a second copy. */
export function partChunks(table: Table): readonly Uint8Array[] {
  const body: Uint8Array[] = [];
  let offset = 0;
  const place = (bytes: Uint8Array): BufferRange => {
    const range: BufferRange = [offset, bytes.length];
    const padding = (8 - (bytes.length % 8)) % 8;
    body.push(bytes);
    if (padding > 0) body.push(new Uint8Array(padding));
    offset += bytes.length + padding;
    return range;
  };
  const columns = Object.entries(table.columns).map(([name, column]) => placeColumn(name, normalColumn(column), place));
  const format = columns.some(({ items }) => items !== undefined) ? partFormat : 1;
  const header: PartHeader = { format, rows: table.rowCount, columns };
  return [...headerChunks(header), ...body];
}

function headerChunks(header: PartHeader): Uint8Array[] {
  const json = new TextEncoder().encode(
    canonicalJson({ ...header, columns: header.columns.map((column) => ({ ...column })) }),
  );
  const prefix = new Uint8Array(16);
  prefix.set(new TextEncoder().encode(partMagic));
  new DataView(prefix.buffer).setUint32(8, json.length, true);
  return [prefix, json, new Uint8Array((8 - (json.length % 8)) % 8)];
}

function placeColumn(name: string, column: Column, place: (bytes: Uint8Array) => BufferRange): PartColumn {
  const values = place(bytesOf(column.values));
  const states = column.states === undefined ? {} : { states: place(column.states) };
  const items = "items" in column ? { items: place(bytesOf(column.items)) } : {};
  if (!("dictionary" in column)) return { name, tag: column.tag, values, ...states, ...items };
  const { text, ends } = dictionaryBytes(name, column.dictionary);
  return { name, tag: column.tag, values, ...states, ...items, text: place(text), ends: place(bytesOf(ends)) };
}

/** The bytes of an array, little-endian; a view where the machine stores them so. */
export function bytesOf(values: Column["values"] | Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return littleEndian ? bytes : swapped(bytes, values.BYTES_PER_ELEMENT);
}

/** Whether this machine stores numbers little-endian, as the part format does. */
export const littleEndian: boolean = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** A copy of bytes with the order inside each element turned round. */
export function swapped(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const out = bytes.slice();
  for (let at = 0; at < out.length; at += elementBytes) out.subarray(at, at + elementBytes).reverse();
  return out;
}
