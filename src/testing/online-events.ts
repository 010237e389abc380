import assert from "node:assert/strict";
import type { OnlineEventBatch, OnlineStore } from "../contracts/online-store.ts";

/** Events as `[key, id, event time, known time, value or null]`. */
export function eventsOf(
  ...events: readonly (readonly [string, number, number, number, number | null])[]
): OnlineEventBatch {
  const keys = [...new Set(events.map(([key]) => key))];
  return {
    keys,
    keyIndex: Int32Array.from(events, ([key]) => keys.indexOf(key)),
    ids: Float64Array.from(events, ([, id]) => id),
    eventTimeMs: Float64Array.from(events, ([, , eventMs]) => eventMs),
    knownTimeMs: Float64Array.from(events, ([, , , knownMs]) => knownMs),
    values: [Float64Array.from(events, ([, , , , value]) => value ?? 0)],
    present: [
      events.some(([, , , , value]) => value === null)
        ? Uint8Array.from(events, ([, , , , value]) => (value === null ? 0 : 1))
        : undefined,
    ],
  };
}

/** Reads one entity's events as `[id, event time, known time, value or null]`. */
export async function readEventRows(
  store: OnlineStore,
  view: string,
  key: string,
  fromMs: number,
): Promise<unknown[][]> {
  const {
    events: [events],
  } = await store.readEvents(view, [key], fromMs);
  assert.ok(events !== undefined);
  const present = events.present[0];
  return Array.from({ length: events.count }, (_, i) => [
    events.ids[i],
    events.eventTimeMs[i],
    events.knownTimeMs[i],
    present !== undefined && present[i] !== 1 ? null : events.values[0]?.[i],
  ]);
}
