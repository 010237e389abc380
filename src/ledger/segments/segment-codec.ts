import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { isRecord } from "../../core/is-record.ts";

/** The version of the segment format that this code writes. */
const version = 1;
/** "SLOG" in little-endian. */
const magic = 0x474f4c53;

/** A column of a segment: numbers as typed arrays, or text. */
export type SegmentColumn = Float64Array | Int32Array | Uint8Array | readonly string[];

/** A segment: a JSON head and named columns. */
export interface Segment {
  readonly head: { readonly [key: string]: JsonValue };
  readonly columns: { readonly [name: string]: SegmentColumn };
}

interface Part {
  readonly name: string;
  readonly type: "f64" | "i32" | "u8" | "text";
  readonly offset: number;
  readonly length: number;
  /** `text`: bytes of all strings together; their lengths in UTF-16 code units stand before them. */
  readonly textBytes: number;
}

/**
 * Packs a segment: magic, version, head length (each 32 bits), the head as JSON, then the columns' bytes, each aligned
 * to 8 bytes; little-endian. Text is one run of UTF-8 behind the strings' lengths.
 */
export function encodeSegment(segment: Segment): Uint8Array {
  const parts: Part[] = [];
  const chunks: { at: number; bytes: Uint8Array }[] = [];
  let offset = 0;
  const place = (bytes: Uint8Array): number => {
    const at = offset;
    chunks.push({ at, bytes });
    offset = align(at + bytes.byteLength);
    return at;
  };
  for (const [name, column] of Object.entries(segment.columns)) {
    if (isText(column)) {
      const text = new TextEncoder().encode(joined(name, column));
      const at = place(bytesOf(Int32Array.from(column, (item) => item.length)));
      place(text);
      parts.push({ name, type: "text", offset: at, length: column.length, textBytes: text.byteLength });
    } else {
      parts.push({ name, type: typeOf(column), offset: place(bytesOf(column)), length: column.length, textBytes: 0 });
    }
  }
  const head = new TextEncoder().encode(
    canonicalJson({ head: segment.head, parts: parts.map((part) => ({ ...part })) }),
  );
  const start = align(12 + head.byteLength);
  const out = new Uint8Array(start + offset);
  const view = new DataView(out.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, head.byteLength, true);
  out.set(head, 12);
  for (const { at, bytes } of chunks) out.set(bytes, start + at);
  return out;
}

/** Unpacks a segment. Errors: `serving/log-corrupt`, `workspace/newer-version`. */
export function decodeSegment(bytes: Uint8Array): Segment {
  const own = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  if (own.byteLength < 12 || view.getUint32(0, true) !== magic) throw corrupt("bytes without the segment's mark");
  const found = view.getUint32(4, true);
  if (found !== version) {
    throw new SluiceError("workspace/newer-version", {
      found: `a log segment of version ${found}`,
      expected: `version ${version}`,
      fix: "Upgrade the library.",
    });
  }
  const headLength = view.getUint32(8, true);
  const start = align(12 + headLength);
  if (start > own.byteLength) throw corrupt("a head that is longer than the segment");
  const { head, parts } = decodeHead(own.subarray(12, 12 + headLength));
  const columns: { [name: string]: SegmentColumn } = {};
  for (const part of parts) columns[part.name] = decodePart(own, start, part);
  return { head, columns };
}

function decodeHead(bytes: Uint8Array): { readonly head: Segment["head"]; readonly parts: readonly Part[] } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw corrupt("a head that is no JSON", error);
  }
  if (isHead(value)) return value;
  throw corrupt("a head without columns");
}

function isHead(value: unknown): value is { readonly head: Segment["head"]; readonly parts: readonly Part[] } {
  return isRecord(value) && isRecord(value["head"]) && Array.isArray(value["parts"]) && value["parts"].every(isRecord);
}

function decodePart(bytes: Uint8Array, start: number, part: Part): SegmentColumn {
  const at = bytes.byteOffset + start + part.offset;
  const width = part.type === "f64" ? 8 : part.type === "u8" ? 1 : 4;
  if (start + part.offset + part.length * width > bytes.byteLength)
    throw corrupt(`a column "${part.name}" that ends early`);
  if (part.type === "f64") return new Float64Array(bytes.buffer, at, part.length);
  if (part.type === "i32") return new Int32Array(bytes.buffer, at, part.length);
  if (part.type === "u8") return new Uint8Array(bytes.buffer, at, part.length);
  const lengths = new Int32Array(bytes.buffer, at, part.length);
  const from = start + align(part.offset + part.length * 4);
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(from, from + part.textBytes));
  const items = new Array<string>(part.length);
  let position = 0;
  for (let i = 0; i < part.length; i++) {
    const end = position + (lengths[i] ?? 0);
    items[i] = text.slice(position, end);
    position = end;
  }
  if (position !== text.length) throw corrupt(`a text column "${part.name}" of another length`);
  return items;
}

function joined(name: string, items: readonly string[]): string {
  for (const item of items) {
    if (!item.isWellFormed()) {
      throw new SluiceError("argument/invalid", {
        found: `a lone surrogate in ${name}`,
        expected: "well-formed text",
        fix: "Repair the text where it comes from.",
      });
    }
  }
  return items.join("");
}

function isText(column: SegmentColumn): column is readonly string[] {
  return Array.isArray(column);
}

function typeOf(column: Float64Array | Int32Array | Uint8Array): Part["type"] {
  if (column instanceof Float64Array) return "f64";
  return column instanceof Int32Array ? "i32" : "u8";
}

function bytesOf(values: Float64Array | Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function align(bytes: number): number {
  return (bytes + 7) & ~7;
}

function corrupt(found: string, cause?: unknown): SluiceError {
  return new SluiceError("serving/log-corrupt", {
    found,
    expected: "a whole log segment",
    fix: "Restore the workspace's objects from a backup.",
    cause,
  });
}
