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
    values: [{ kind: "number", values: Float64Array.from(events, ([, , , , value]) => value ?? 0) }],
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
    present !== undefined && present[i] !== 1 ? null : events.values[0]?.values[i],
  ]);
}

/** A value of any kind, or null. */
export type EventValue = number | bigint | string | readonly number[] | null;

/** Values that engines lose in one way or another, as `[number, integer, text, numbers]`. */
export const awkwardValues: readonly (readonly EventValue[])[] = [
  [Number.NaN, 2n ** 53n + 1n, "", []],
  [-0, -(2n ** 63n), "a\u0000b", [Number.NaN, -0, 0]],
  [0, 2n ** 63n - 1n, "\u0000", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  [Number.NEGATIVE_INFINITY, 0n, "\ufeffé, 😀, \u0001, \ufffd", [5e-324, 1.7976931348623157e308]],
  [null, null, null, null],
  [1.5, -1n, "null", Array.from({ length: 768 }, (_, i) => i / 3)],
  [0.1, 9007199254740993n, "x".repeat(70_000), [1]],
];

/** The kinds of {@link typedEventsOf}'s columns, in order. */
const kinds = ["number", "integer", "text", "numbers"] as const;

/** Events of key "k" at times 0, 1, 2 … with a column of each kind, as `[number, integer, text, numbers]`; a null has 0 or nothing in its place. */
export function typedEventsOf(events: readonly (readonly EventValue[])[], firstId: number = 0): OnlineEventBatch {
  const column = (c: number): readonly (EventValue | undefined)[] => events.map((event) => event[c]);
  const times = Float64Array.from(events, (_, i) => firstId + i);
  return {
    keys: ["k"],
    keyIndex: new Int32Array(events.length),
    ids: times,
    eventTimeMs: times,
    knownTimeMs: times,
    values: [
      { kind: "number", values: Float64Array.from(column(0), Number) },
      { kind: "integer", values: BigInt64Array.from(column(1), (value) => (typeof value === "bigint" ? value : 0n)) },
      { kind: "text", values: column(2).map((value) => String(value ?? "")) },
      { kind: "numbers", values: column(3).map((value) => Float64Array.from(Array.isArray(value) ? value : [])) },
    ],
    present: kinds.map((_, c) => Uint8Array.from(column(c), (value) => (value === null ? 0 : 1))),
  };
}

/** Reads what {@link typedEventsOf} made. */
export async function readTypedEvents(store: OnlineStore, view: string, fromMs: number): Promise<EventValue[][]> {
  const {
    events: [events],
  } = await store.readEvents(view, ["k"], fromMs);
  assert.ok(events !== undefined);
  assert.deepEqual(events.count === 0 ? kinds : events.values.map(({ kind }) => kind), kinds);
  return Array.from({ length: events.count }, (_, i) =>
    events.values.map(({ values }, c) => {
      const present = events.present[c];
      const value = present !== undefined && present[i] !== 1 ? null : values[i];
      return value instanceof Float64Array ? Array.from(value) : (value ?? null);
    }),
  );
}
