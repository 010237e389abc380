import { fieldKind, kindBits, type RecordBlock } from "./record-block.ts";

/** What stands in place of a start where there is no value to read. */
export const noValue: { readonly null: -1; readonly absent: -2; readonly malformed: -3 } = {
  null: -1,
  absent: -2,
  malformed: -3,
};

/** One field of every record of a block. */
export interface FieldCells {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each begins in `bytes`, or a {@link noValue}: a plain empty field is null, one beyond a short record's end absent. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const quote = 34;
const space = 32;

/** Finds one field of every record. The arrays are reused from call to call. */
export class FieldFinder {
  #starts = new Int32Array(0);
  #ends = new Int32Array(0);

  /** `trim`: leaves out spaces around. Doubled quotes become single ones, in place: ask for a field once. */
  find(bytes: Uint8Array, block: RecordBlock, field: number, trim: boolean): FieldCells {
    const count = block.records;
    if (this.#starts.length < count) {
      this.#starts = new Int32Array(count);
      this.#ends = new Int32Array(count);
    }
    const starts = this.#starts;
    const ends = this.#ends;
    const { firsts, marks, ends: blockEnds } = block;
    for (let record = 0; record < count; record++) {
      const at = (firsts[record] as number) + field;
      if (at >= (firsts[record + 1] as number)) {
        starts[record] = noValue.absent;
        continue;
      }
      const mark = marks[at] as number;
      const kind = mark & kindBits;
      let start = mark >>> 2;
      let end = blockEnds[at] as number;
      if (kind === fieldKind.doubled) end = withSingleQuotes(bytes, start, end);
      if (kind === fieldKind.malformed) start = noValue.malformed;
      else if (kind === fieldKind.plain && start === end) start = noValue.null;
      else if (trim) {
        while (start < end && bytes[start] === space) start++;
        while (end > start && bytes[end - 1] === space) end--;
      }
      starts[record] = start;
      ends[record] = end;
    }
    return { bytes, count, starts, ends };
  }
}

/** Writes each doubled quote once; answers the new end. */
function withSingleQuotes(bytes: Uint8Array, start: number, end: number): number {
  let to = start;
  for (let from = start; from < end; from++) {
    const byte = bytes[from] as number;
    bytes[to++] = byte;
    if (byte === quote) from++;
  }
  return to;
}
