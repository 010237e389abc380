import type { OnlineEventBatch, OnlineEvents } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";

/** Bytes of a record before its cells: id, event time and known time. */
const headBytes = 24;

/**
 * The events of a batch as records of one width: id, event time and known time, then per column its value, all little-endian doubles, then
 * per column one byte (1 = present, 0 = null). Bytes, because text loses NaN and the sign of zero in one engine or another.
 */
export function packRecords(batch: OnlineEventBatch): readonly Uint8Array[] {
  const columns = batch.values.length;
  const width = headBytes + columns * 9;
  const bytes = new Uint8Array(batch.ids.length * width);
  const view = new DataView(bytes.buffer);
  return Array.from(batch.ids, (id, item) => {
    const at = item * width;
    view.setFloat64(at, id, true);
    view.setFloat64(at + 8, batch.eventTimeMs[item] ?? 0, true);
    view.setFloat64(at + 16, batch.knownTimeMs[item] ?? 0, true);
    for (let c = 0; c < columns; c++) {
      view.setFloat64(at + headBytes + c * 8, batch.values[c]?.[item] ?? 0, true);
      bytes[at + headBytes + columns * 8 + c] = batch.present[c]?.[item] ?? 1;
    }
    return bytes.subarray(at, at + width);
  });
}

/** `count` records, one after the other, as typed arrays. Errors: `io/failed` for bytes that are no such records. */
export function unpackRecords(count: number, bytes: Uint8Array): OnlineEvents {
  const width = count === 0 ? headBytes : bytes.length / count;
  const columns = (width - headBytes) / 9;
  if (!(Number.isInteger(columns) && columns >= 0)) throw notRecords(count, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const doubles = (from: number): Float64Array => {
    const found = new Float64Array(count);
    for (let i = 0; i < count; i++) found[i] = view.getFloat64(i * width + from, true);
    return found;
  };
  const values: Float64Array[] = [];
  const present: (Uint8Array | undefined)[] = [];
  for (let c = 0; c < columns; c++) {
    values.push(doubles(headBytes + c * 8));
    present.push(statesOf(bytes, count, width, headBytes + columns * 8 + c));
  }
  return { count, ids: doubles(0), eventTimeMs: doubles(8), knownTimeMs: doubles(16), values, present };
}

/** A column's states; none where all are present. */
function statesOf(bytes: Uint8Array, count: number, width: number, from: number): Uint8Array | undefined {
  let states: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    if (bytes[i * width + from] === 1) continue;
    states ??= new Uint8Array(count).fill(1);
    states[i] = 0;
  }
  return states;
}

function notRecords(count: number, length: number): SluiceError {
  return new SluiceError("io/failed", {
    found: `${count} events in ${length} bytes`,
    expected: "packed events of one width",
    fix: "The online store was changed from outside; clear the view and materialize again.",
  });
}
