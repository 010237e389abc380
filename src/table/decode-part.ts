import { SluiceError } from "../core/errors.ts";
import type { Column } from "./column.ts";
import { readDictionaryBytes } from "./dictionary-bytes.ts";
import {
  type BufferRange,
  littleEndian,
  type PartColumn,
  type PartHeader,
  partFormat,
  partMagic,
  swapped,
} from "./encode-part.ts";
import { makeTable, type Table } from "./table.ts";

/**
 * The table of a part written by `encodePart`. Its arrays are views of `bytes` where these are 8-aligned; nothing is copied then.
 *
 * @param columns Only these columns, in this order; all when left out.
 *
 * Throws `data/malformed-source` for bytes that are no part, are cut short, or were written by a newer version; `data/missing-column`.
 */
export function decodePart(bytes: Uint8Array, columns?: readonly string[]): Table {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { header, bodyAt } = readHeader(aligned);
  const body = aligned.subarray(bodyAt);
  const wanted = columns === undefined ? header.columns : columns.map((name) => columnNamed(header, name));
  const out: { [name: string]: Column } = {};
  for (const column of wanted) out[column.name] = readColumn(body, column);
  return wanted.length === 0 ? { rowCount: header.rows, columns: out } : makeTable(out);
}

function readHeader(bytes: Uint8Array): { header: PartHeader; bodyAt: number } {
  if (bytes.length < 16 || new TextDecoder().decode(bytes.subarray(0, 8)) !== partMagic)
    throw malformed("bytes without the mark of a part");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  if (16 + length > bytes.length) throw malformed("a part cut short in its header");
  const header: unknown = parseJson(bytes.subarray(16, 16 + length));
  if (!isHeader(header)) throw malformed("a part with an unreadable header");
  if (header.format > partFormat) throw malformed(`a part of format ${header.format}`);
  return { header, bodyAt: 16 + Math.ceil(length / 8) * 8 };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw malformed("a part with an unreadable header", cause);
  }
}

function isHeader(value: unknown): value is PartHeader {
  return (
    typeof value === "object" &&
    value !== null &&
    "format" in value &&
    typeof value.format === "number" &&
    "columns" in value &&
    Array.isArray(value.columns)
  );
}

function columnNamed(header: PartHeader, name: string): PartColumn {
  const column = header.columns.find((candidate) => candidate.name === name);
  if (column !== undefined) return column;
  throw new SluiceError("data/missing-column", {
    found: `columns ${header.columns.map((c) => c.name).join(", ")}`,
    expected: `a column "${name}"`,
    fix: "Check the column's name.",
  });
}

function readColumn(body: Uint8Array, column: PartColumn): Column {
  const states = column.states === undefined ? {} : { states: rangeOf(body, column.states, 1) };
  const width = { f64: 8, instant: 8, i64: 8, i32: 4, utf8: 4, json: 4, bool: 1, "f64[]": 4, "utf8[]": 4 }[column.tag];
  const raw = rangeOf(body, column.values, width);
  const { buffer, byteOffset } = raw;
  const length = raw.length / width;
  switch (column.tag) {
    case "f64":
      return { tag: "f64", values: new Float64Array(buffer, byteOffset, length), ...states };
    case "instant":
      return { tag: "instant", values: new Float64Array(buffer, byteOffset, length), ...states };
    case "i64":
      return { tag: "i64", values: new BigInt64Array(buffer, byteOffset, length), ...states };
    case "i32":
      return { tag: "i32", values: new Int32Array(buffer, byteOffset, length), ...states };
    case "bool":
      return { tag: "bool", values: raw, ...states };
    case "utf8":
    case "json":
      return {
        tag: column.tag,
        values: new Int32Array(buffer, byteOffset, length),
        dictionary: readDictionary(body, column),
        ...states,
      };
    case "f64[]": {
      const items = itemsOf(body, column, 8);
      return {
        tag: column.tag,
        values: new Uint32Array(buffer, byteOffset, length),
        items: new Float64Array(items.buffer, items.byteOffset, items.length / 8),
        ...states,
      };
    }
    case "utf8[]": {
      const items = itemsOf(body, column, 4);
      return {
        tag: column.tag,
        values: new Uint32Array(buffer, byteOffset, length),
        items: new Int32Array(items.buffer, items.byteOffset, items.length / 4),
        dictionary: readDictionary(body, column),
        ...states,
      };
    }
  }
}

function itemsOf(body: Uint8Array, { name, items }: PartColumn, elementBytes: number): Uint8Array {
  if (items === undefined) throw malformed(`a part whose lists "${name}" have no items`);
  return rangeOf(body, items, elementBytes);
}

function rangeOf(body: Uint8Array, [offset, length]: BufferRange, elementBytes: number): Uint8Array {
  if (offset + length > body.length) throw malformed("a part cut short");
  const bytes = body.subarray(offset, offset + length);
  return littleEndian || elementBytes === 1 ? bytes : swapped(bytes, elementBytes);
}

function readDictionary(body: Uint8Array, column: PartColumn): string[] {
  if (column.text === undefined || column.ends === undefined)
    throw malformed(`a part whose text column "${column.name}" has no dictionary`);
  const text = rangeOf(body, column.text, 1);
  const raw = rangeOf(body, column.ends, 4);
  const ends = new Int32Array(raw.buffer, raw.byteOffset, raw.length / 4);
  return readDictionaryBytes(text, ends);
}

function malformed(found: string, cause?: unknown): SluiceError {
  return new SluiceError("data/malformed-source", {
    found,
    expected: `a part of format ${partFormat} or older`,
    fix: "Read it with the version of the library that wrote it, or restore it from a copy.",
    cause,
  });
}
