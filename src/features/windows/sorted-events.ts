import type { Steps } from "../../core/turns.ts";
import { countsFromMs } from "../../table/counts-from.ts";
import { stableOrder } from "../../table/stable-order.ts";
import { flagsLaidOut, laidOut, layOutByKey, placesInOrder } from "./key-layout.ts";

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
  /** When each event is known, epoch ms; before its event time where it is a forecast. */
  readonly knownTimeMs: Float64Array;
  readonly columns: readonly EventColumn[];
}

/** Events by key and then by event time; those of key `k` are at the places `starts[k] … starts[k + 1]`. */
export interface SortedEvents {
  readonly starts: Uint32Array;
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
  readonly columns: readonly EventColumn[];
  /** The places of each key in the order in which events come to count: once they have happened and are known; equal ones by event time. */
  readonly byCounting: Uint32Array;
  /** The most events that one key has. */
  readonly largest: number;
}

/** Sorts events; columns are copied, so that one key's events lie side by side. Those without a key are left out. */
export function* sortEvents(events: KeyedEvents): Steps<SortedEvents> {
  const { eventKeys, keyCount } = events;
  const byEvent = stableOrder(events.eventTimeMs);
  yield;
  const layout = layOutByKey(eventKeys, keyCount, byEvent);
  yield;
  const { starts } = layout;
  const held = starts[keyCount] ?? 0;
  let largest = 0;
  for (let key = 0; key < keyCount; key++) largest = Math.max(largest, (starts[key + 1] ?? 0) - (starts[key] ?? 0));
  const byKey = (values: Float64Array): Float64Array => laidOut(values, layout).subarray(0, held);
  const times = { eventTimeMs: byKey(events.eventTimeMs), knownTimeMs: byKey(events.knownTimeMs) };
  const columns: EventColumn[] = [];
  for (const { values, present } of events.columns) {
    yield;
    const flags = present === undefined ? undefined : flagsLaidOut(present, layout).subarray(0, held);
    columns.push({ values: byKey(values), present: flags });
  }
  yield;
  const byCounting = stableOrder(countsFromMs(events.eventTimeMs, events.knownTimeMs), byEvent);
  yield;
  return {
    starts,
    ...times,
    columns,
    byCounting: placesInOrder(layout, eventKeys, byCounting).subarray(0, held),
    largest,
  };
}
