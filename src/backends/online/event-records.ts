import type { OnlineEventBatch, OnlineEvents, OnlineValues } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { type CellLayout, cellBytes } from "./cell-layout.ts";
import { packCells } from "./pack-cells.ts";
import { cellsReader } from "./read-cells.ts";

/** Bytes before the cells: of doubles alone id, event time and known time; else a mark, event time, known time and id. */
const headBytes: { readonly [layout in CellLayout]: number } = { 0: 24, 1: 32 };
/** The last two bytes of a mark: a NaN, which no id is, so that records without a mark are told from those with one. */
const markHigh = 0x7ff8;

/**
 * The events of a batch as records: a head and the cells. Records of doubles alone have one width; others begin with a mark that tells their length
 * (32 bits) and the layout of their cells (16 bits). Numbers are little-endian; a known time is always at byte 16, where a script looks for it.
 * Errors: `argument/invalid` for a text with a lone surrogate.
 */
export function packRecords(batch: OnlineEventBatch): readonly Uint8Array[] {
  const anyKind = batch.values.some(({ kind }) => kind !== "number");
  const head = headBytes[anyKind ? 1 : 0];
  const { layout, events } = packCells(batch, head);
  let view: DataView | undefined;
  events.forEach((record, item) => {
    if (view === undefined || view.buffer !== record.buffer) view = new DataView(record.buffer);
    const at = record.byteOffset;
    if (layout === 1) {
      view.setUint32(at, record.length, true);
      view.setUint16(at + 4, layout, true);
      view.setUint16(at + 6, markHigh, true);
    }
    view.setFloat64(at + (layout === 1 ? 24 : 0), batch.ids[item] ?? 0, true);
    view.setFloat64(at + 8, batch.eventTimeMs[item] ?? 0, true);
    view.setFloat64(at + 16, batch.knownTimeMs[item] ?? 0, true);
  });
  return events;
}

/** `count` records, one after the other, as typed arrays. Errors: `io/failed` for bytes that are no such records. */
export function unpackRecords(count: number, bytes: Uint8Array): OnlineEvents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = count > 0 && bytes.length >= headBytes[1] && view.getUint16(6, true) === markHigh;
  if (!marked) return unpackDoubles(count, bytes, view);
  if (view.getUint16(4, true) !== 1) throw newerLayout(view.getUint16(4, true));
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const cells = cellsReader(1, count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = at + lengthAt(view, at);
    if (end > bytes.length) throw notRecords(count, bytes);
    ids[i] = view.getFloat64(at + 24, true);
    eventTimeMs[i] = view.getFloat64(at + 8, true);
    knownTimeMs[i] = view.getFloat64(at + 16, true);
    cells.read(i, bytes, at + headBytes[1], end);
    at = end;
  }
  if (at !== bytes.length) throw notRecords(count, bytes);
  return { count, ids, eventTimeMs, knownTimeMs, ...cells.columns() };
}

/** Records of doubles alone, column by column: they have one width. */
function unpackDoubles(count: number, bytes: Uint8Array, view: DataView): OnlineEvents {
  const head = headBytes[0];
  if (count === 0 && bytes.length > 0) throw notRecords(count, bytes);
  const width = count === 0 ? head : bytes.length / count;
  const columns = (width - head) / cellBytes;
  if (!(Number.isInteger(columns) && columns >= 0)) throw notRecords(count, bytes);
  const doubles = (from: number): Float64Array => {
    const found = new Float64Array(count);
    for (let i = 0; i < count; i++) found[i] = view.getFloat64(i * width + from, true);
    return found;
  };
  const values: OnlineValues[] = [];
  const present: (Uint8Array | undefined)[] = [];
  for (let c = 0; c < columns; c++) {
    values.push({ kind: "number", values: doubles(head + c * 8) });
    present.push(statesOf(bytes, count, width, head + columns * 8 + c));
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

/** The length that a record's mark tells; 2^32 where there is none. */
function lengthAt(view: DataView, at: number): number {
  if (at + headBytes[1] > view.byteLength || view.getUint16(at + 6, true) !== markHigh) return 2 ** 32;
  return Math.max(headBytes[1], view.getUint32(at, true));
}

function notRecords(count: number, { length }: Uint8Array): SluiceError {
  return new SluiceError("io/failed", {
    found: `${count} events in ${length} bytes`,
    expected: "packed events of the same columns",
    fix: "The online store was changed from outside; drop the view and materialize again.",
  });
}

function newerLayout(layout: number): SluiceError {
  return new SluiceError("io/failed", {
    found: `events in layout ${layout}`,
    expected: "layout 1, or none told",
    fix: "A newer version of the library wrote them: read them with that version, or drop the view and materialize again.",
  });
}
