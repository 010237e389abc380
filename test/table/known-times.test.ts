import { expect, test } from "vitest";
import { cellState, type Column } from "../../src/table/column.ts";
import { countsFromMs } from "../../src/table/counts-from.ts";
import { knownTimesMs } from "../../src/table/known-times.ts";

const events = Float64Array.of(10, 10, 10, 10, 10);
const { present, null: none } = cellState;
const known: Column = {
  tag: "instant",
  values: Float64Array.of(4, 10, 13, Number.NaN, 99),
  states: Uint8Array.of(present, present, present, present, none),
};

test("a known time stands as it is, also before the event; null is the event time, NaN never comes, the delay is added", () => {
  expect([...knownTimesMs(events, known, 0)]).toEqual([4, 10, 13, Number.POSITIVE_INFINITY, 10]);
  expect([...knownTimesMs(events, known, 2)]).toEqual([6, 12, 15, Number.POSITIVE_INFINITY, 12]);
  expect([...knownTimesMs(events, undefined, 2)]).toEqual([12, 12, 12, 12, 12]);
});

test("a row counts once it has happened and is known", () => {
  expect([...countsFromMs(events, knownTimesMs(events, known, 2))]).toEqual([10, 12, 15, Number.POSITIVE_INFINITY, 12]);
});

test("nothing is copied where no row is known before it happens", () => {
  expect(knownTimesMs(events, undefined, 0)).toBe(events);
  expect(countsFromMs(events, events)).toBe(events);
  const later = Float64Array.of(10, 11, 12, Number.POSITIVE_INFINITY, 10);
  expect(countsFromMs(events, later)).toBe(later);
});
