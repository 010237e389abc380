import type { OnlineEventBatch, OnlineValues } from "../../contracts/online-store.ts";
import { type CellLayout, cellBytes, countBytes, valueKinds } from "./cell-layout.ts";
import { requireWellFormed } from "./event-values.ts";

const noBytes = new Uint8Array(0);

/** The cells of events: one array an event, in the order of the batch. */
export interface PackedCells {
  readonly layout: CellLayout;
  readonly events: readonly Uint8Array[];
}

/** Packs the cells of a batch, leaving room before each event's. Errors: `argument/invalid` for a text with a lone surrogate. */
export function packCells(batch: OnlineEventBatch, room: number): PackedCells {
  const doubles = batch.values.flatMap((column) => (column.kind === "number" ? [column.values] : []));
  if (doubles.length === batch.values.length) return { layout: 0, events: packDoubles(batch, doubles, room) };
  requireWellFormed(batch);
  const tails = batch.values.map((column, c) => tailsOf(column, batch.present[c], batch.ids.length));
  return { layout: 1, events: Array.from(batch.ids, (_, item) => packAny(batch, tails, item, room)) };
}

function packDoubles(batch: OnlineEventBatch, doubles: readonly Float64Array[], room: number): Uint8Array[] {
  const columns = doubles.length;
  const width = room + columns * cellBytes;
  const bytes = new Uint8Array(batch.ids.length * width);
  const view = new DataView(bytes.buffer);
  return Array.from(batch.ids, (_, item) => {
    const at = item * width + room;
    for (let c = 0; c < columns; c++) {
      view.setFloat64(at + c * 8, doubles[c]?.[item] ?? 0, true);
      bytes[at + columns * 8 + c] = batch.present[c]?.[item] ?? 1;
    }
    return bytes.subarray(at - room, at - room + width);
  });
}

/** What follows an event's fixed part, of one column: one array an event; `undefined` where the column has no such part. */
type Tails = readonly Uint8Array[] | undefined;

function tailsOf(column: OnlineValues, present: Uint8Array | undefined, events: number): Tails {
  const has = (item: number): boolean => item < events && present?.[item] !== 0;
  if (column.kind === "text") {
    const encoder = new TextEncoder();
    const known = new Map<string, Uint8Array>();
    return column.values.map((text, item) => {
      if (!has(item)) return noBytes;
      const encoded = known.get(text) ?? encoder.encode(text);
      known.set(text, encoded);
      return encoded;
    });
  }
  if (column.kind === "numbers") return column.values.map((list, item) => (has(item) ? doubleBytes(list) : noBytes));
  return undefined;
}

function doubleBytes(list: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(list.length * 8));
  for (let i = 0; i < list.length; i++) view.setFloat64(i * 8, list[i] ?? 0, true);
  return new Uint8Array(view.buffer);
}

function packAny(batch: OnlineEventBatch, tails: readonly Tails[], item: number, room: number): Uint8Array {
  const columns = batch.values.length;
  const slots = room + countBytes;
  const states = slots + columns * 8;
  let end = states + columns;
  for (const tail of tails) end += tail?.[item]?.length ?? 0;
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  view.setUint16(room, columns, true);
  let at = states + columns;
  batch.values.forEach((column, c) => {
    const tail = tails[c]?.[item] ?? noBytes;
    const slot = slots + c * 8;
    if (column.kind === "number") view.setFloat64(slot, column.values[item] ?? 0, true);
    else if (column.kind === "integer") view.setBigInt64(slot, column.values[item] ?? 0n, true);
    else view.setUint32(slot, tail.length, true);
    bytes[states + c] = valueKinds.indexOf(column.kind) * 2 + (batch.present[c]?.[item] ?? 1);
    bytes.set(tail, at);
    at += tail.length;
  });
  return bytes;
}
