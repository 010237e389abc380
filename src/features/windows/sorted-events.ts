import { groupByCode } from "../../table/group-by-code.ts";
import { stableOrder } from "../../table/stable-order.ts";

/** A column of source events. */
export interface EventColumn {
  readonly values: Float64Array;
  /** 1 where the event has a value; left out when all have. */
  readonly present: Uint8Array | undefined;
}

/** Events as they came, keys as dense codes. */
export interface KeyedEvents {
  /** Codes are in [0, keyCount); −1 = no key: left out. */
  readonly keyCount: number;
  readonly eventKeys: Int32Array;
  readonly eventTimeMs: Float64Array;
  /** From when each event counts, epoch ms; never before its event time. */
  readonly knownTimeMs: Float64Array;
  readonly columns: readonly EventColumn[];
}

/** Events by key and then by event time; those of key `k` are at the places `starts[k] … starts[k + 1]`. */
export interface SortedEvents {
  readonly starts: Uint32Array;
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
  readonly columns: readonly EventColumn[];
  /** The places of each key in the order of known times; equal ones by event time. */
  readonly byKnown: Uint32Array;
  /** The most events that one key has. */
  readonly largest: number;
}

/** Sorts events; columns are copied, so that one key's events lie side by side. */
export function sortEvents(events: KeyedEvents): SortedEvents {
  const byEvent = stableOrder(events.eventTimeMs);
  const { starts, items } = groupByCode(events.eventKeys, events.keyCount, byEvent);
  const places = new Uint32Array(events.eventKeys.length);
  for (let place = 0; place < items.length; place++) places[items[place] ?? 0] = place;
  const byKnown = groupByCode(events.eventKeys, events.keyCount, stableOrder(events.knownTimeMs, byEvent)).items;
  for (let i = 0; i < byKnown.length; i++) byKnown[i] = places[byKnown[i] ?? 0] ?? 0;
  let largest = 0;
  for (let key = 0; key < events.keyCount; key++)
    largest = Math.max(largest, (starts[key + 1] ?? 0) - (starts[key] ?? 0));
  return {
    starts,
    eventTimeMs: gathered(events.eventTimeMs, items),
    knownTimeMs: gathered(events.knownTimeMs, items),
    columns: events.columns.map(({ values, present }) => ({
      values: gathered(values, items),
      present: present === undefined ? undefined : gatheredBytes(present, items),
    })),
    byKnown,
    largest,
  };
}

/** Values at the given places. */
export function gathered(values: Float64Array, items: Uint32Array): Float64Array {
  const result = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) result[i] = values[items[i] ?? 0] ?? 0;
  return result;
}

function gatheredBytes(values: Uint8Array, items: Uint32Array): Uint8Array {
  const result = new Uint8Array(items.length);
  for (let i = 0; i < items.length; i++) result[i] = values[items[i] ?? 0] ?? 0;
  return result;
}
