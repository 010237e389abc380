import type { Kernel } from "../kernel/kernel.ts";
import { ExactSum } from "../../stats/sums/exact-sum.ts";
import { lowerBound } from "../../core/lower-bound.ts";
import { roundExactly } from "./column-total.ts";
import { squareError } from "./variance-of.ts";
import { quantileBy } from "./window-ranks.ts";
import type { AggregatedColumn, WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** The events of one entity, sorted by (event time, id), with the columns that windows aggregate; of arrays that are longer the first `count`. */
export interface WindowEvents {
  readonly count: number;
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
  readonly values: readonly Float64Array[];
  /** 1 where the event has a value; left out where all have. */
  readonly present: readonly (Uint8Array | undefined)[];
}

/** Where the events of one read lie: indices below `end` are before T; windows from the latest start to the earliest. */
interface Reading {
  readonly events: WindowEvents;
  readonly atMs: number;
  readonly end: number;
  readonly starts: readonly number[];
  /** Window indices, latest start first. */
  readonly order: readonly number[];
}

/**
 * Fills the states of all windows of one entity at T from its recent events, newest first, in one pass a column: each window
 * is the previous, narrower one continued.
 */
export function readWindows(
  spec: WindowSpec,
  events: WindowEvents,
  atMs: number,
  kernel: Kernel,
  states: WindowStates,
): void {
  const starts = spec.windows.map((window) => kernel.windowStartMs(atMs, window.overMs, window.hopMs));
  const order = starts.map((_, window) => window).sort((a, b) => (starts[b] ?? 0) - (starts[a] ?? 0));
  const end = lowerBound(events.eventTimeMs, atMs, 0, events.count);
  const reading: Reading = { events, atMs, end, starts, order };
  countEvents(reading, states);
  for (let column = 0; column < spec.columns.length; column++) {
    const use = spec.columns[column];
    if (use === undefined) continue;
    const at = (window: number): number => window * spec.columns.length + column;
    if (use.squares || !sumPlainly(reading, column, at, states)) sumExactly(reading, column, at, states, use);
    if (use.min || use.max) findExtremes(reading, column, at, states, use);
    if (use.ends) findEnds(reading, column, at, states);
    if (use.ranks) rankValues(spec, reading, column, at, states);
  }
}

function countEvents({ events, atMs, end, starts, order }: Reading, states: WindowStates): void {
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
function sumPlainly(reading: Reading, column: number, at: (window: number) => number, states: WindowStates): boolean {
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
  reading: Reading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
  use: AggregatedColumn,
): void {
  const sum = new ExactSum();
  const squares = new ExactSum();
  const rounded = new Float64Array(2);
  let count = 0;
  eachValue(
    reading,
    column,
    (value) => {
      sum.add(value);
      if (use.squares) {
        const square = value * value;
        squares.add(square);
        squares.add(squareError(value, square));
      }
      count++;
    },
    (window) => {
      states.counts[at(window)] = count;
      roundExactly(sum, rounded);
      states.sums[at(window)] = rounded[0] ?? 0;
      states.sumTails[at(window)] = rounded[1] ?? 0;
      if (!use.squares) return;
      roundExactly(squares, rounded);
      states.squares[at(window)] = rounded[0] ?? 0;
      states.squareTails[at(window)] = rounded[1] ?? 0;
    },
  );
}

/** The oldest and the newest value: of equal event times the one known first, and the one known last. Values come newest first. */
function findEnds(reading: Reading, column: number, at: (window: number) => number, states: WindowStates): void {
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

/** Distinct values and quantiles. */
function rankValues(
  spec: WindowSpec,
  reading: Reading,
  column: number,
  at: (window: number) => number,
  states: WindowStates,
): void {
  const held: number[] = [];
  eachValue(
    reading,
    column,
    (value) => held.push(value + 0),
    (window) => {
      const sorted = Float64Array.from(held).sort();
      let distinct = 0;
      for (let i = 0; i < sorted.length; i++)
        if (i === 0 || !(sorted[i] === sorted[i - 1] || Number.isNaN(sorted[i - 1]))) distinct++;
      states.distincts[at(window)] = distinct;
      spec.features.forEach((feature, i) => {
        if (feature.p === undefined || feature.window !== window || feature.column !== column) return;
        if (sorted.length > 0) states.quantiles[i] = quantileBy(sorted.length, feature.p, (k) => sorted[k] ?? 0);
      });
    },
  );
}

function findExtremes(
  reading: Reading,
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

function eachValue(
  reading: Reading,
  column: number,
  take: (value: number, index: number) => void,
  end: (window: number) => void,
): void {
  const { events, atMs, starts, order } = reading;
  const values = events.values[column] ?? events.eventTimeMs;
  const present = events.present[column];
  let i = reading.end - 1;
  for (const window of order) {
    const start = starts[window] ?? 0;
    for (; i >= 0 && (events.eventTimeMs[i] ?? 0) >= start; i--) {
      if ((events.knownTimeMs[i] ?? 0) > atMs || (present !== undefined && present[i] !== 1)) continue;
      take(values[i] ?? 0, i);
    }
    end(window);
  }
}
