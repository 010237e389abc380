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

/** A row of the table. */
type EventRow = { readonly [column: string]: unknown };

/** The rows `from` … `to` − 1 of the table, in order, as typed arrays. */
export function unpackEvents(rows: readonly EventRow[], from: number = 0, to: number = rows.length): OnlineEvents {
  const count = to - from;
  const columns = count === 0 ? 0 : cellsOf(rows[from]).length / 9;
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const values: Float64Array[] = [];
  const present: (Uint8Array | undefined)[] = [];
  for (let c = 0; c < columns; c++) {
    values.push(new Float64Array(count));
    present.push(undefined);
  }
  for (let i = 0; i < count; i++) {
    const row = rows[from + i];
    ids[i] = Number(row?.["id"]);
    eventTimeMs[i] = Number(row?.["event_ms"]);
    knownTimeMs[i] = Number(row?.["known_ms"]);
    setCells(cellsOf(row), i, values, present);
  }
  return { count, ids, eventTimeMs, knownTimeMs, values, present };
}

/** Sets an event's values; of a column the states are made at its first null. */
function setCells(
  cells: Uint8Array,
  event: number,
  values: readonly Float64Array[],
  present: (Uint8Array | undefined)[],
): void {
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  for (let c = 0; c < values.length; c++) {
    const column = values[c];
    if (column === undefined) continue;
    column[event] = view.getFloat64(c * 8, true);
    if (cells[values.length * 8 + c] === 1) continue;
    const states = present[c] ?? new Uint8Array(column.length).fill(1);
    states[event] = 0;
    present[c] = states;
  }
}

function cellsOf(row: EventRow | undefined): Uint8Array {
  const cells = row?.["cells"];
  if (cells instanceof Uint8Array) return cells;
  throw new SluiceError("metadata/failed", {
    found: "an online event without cells",
    expected: "its packed bytes",
    fix: "The file was changed from outside; delete it and materialize again.",
  });
}
