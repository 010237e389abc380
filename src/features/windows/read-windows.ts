import type { Kernel } from "../kernel/kernel.ts";
import { ExactSum } from "../../stats/sums/exact-sum.ts";
import { lowerBound } from "../../core/lower-bound.ts";
import { findTails, rankValues } from "./read-orders.ts";
import { type SessionFrame, sessionStartMs } from "./session-start.ts";
import { WindowSpread } from "./window-spread.ts";
import { eachValue, type WindowEvents, type WindowReading } from "./window-reading.ts";
import type { AggregatedColumn, WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/**
 * Fills the states of all windows of one entity at T from its recent events, newest first, in one pass a column: of the windows that end at T, each
 * is the previous, narrower one continued; every other one is a pass of its own.
 */
export function readWindows(
  spec: WindowSpec,
  events: WindowEvents,
  atMs: number,
  kernel: Kernel,
  states: WindowStates,
): void {
  const end = lowerBound(events.eventTimeMs, atMs, 0, events.count);
  const starts = spec.windows.map((window) => {
    if (window.kind === "session") return sessionStart(window, events, end, atMs);
    return window.kind === "tumbling"
      ? kernel.tumblingStartMs(atMs, window.sizeMs, window.offsetMs)
      : kernel.windowStartMs(atMs, window.overMs, window.hopMs);
  });
  for (const { windows, columns } of spec.groups) {
    const [first = 0] = windows;
    const apart = spec.windows[first];
    const reading =
      apart?.kind === "tumbling"
        ? {
            events,
            atMs,
            end: lowerBound(events.eventTimeMs, (starts[first] ?? 0) + apart.sizeMs, 0, end),
            starts,
            order: windows,
          }
        : { events, atMs, end, starts, order: windows.toSorted((a, b) => (starts[b] ?? 0) - (starts[a] ?? 0)) };
    countEvents(reading, states);
    for (const column of columns) readColumn(spec, reading, column, states);
  }
}

function readColumn(spec: WindowSpec, reading: WindowReading, column: number, states: WindowStates): void {
  const use = spec.columns[column];
  if (use === undefined) return;
  const at = (window: number): number => window * spec.columns.length + column;
  if (use.squares || !sumPlainly(reading, column, at, states)) sumExactly(reading, column, at, states, use);
  if (use.min || use.max) findExtremes(reading, column, at, states, use);
  if (use.ends) findEnds(reading, column, at, states);
  if (use.ranks) rankValues(spec, reading, column, at, states);
  if (use.tails) findTails(spec, reading, column, states);
}

/** Where a session starts: events are gone back over from the newest one while none is further than the gap from the next. */
function sessionStart(frame: SessionFrame, events: WindowEvents, end: number, atMs: number): number {
  const { eventTimeMs, knownTimeMs } = events;
  let newest = Number.NEGATIVE_INFINITY;
  let oldest = newest;
  for (let i = end - 1; i >= 0; i--) {
    const ms = eventTimeMs[i] ?? 0;
    if (newest !== Number.NEGATIVE_INFINITY && (oldest - ms > frame.gapMs || newest - ms > frame.maxMs)) break;
    if ((knownTimeMs[i] ?? 0) > atMs) continue;
    if (newest === Number.NEGATIVE_INFINITY) newest = ms;
    oldest = ms;
  }
  return sessionStartMs(frame, atMs, newest, oldest);
}

function countEvents({ events, atMs, end, starts, order }: WindowReading, states: WindowStates): void {
  const { eventTimeMs, knownTimeMs } = events;
  let count = 0;
  let i = end - 1;
  for (const window of order) {
    const start = starts[window] ?? 0;
    for (; i >= 0 && (eventTimeMs[i] ?? 0) >= start; i--) if ((knownTimeMs[i] ?? 0) <= atMs) count++;
    states.events[window] = count;
  }
}

/** Plain additions, exact as long as all values are integers and their sizes add up to no more than 2^53; tells whether they were. */
function sumPlainly(
  reading: WindowReading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
): boolean {
  const { events, atMs, end, starts, order } = reading;
  const { eventTimeMs, knownTimeMs } = events;
  const values = events.values[column] ?? eventTimeMs;
  const present = events.present[column];
  let count = 0;
  let sum = 0;
  let size = 0;
  let i = end - 1;
  for (const window of order) {
    const start = starts[window] ?? 0;
    for (; i >= 0 && (eventTimeMs[i] ?? 0) >= start; i--) {
      if ((knownTimeMs[i] ?? 0) > atMs || (present !== undefined && present[i] !== 1)) continue;
      const value = values[i] ?? 0;
      if (value !== Math.trunc(value)) return false;
      count++;
      sum += value;
      size += Math.abs(value);
    }
    if (!(size <= 2 ** 53)) return false;
    states.counts[at(window)] = count;
    states.sums[at(window)] = sum;
  }
  return true;
}

function sumExactly(
  reading: WindowReading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
  use: AggregatedColumn,
): void {
  const sum = new ExactSum();
  const spread = use.squares ? new WindowSpread(sum) : undefined;
  let count = 0;
  eachValue(
    reading,
    column,
    (value) => {
      sum.add(value);
      spread?.add(value);
      count++;
    },
    (window) => {
      states.counts[at(window)] = count;
      states.sums[at(window)] = sum.value();
      spread?.write(count, at(window), states);
    },
  );
}

/** The oldest and the newest value: of equal event times the one known first, and the one known last. Values come newest first. */
function findEnds(reading: WindowReading, column: number, at: (window: number) => number, states: WindowStates): void {
  const { eventTimeMs, knownTimeMs } = reading.events;
  const values = reading.events.values[column] ?? eventTimeMs;
  let newest = -1;
  let oldest = -1;
  eachValue(
    reading,
    column,
    (_, i) => {
      const known = knownTimeMs[i] ?? 0;
      if (newest < 0 || (eventTimeMs[i] === eventTimeMs[newest] && known > (knownTimeMs[newest] ?? 0))) newest = i;
      if (oldest < 0 || eventTimeMs[i] !== eventTimeMs[oldest] || known <= (knownTimeMs[oldest] ?? 0)) oldest = i;
    },
    (window) => {
      states.lasts[at(window)] = values[newest] ?? 0;
      states.firsts[at(window)] = values[oldest] ?? 0;
    },
  );
}

function findExtremes(
  reading: WindowReading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
  use: AggregatedColumn,
): void {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  eachValue(
    reading,
    column,
    (value) => {
      if (use.min) least = Math.min(least, value);
      if (use.max) greatest = Math.max(greatest, value);
    },
    (window) => {
      states.mins[at(window)] = least;
      states.maxs[at(window)] = greatest;
    },
  );
}
