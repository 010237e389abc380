import { SluiceError } from "../core/errors.ts";
import type { Column } from "./column.ts";
import { readDictionaryBytes } from "./dictionary-bytes.ts";
import { columnFormat, columnTags, columnTrailerBytes } from "./encode-column.ts";
import { littleEndian, swapped } from "./encode-part.ts";

/**
 * The column in bytes written by `encodeColumn`. Its arrays are views of `bytes` where these are 8-aligned.
 * Throws `data/malformed-source` for bytes that are no column or were written by a newer version.
 */
export function decodeColumn(bytes: Uint8Array): Column {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { tag, rows, withStates, codeBytes, entries, textBytes } = readTrailer(aligned);
  const isText = tag === "utf8" || tag === "json";
  const width = isText ? codeBytes : { f64: 8, instant: 8, i64: 8, i32: 4, bool: 1 }[tag];
  const take = (from: number, length: number, elementBytes: number): Uint8Array => {
    if (from + length > aligned.length - columnTrailerBytes) throw malformed("a column cut short");
    const part = aligned.subarray(from, from + length);
    return littleEndian || elementBytes === 1 ? part : swapped(part, elementBytes);
  };
  const values = take(0, rows * width, width);
  const endsAt = Math.ceil((rows * width) / 4) * 4;
  const statesAt = isText ? endsAt + 4 * entries + textBytes : rows * width;
  const end = withStates ? statesAt + rows : statesAt;
  if (Math.ceil(end / 8) * 8 + columnTrailerBytes !== aligned.length)
    throw malformed(`a column of ${aligned.length} bytes for ${rows} rows`);
  const states = withStates ? { states: take(statesAt, rows, 1) } : {};
  const { buffer, byteOffset } = values;
  switch (tag) {
    case "f64":
    case "instant":
      return { tag, values: new Float64Array(buffer, byteOffset, rows), ...states };
    case "i64":
      return { tag, values: new BigInt64Array(buffer, byteOffset, rows), ...states };
    case "i32":
      return { tag, values: new Int32Array(buffer, byteOffset, rows), ...states };
    case "bool":
      return { tag, values, ...states };
    case "utf8":
    case "json": {
      const ends = take(endsAt, 4 * entries, 4);
      const dictionary = readDictionaryBytes(
        take(endsAt + 4 * entries, textBytes, 1),
        new Int32Array(ends.buffer, ends.byteOffset, entries),
      );
      return { tag, values: widened(values, codeBytes, rows), dictionary, ...states };
    }
  }
}

function widened(codes: Uint8Array, codeBytes: number, rows: number): Int32Array {
  if (codeBytes === 1) return new Int32Array(codes);
  if (codeBytes === 2) return new Int32Array(new Uint16Array(codes.buffer, codes.byteOffset, rows));
  return new Int32Array(codes.buffer, codes.byteOffset, rows);
}

function readTrailer(bytes: Uint8Array) {
  if (bytes.length < columnTrailerBytes) throw malformed("a column cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - columnTrailerBytes);
  const tag = columnTags[view.getUint8(1)];
  const format = view.getUint8(0);
  const codeBytes = view.getUint8(3);
  if (format !== columnFormat || tag === undefined) throw malformed(`a column of format ${format}`);
  if ((tag === "utf8" || tag === "json") && codeBytes !== 1 && codeBytes !== 2 && codeBytes !== 4)
    throw malformed(`codes of ${codeBytes} bytes`);
  const withStates = view.getUint8(2) === 1;
  const rows = view.getUint32(4, true);
  return { tag, rows, withStates, codeBytes, entries: view.getUint32(8, true), textBytes: view.getUint32(12, true) };
}

function malformed(found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found,
    expected: `a column of format ${columnFormat}`,
    fix: "Read it with the version of the library that wrote it, or restore it from a copy.",
  });
}
