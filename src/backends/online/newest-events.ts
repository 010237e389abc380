import type { OnlineNewest } from "../../contracts/online-store.ts";
import { headBytes, isMarked, notRecords, requireLayout } from "./event-records.ts";
import { cellBytes } from "./cell-layout.ts";
import { cellsReader } from "./read-cells.ts";

/** An answer whose arrays are to be filled, of `keys` keys and `columns` columns, all doubles. Event times are NaN: no key has an event yet. */
export function emptyNewest(keys: number, columns: number, keptFromMs: number): OnlineNewest {
  return newestIn(roomForNewest(keys, columns, 1), keys, columns, { keptFromMs });
}

/** Arrays that several answers take their parts of: one large array is made faster than many small ones. */
export interface NewestRoom {
  readonly doubles: Float64Array;
  readonly bytes: Uint8Array;
  usedDoubles: number;
  usedBytes: number;
}

/** Room for the answers of some views, of `columns` columns together. */
export function roomForNewest(keys: number, columns: number, views: number): NewestRoom {
  const doubles = new Float64Array(keys * (3 * views + columns));
  return { doubles, bytes: new Uint8Array(keys * columns), usedDoubles: 0, usedBytes: 0 };
}

/** Takes room for one view's answer; values of other kinds than doubles are the caller's to make. */
export function newestIn(
  room: NewestRoom,
  keys: number,
  columns: number,
  {
    keptFromMs,
    others = doublesAlone(columns),
  }: { readonly keptFromMs: number; readonly others?: OnlineNewest["others"] },
): OnlineNewest {
  const { doubles, bytes, usedDoubles: at, usedBytes } = room;
  room.usedDoubles += keys * (3 + columns);
  room.usedBytes += keys * columns;
  for (let i = 0; i < keys; i++) doubles[at + i] = Number.NaN;
  return {
    eventTimeMs: doubles.subarray(at, at + keys),
    knownTimeMs: doubles.subarray(at + keys, at + 2 * keys),
    ids: doubles.subarray(at + 2 * keys, at + 3 * keys),
    numbers: doubles.subarray(at + 3 * keys, room.usedDoubles),
    states: bytes.subarray(usedBytes, room.usedBytes),
    others,
    keptFromMs,
  };
}

/** The other kinds of columns that are all doubles. */
export function doublesAlone(columns: number): readonly undefined[] {
  return new Array<undefined>(columns).fill(undefined);
}

/** The newest events of keys from their records, at most one a key. Errors: `io/failed` for bytes that are no such records. */
export function newestOfRecords(records: readonly (Uint8Array | undefined)[], keptFromMs: number): OnlineNewest {
  const first = records.find((record) => record !== undefined);
  if (first === undefined) return emptyNewest(records.length, 0, keptFromMs);
  return isMarked(first) ? newestOfAny(records, keptFromMs) : newestOfDoubles(records, first.length, keptFromMs);
}

function newestOfDoubles(
  records: readonly (Uint8Array | undefined)[],
  width: number,
  keptFromMs: number,
): OnlineNewest {
  const keys = records.length;
  const columns = (width - headBytes[0]) / cellBytes;
  if (!(Number.isInteger(columns) && columns >= 0)) throw notRecords(1, width);
  const newest = emptyNewest(keys, columns, keptFromMs);
  const { ids, eventTimeMs, knownTimeMs, numbers, states } = newest;
  let view: DataView = new DataView(new ArrayBuffer(0));
  for (let i = 0; i < keys; i++) {
    const record = records[i];
    if (record === undefined) continue;
    if (record.length !== width || isMarked(record)) throw notRecords(1, record.length);
    if (view.buffer !== record.buffer) view = new DataView(record.buffer); // records of one reply lie in one
    const from = record.byteOffset;
    ids[i] = view.getFloat64(from, true);
    eventTimeMs[i] = view.getFloat64(from + 8, true);
    knownTimeMs[i] = view.getFloat64(from + 16, true);
    const cells = from + headBytes[0];
    const marks = headBytes[0] + columns * 8;
    for (let c = 0; c < columns; c++) {
      numbers[c * keys + i] = view.getFloat64(cells + c * 8, true);
      states[c * keys + i] = record[marks + c] ?? 0;
    }
  }
  return newest;
}

function newestOfAny(records: readonly (Uint8Array | undefined)[], keptFromMs: number): OnlineNewest {
  const keys = records.length;
  const reader = cellsReader(1, keys);
  const heads = emptyNewest(keys, 0, keptFromMs);
  records.forEach((record, i) => {
    if (record === undefined) return;
    requireLayout(record);
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    heads.ids[i] = view.getFloat64(24, true);
    heads.eventTimeMs[i] = view.getFloat64(8, true);
    heads.knownTimeMs[i] = view.getFloat64(16, true);
    reader.read(i, record, headBytes[1], record.length);
  });
  const { values, present } = reader.columns();
  const numbers = new Float64Array(keys * values.length);
  const states = new Uint8Array(keys * values.length).fill(1);
  const others = values.map((column, c) => {
    const own = present[c];
    if (own !== undefined) states.set(own, c * keys);
    if (column.kind !== "number") return column;
    numbers.set(column.values, c * keys);
    return undefined;
  });
  return { ...heads, numbers, states, others };
}
