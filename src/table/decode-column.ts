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
  const pieces = new PieceReader(aligned);
  const dictionary = (): string[] => {
    pieces.alignTo(4);
    const ends = pieces.take(entries, 4);
    return readDictionaryBytes(pieces.take(textBytes, 1), new Int32Array(ends.buffer, ends.byteOffset, entries));
  };
  const finish = <C extends Column>(column: C): C => {
    const states = withStates ? { states: pieces.take(rows, 1) } : {};
    pieces.requireEnd(rows);
    return { ...column, ...states };
  };
  switch (tag) {
    case "f64":
    case "instant":
      return finish({ tag, values: doubles(pieces.take(rows, 8)) });
    case "i64": {
      const { buffer, byteOffset } = pieces.take(rows, 8);
      return finish({ tag, values: new BigInt64Array(buffer, byteOffset, rows) });
    }
    case "i32": {
      const { buffer, byteOffset } = pieces.take(rows, 4);
      return finish({ tag, values: new Int32Array(buffer, byteOffset, rows) });
    }
    case "bool":
      return finish({ tag, values: pieces.take(rows, 1) });
    case "utf8":
    case "json": {
      const codes = pieces.take(rows, codeBytes);
      return finish({ tag, values: widened(codes, codeBytes), dictionary: dictionary() });
    }
    case "f64[]": {
      const values = endsOf(pieces.take(rows, 4));
      pieces.alignTo(8);
      return finish({ tag, values, items: doubles(pieces.take(values[rows - 1] ?? 0, 8)) });
    }
    case "utf8[]": {
      const values = endsOf(pieces.take(rows, 4));
      const codes = pieces.take(values[rows - 1] ?? 0, codeBytes);
      return finish({ tag, values, items: widened(codes, codeBytes), dictionary: dictionary() });
    }
  }
}

/** Takes the pieces of a column's bytes one after the other. */
class PieceReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number, elementBytes: number): Uint8Array {
    const end = this.#at + length * elementBytes;
    if (end > this.#bytes.length - columnTrailerBytes) throw malformed("a column cut short");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return littleEndian || elementBytes === 1 ? part : swapped(part, elementBytes);
  }

  /** Skips what fills up to a multiple. */
  alignTo(multiple: number): void {
    this.#at = Math.ceil(this.#at / multiple) * multiple;
  }

  requireEnd(rows: number): void {
    if (Math.ceil(this.#at / 8) * 8 + columnTrailerBytes === this.#bytes.length) return;
    throw malformed(`a column of ${this.#bytes.length} bytes for ${rows} rows`);
  }
}

function doubles({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function endsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function widened(codes: Uint8Array, codeBytes: number): Int32Array {
  const { buffer, byteOffset, byteLength } = codes;
  if (codeBytes === 1) return new Int32Array(codes);
  if (codeBytes === 2) return new Int32Array(new Uint16Array(buffer, byteOffset, byteLength / 2));
  return new Int32Array(buffer, byteOffset, byteLength / 4);
}

function readTrailer(bytes: Uint8Array) {
  if (bytes.length < columnTrailerBytes) throw malformed("a column cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - columnTrailerBytes);
  const tag = columnTags[view.getUint8(1)];
  const format = view.getUint8(0);
  const codeBytes = view.getUint8(3);
  if (format !== columnFormat || tag === undefined) throw malformed(`a column of format ${format}`);
  if ((tag === "utf8" || tag === "json" || tag === "utf8[]") && codeBytes !== 1 && codeBytes !== 2 && codeBytes !== 4)
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
