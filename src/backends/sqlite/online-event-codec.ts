import type { OnlineEventBatch, OnlineEvents } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";

/**
 * The cells of one event as bytes: per column a little-endian double, then per column one byte (1 = present, 0 = null).
 * Bytes, because SQLite turns NaN into null and −0 into 0.
 */
export function packEvent(batch: OnlineEventBatch, item: number): Uint8Array {
  const columns = batch.values.length;
  const bytes = new Uint8Array(columns * 9);
  const view = new DataView(bytes.buffer);
  for (let c = 0; c < columns; c++) {
    view.setFloat64(c * 8, batch.values[c]?.[item] ?? 0, true);
    bytes[columns * 8 + c] = batch.present[c]?.[item] ?? 1;
  }
  return bytes;
}

/** Rows of the table, in order, as typed arrays. */
export function unpackEvents(rows: readonly { readonly [column: string]: unknown }[]): OnlineEvents {
  const count = rows.length;
  const columns = count === 0 ? 0 : cellsOf(rows[0]).length / 9;
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const values = Array.from({ length: columns }, () => new Float64Array(count));
  const present = Array.from({ length: columns }, () => new Uint8Array(count));
  rows.forEach((row, i) => {
    ids[i] = Number(row["id"]);
    eventTimeMs[i] = Number(row["event_ms"]);
    knownTimeMs[i] = Number(row["known_ms"]);
    const cells = cellsOf(row);
    const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
    values.forEach((column, c) => {
      column[i] = view.getFloat64(c * 8, true);
    });
    present.forEach((column, c) => {
      column[i] = cells[columns * 8 + c] ?? 0;
    });
  });
  return {
    count,
    ids,
    eventTimeMs,
    knownTimeMs,
    values,
    present: present.map((states) => (states.includes(0) ? states : undefined)),
  };
}

function cellsOf(row: { readonly [column: string]: unknown } | undefined): Uint8Array {
  const cells = row?.["cells"];
  if (cells instanceof Uint8Array) return cells;
  throw new SluiceError("metadata/failed", {
    found: "an online event without cells",
    expected: "its packed bytes",
    fix: "The file was changed from outside; delete it and materialize again.",
  });
}
