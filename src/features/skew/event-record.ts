import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { WindowedPlan } from "../store/service-plan.ts";

/** One event of an entity in a view, from history or from the online store. */
export interface EventRecord {
  readonly id: number;
  readonly eventMs: number;
  /** From when it counts, epoch ms. */
  readonly knownMs: number;
  /** The view's value columns; `undefined` = null. */
  readonly values: readonly (number | undefined)[];
  /** When its row became part of history, epoch ms; −∞ = long ago; `undefined` = it was read from the online store. */
  readonly committedMs: number | undefined;
}

/** Event `at` of a store's arrays. */
export function recordAt(events: OnlineEvents, at: number, committedMs: number | undefined): EventRecord {
  return {
    id: events.ids[at] ?? Number.NaN,
    eventMs: events.eventTimeMs[at] ?? Number.NaN,
    knownMs: events.knownTimeMs[at] ?? Number.NaN,
    values: events.values.map((column, c) => (events.present[c]?.[at] === 0 ? undefined : column[at])),
    committedMs,
  };
}

/** Records as an entity's events: sorted by (event time, id). */
export function eventsOf(records: readonly EventRecord[], width: number): OnlineEvents {
  const sorted = records.toSorted((a, b) => a.eventMs - b.eventMs || a.id - b.id);
  const columns = Array.from({ length: width }, (_, column) => column);
  return {
    count: sorted.length,
    ids: Float64Array.from(sorted, ({ id }) => id),
    eventTimeMs: Float64Array.from(sorted, ({ eventMs }) => eventMs),
    knownTimeMs: Float64Array.from(sorted, ({ knownMs }) => knownMs),
    values: columns.map((column) => Float64Array.from(sorted, ({ values }) => values[column] ?? 0)),
    present: columns.map((column) => Uint8Array.from(sorted, ({ values }) => (values[column] === undefined ? 0 : 1))),
  };
}

/** Whether two events of one id are the same event. */
export function sameEvent(a: EventRecord, b: EventRecord): boolean {
  return (
    a.eventMs === b.eventMs && a.knownMs === b.knownMs && a.values.every((value, i) => Object.is(value, b.values[i]))
  );
}

/** How many events before a view's windows are looked at for its latest values. */
const olderEvents = 16;

/** The events of an entity that can count at T. */
export function relevantAt(records: readonly EventRecord[], plan: WindowedPlan, atMs: number): readonly EventRecord[] {
  const counting = records.filter(({ eventMs, knownMs }) => eventMs <= atMs && knownMs <= atMs);
  const inReach = counting.filter(({ eventMs }) => eventMs >= atMs - plan.windowReachMs);
  if (plan.latest.length === 0) return inReach;
  const older = counting
    .filter(({ eventMs }) => eventMs < atMs - plan.windowReachMs)
    .sort((a, b) => a.eventMs - b.eventMs || a.knownMs - b.knownMs || a.id - b.id);
  return [...older.slice(-olderEvents), ...inReach];
}
