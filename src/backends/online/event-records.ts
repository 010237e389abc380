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
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const values = Array.from({ length: columns }, () => new Float64Array(count));
  const present = Array.from({ length: columns }, () => new Uint8Array(count));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    ids[i] = view.getFloat64(at, true);
    eventTimeMs[i] = view.getFloat64(at + 8, true);
    knownTimeMs[i] = view.getFloat64(at + 16, true);
    values.forEach((column, c) => {
      column[i] = view.getFloat64(at + headBytes + c * 8, true);
    });
    present.forEach((column, c) => {
      column[i] = bytes[at + headBytes + columns * 8 + c] ?? 0;
    });
  }
  return {
    count,
    ids,
    eventTimeMs,
    knownTimeMs,
    values,
    present: present.map((states) => (states.includes(0) ? states : undefined)),
  };
}

function notRecords(count: number, length: number): SluiceError {
  return new SluiceError("io/failed", {
    found: `${count} events in ${length} bytes`,
    expected: "packed events of one width",
    fix: "The online store was changed from outside; clear the view and materialize again.",
  });
}
