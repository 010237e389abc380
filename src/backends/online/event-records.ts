import type { OnlineEventBatch, OnlineEvents, OnlineValues } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { type CellLayout, cellBytes } from "./cell-layout.ts";
import { packCells } from "./pack-cells.ts";
import { cellsReader } from "./read-cells.ts";

/** Bytes before the cells: of doubles alone id, event time and known time; else a mark, event time, known time and id. */
export const headBytes: { readonly [layout in CellLayout]: number } = { 0: 24, 1: 32 };
/** The last two bytes of a mark: a NaN, which no id is, so that records without a mark are told from those with one. */
const markHigh = 0x7ff8;

/**
 * The events of a batch as records: a head and the cells. Records of doubles alone have one width; others begin with a mark that tells their length
 * (32 bits) and the layout of their cells (16 bits). Numbers are little-endian; a known time is always at byte 16, where a script looks for it.
 * Errors: `argument/invalid` for a text with a lone surrogate.
 */
export function packRecords(batch: OnlineEventBatch): readonly Uint8Array[] {
  const anyKind = batch.values.some(({ kind }) => kind !== "number");
  const { layout, events } = packCells(batch, headBytes[anyKind ? 1 : 0]);
  let view: DataView | undefined;
  events.forEach((record, item) => {
    if (view === undefined || view.buffer !== record.buffer) view = new DataView(record.buffer);
    const [id = 0, eventMs = 0, knownMs = 0] = [batch.ids[item], batch.eventTimeMs[item], batch.knownTimeMs[item]];
    setHead(view, record, layout, { id, eventMs, knownMs });
  });
  return events;
}

/** The times and the id of an event. */
interface EventHead {
  readonly id: number;
  readonly eventMs: number;
  readonly knownMs: number;
}

/** One event as a record, of its cells. */
export function recordOf(layout: CellLayout, head: EventHead, cells: Uint8Array): Uint8Array {
  const record = new Uint8Array(headBytes[layout] + cells.length);
  record.set(cells, headBytes[layout]);
  setHead(new DataView(record.buffer), record, layout, head);
  return record;
}

/** The cells of a record, and their layout. */
export function cellsOfRecord(record: Uint8Array): { readonly layout: CellLayout; readonly cells: Uint8Array } {
  const layout = isMarked(record) ? 1 : 0;
  return { layout, cells: record.subarray(headBytes[layout]) };
}

function setHead(view: DataView, record: Uint8Array, layout: CellLayout, { id, eventMs, knownMs }: EventHead): void {
  const at = record.byteOffset;
  if (layout === 1) {
    view.setUint32(at, record.length, true);
    view.setUint16(at + 4, layout, true);
    view.setUint16(at + 6, markHigh, true);
  }
  view.setFloat64(at + (layout === 1 ? 24 : 0), id, true);
  view.setFloat64(at + 8, eventMs, true);
  view.setFloat64(at + 16, knownMs, true);
}

/** `count` records, one after the other, as typed arrays. Errors: `io/failed` for bytes that are no such records. */
export function unpackRecords(count: number, bytes: Uint8Array): OnlineEvents {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (count === 0 || !isMarked(bytes)) return unpackDoubles(count, bytes, view);
  requireLayout(bytes);
  const ids = new Float64Array(count);
  const eventTimeMs = new Float64Array(count);
  const knownTimeMs = new Float64Array(count);
  const cells = cellsReader(1, count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const end = at + lengthAt(view, at);
    if (end > bytes.length) throw notRecords(count, bytes.length);
    ids[i] = view.getFloat64(at + 24, true);
    eventTimeMs[i] = view.getFloat64(at + 8, true);
    knownTimeMs[i] = view.getFloat64(at + 16, true);
    cells.read(i, bytes, at + headBytes[1], end);
    at = end;
  }
  if (at !== bytes.length) throw notRecords(count, bytes.length);
  return { count, ids, eventTimeMs, knownTimeMs, ...cells.columns() };
}

/** Whether a record begins with a mark; one without is of doubles alone. */
export function isMarked(record: Uint8Array): boolean {
  return record.length >= headBytes[1] && ((record[7] ?? 0) << 8) + (record[6] ?? 0) === markHigh;
}

/** Errors: `io/failed` for a marked record in a layout of a newer version. */
export function requireLayout(record: Uint8Array): void {
  const layout = ((record[5] ?? 0) << 8) + (record[4] ?? 0);
  if (layout !== 1) throw newerLayout(layout);
}

/** Records of doubles alone, column by column: they have one width. */
function unpackDoubles(count: number, bytes: Uint8Array, view: DataView): OnlineEvents {
  const head = headBytes[0];
  if (count === 0 && bytes.length > 0) throw notRecords(count, bytes.length);
  const width = count === 0 ? head : bytes.length / count;
  const columns = (width - head) / cellBytes;
  if (!(Number.isInteger(columns) && columns >= 0)) throw notRecords(count, bytes.length);
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

/** The error of bytes that are no records. */
export function notRecords(count: number, length: number): SluiceError {
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
