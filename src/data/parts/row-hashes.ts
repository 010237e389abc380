import { cellState, type Column, type ListColumn, type Utf8Column } from "../../table/column.ts";
import { itemsFrom } from "../../table/list-cells.ts";
import { littleEndian } from "../../table/encode-part.ts";
import { anyColumnOf, type Table } from "../../table/table.ts";

/** Entries of dictionaries by their hashes: batches of one source share their dictionary. */
const hashesOf: WeakMap<readonly string[], Int32Array> = new WeakMap();

/** Which of a double's two words is the lower one. */
const lowWord = littleEndian ? 0 : 1;

/** The upper word of NaN in normal form. */
const nanHigh = 0x7ff80000;

/**
 * A 32-bit hash of each row over some columns, from content alone: neither the table that a row came in nor a dictionary's order nor what
 * lies under a null matters. Multiplicative mixing, finished as MurmurHash3 (Appleby) does; it decides where parts end, not what they are.
 */
export function rowHashes(table: Table, columns: readonly string[]): Int32Array {
  const hashes = new Int32Array(table.rowCount);
  for (const name of columns) mixColumn(hashes, anyColumnOf(table, name));
  for (let i = 0; i < hashes.length; i++) hashes[i] = finished(hashes[i] as number);
  return hashes;
}

function mixColumn(hashes: Int32Array, column: Column): void {
  const { states } = column;
  const missing = states?.some((state) => state !== cellState.present) === true ? states : undefined;
  switch (column.tag) {
    case "f64":
    case "instant":
      mixDoubles(hashes, column.values, missing);
      return;
    case "i64":
      mixWords(hashes, column.values, missing);
      return;
    case "utf8":
    case "json":
      mixText(hashes, column, missing);
      return;
    case "f64[]":
    case "utf8[]":
      mixLists(hashes, column, missing);
      return;
    case "i32":
    case "bool": {
      const { values } = column;
      for (let i = 0; i < hashes.length; i++)
        hashes[i] = mixed(hashes[i] as number, cell(values[i] as number, missing, i));
    }
  }
}

function mixDoubles(hashes: Int32Array, values: Float64Array, missing: Uint8Array | undefined): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  if (missing === undefined && !values.includes(Number.NaN)) {
    mixPlainWords(hashes, words);
    return;
  }
  for (let i = 0; i < hashes.length; i++) {
    const isNan = Number.isNaN(values[i] as number);
    const low = isNan ? 0 : (words[2 * i + lowWord] as number);
    const high = isNan ? nanHigh : (words[2 * i + 1 - lowWord] as number);
    hashes[i] = mixed(mixed(hashes[i] as number, cell(low, missing, i)), cell(high, missing, i));
  }
}

/** The quick way, for values that are all there. */
function mixPlainWords(hashes: Int32Array, words: Int32Array): void {
  const rows = hashes.length;
  const high = 1 - lowWord;
  for (let i = 0; i < rows; i++)
    hashes[i] = mixed(mixed(hashes[i] as number, words[2 * i + lowWord] as number), words[2 * i + high] as number);
}

function mixWords(hashes: Int32Array, values: BigInt64Array, missing: Uint8Array | undefined): void {
  const words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  if (missing === undefined) {
    mixPlainWords(hashes, words);
    return;
  }
  for (let i = 0; i < hashes.length; i++) {
    const low = mixed(hashes[i] as number, cell(words[2 * i + lowWord] as number, missing, i));
    hashes[i] = mixed(low, cell(words[2 * i + 1 - lowWord] as number, missing, i));
  }
}

function mixText(hashes: Int32Array, column: Omit<Utf8Column, "tag">, missing: Uint8Array | undefined): void {
  const known = hashesOf.get(column.dictionary);
  const entries = known ?? Int32Array.from(column.dictionary, textHash);
  if (known === undefined) hashesOf.set(column.dictionary, entries);
  const { values } = column;
  for (let i = 0; i < hashes.length; i++)
    hashes[i] = mixed(hashes[i] as number, cell(entries[values[i] as number] ?? 0, missing, i));
}

/** A list is its length and the hash of each item, as the items' own column has it. */
function mixLists(hashes: Int32Array, column: ListColumn, missing: Uint8Array | undefined): void {
  const items = new Int32Array(column.items.length);
  if (column.tag === "f64[]") mixDoubles(items, column.items, undefined);
  else mixText(items, { values: column.items, dictionary: column.dictionary }, undefined);
  for (let i = 0; i < hashes.length; i++) {
    const from = itemsFrom(column, i);
    const to = column.values[i] ?? from;
    let hash = mixed(hashes[i] as number, cell(to - from, missing, i));
    for (let at = from; at < to; at++) hash = mixed(hash, items[at] as number);
    hashes[i] = hash;
  }
}

/** What is mixed in for a cell: its value, or which kind of missing it is. */
function cell(value: number, missing: Uint8Array | undefined, row: number): number {
  if (missing === undefined) return value;
  const state = missing[row] as number;
  return state === cellState.present ? value : 0x2f0b4a27 + state;
}

function textHash(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return finished(hash);
}

function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function finished(hash: number): number {
  const first = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 13), 0xc2b2ae35);
  return second ^ (second >>> 16);
}
