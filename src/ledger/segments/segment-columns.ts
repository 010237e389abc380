import { SluiceError } from "../../core/errors.ts";
import type { Segment, SegmentColumn } from "./segment-codec.ts";

/** A column of doubles of a segment. Errors: `serving/log-corrupt`. */
export function doublesOf(segment: Segment, name: string): Float64Array {
  const column = segment.columns[name];
  if (column instanceof Float64Array) return column;
  throw missing(name, column);
}

/** A column of 32-bit integers of a segment. Errors: `serving/log-corrupt`. */
export function integersOf(segment: Segment, name: string): Int32Array {
  const column = segment.columns[name];
  if (column instanceof Int32Array) return column;
  throw missing(name, column);
}

/** A column of bytes of a segment. Errors: `serving/log-corrupt`. */
export function bytesOf(segment: Segment, name: string): Uint8Array {
  const column = segment.columns[name];
  if (column instanceof Uint8Array) return column;
  throw missing(name, column);
}

/** A text column of a segment. Errors: `serving/log-corrupt`. */
export function textOf(segment: Segment, name: string): readonly string[] {
  const column = segment.columns[name];
  if (isText(column)) return column;
  throw missing(name, column);
}

function isText(column: SegmentColumn | undefined): column is readonly string[] {
  return Array.isArray(column);
}

function missing(name: string, found: SegmentColumn | undefined): SluiceError {
  return new SluiceError("serving/log-corrupt", {
    found: `${found === undefined ? "no column" : "another type for"} "${name}" in a log segment`,
    expected: "the columns of the segment's version",
    fix: "Restore the workspace's objects from a backup.",
  });
}
