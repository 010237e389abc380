import type { OnlineEvents, OnlineValues } from "../../contracts/online-store.ts";
import { isSame } from "../store/compare-vectors.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";

/** A value of an event, of whatever kind. */
export type EventValue = OnlineValues["values"][number];

/** One event of an entity in a view, from history or from the online store. */
export interface EventRecord {
  readonly id: number;
  readonly eventMs: number;
  /** When it was known, epoch ms, the view's delay in it. It counts once it has happened too. */
  readonly knownMs: number;
  /** The view's value columns; `undefined` = null. */
  readonly values: readonly (EventValue | undefined)[];
  /** When its row became part of history, epoch ms; −∞ = long ago; `undefined` = it was read from the online store. */
  readonly committedMs: number | undefined;
}

/** Event `at` of a store's arrays. */
export function recordAt(events: OnlineEvents, at: number, committedMs: number | undefined): EventRecord {
  return {
    id: events.ids[at] ?? Number.NaN,
    eventMs: events.eventTimeMs[at] ?? Number.NaN,
    knownMs: events.knownTimeMs[at] ?? Number.NaN,
    values: events.values.map((column, c) => (events.present[c]?.[at] === 0 ? undefined : column.values[at])),
    committedMs,
  };
}

/** Records as an entity's events, sorted by (event time, id), with value columns of the given kinds. */
export function eventsOf(records: readonly EventRecord[], kinds: WindowedPlan["valueKinds"]): OnlineEvents {
  const sorted = records.toSorted((a, b) => a.eventMs - b.eventMs || a.id - b.id);
  return {
    count: sorted.length,
    ids: Float64Array.from(sorted, ({ id }) => id),
    eventTimeMs: Float64Array.from(sorted, ({ eventMs }) => eventMs),
    knownTimeMs: Float64Array.from(sorted, ({ knownMs }) => knownMs),
    values: kinds.map((kind, column) =>
      valuesOf(
        kind,
        sorted.map(({ values }) => values[column]),
      ),
    ),
    present: kinds.map((_, column) => Uint8Array.from(sorted, ({ values }) => (values[column] === undefined ? 0 : 1))),
  };
}

const noNumbers = new Float64Array(0);

function valuesOf(kind: WindowedPlan["valueKinds"][number], values: readonly (EventValue | undefined)[]): OnlineValues {
  switch (kind) {
    case "integer":
      return { kind, values: BigInt64Array.from(values, (value) => (typeof value === "bigint" ? value : 0n)) };
    case "text":
      return { kind, values: values.map((value) => (typeof value === "string" ? value : "")) };
    case "numbers":
      return { kind, values: values.map((value) => (value instanceof Float64Array ? value : noNumbers)) };
    case "number":
    case "texts":
      return { kind: "number", values: Float64Array.from(values, (value) => (typeof value === "number" ? value : 0)) };
  }
}

/** Whether two events of one id are the same event. */
export function sameEvent(a: EventRecord, b: EventRecord): boolean {
  return a.eventMs === b.eventMs && a.knownMs === b.knownMs && a.values.every((value, i) => isSame(value, b.values[i]));
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
