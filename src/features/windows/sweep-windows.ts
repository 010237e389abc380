import { type Groups, groupByCode } from "../../table/group-by-code.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { NumberCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ExactSum } from "./exact-sum.ts";
import { lowerBound } from "./lower-bound.ts";
import { clearLanes, type EventColumn, insertEvent, makeWindowLanes, readLanes, type WindowLanes } from "./window-lanes.ts";
import type { WindowSpec } from "./window-spec.ts";
import { clearWindowStates, finishRow, makeWindowStates, type WindowStates } from "./window-states.ts";

/** The events and the rows of one view, keys as dense codes. */
export interface SweepInput {
  readonly spec: WindowSpec;
  readonly kernel: Kernel;
  /** Codes are in [0, keyCount); −1 = no key. */
  readonly keyCount: number;
  readonly eventKeys: Int32Array;
  readonly eventTimeMs: Float64Array;
  /** From when each event counts, epoch ms; never before its event time. */
  readonly knownTimeMs: Float64Array;
  readonly columns: readonly EventColumn[];
  readonly rowKeys: Int32Array;
  /** Each row's T, epoch ms. */
  readonly atMs: Float64Array;
}

/**
 * Computes a view's windows for many rows at once. Entity by entity, its events are taken in the order in which they became
 * known and its rows in the order of T; at each T, the events inserted so far are exactly those that count, all before T, so a
 * window is the newest part of them: a prefix of a Fenwick tree over events, newest first. O((events + rows) · log events).
 */
export function sweepWindows(input: SweepInput, cells: readonly NumberCells[]): void {
  const { eventKeys, keyCount } = input;
  const byEvent = stableOrder(input.eventTimeMs);
  const eventGroups = groupByCode(eventKeys, keyCount, byEvent);
  const knownGroups = groupByCode(eventKeys, keyCount, stableOrder(input.knownTimeMs, byEvent));
  const rowGroups = groupByCode(input.rowKeys, keyCount, stableOrder(input.atMs));
  const sortedTimes = Float64Array.from(eventGroups.items, (item) => input.eventTimeMs[item] ?? 0);
  const sweep: Sweep = {
    input,
    cells,
    eventGroups,
    knownGroups,
    rowGroups,
    sortedTimes,
    ranks: ranksOf(eventGroups, eventKeys.length),
    lanes: makeWindowLanes(input.spec, input.columns, largestGroup(eventGroups)),
    states: makeWindowStates(input.spec),
  };
  finishUnknownRows(sweep);
  for (let key = 0; key < keyCount; key++) sweepKey(sweep, key);
}

interface Sweep {
  readonly input: SweepInput;
  readonly cells: readonly NumberCells[];
  readonly eventGroups: Groups;
  readonly knownGroups: Groups;
  readonly rowGroups: Groups;
  /** Event times in the order of `eventGroups`. */
  readonly sortedTimes: Float64Array;
  /** Each event's rank among its entity's events. */
  readonly ranks: Uint32Array;
  readonly lanes: WindowLanes;
  readonly states: WindowStates;
}

function ranksOf(groups: Groups, events: number): Uint32Array {
  const ranks = new Uint32Array(events);
  for (let key = 0; key + 1 < groups.starts.length; key++) {
    const from = groups.starts[key] ?? 0;
    const to = groups.starts[key + 1] ?? 0;
    for (let i = from; i < to; i++) ranks[groups.items[i] ?? 0] = i - from;
  }
  return ranks;
}

function largestGroup(groups: Groups): number {
  let largest = 0;
  for (let key = 0; key + 1 < groups.starts.length; key++) {
    largest = Math.max(largest, (groups.starts[key + 1] ?? 0) - (groups.starts[key] ?? 0));
  }
  return largest;
}

/** Rows whose key no event has. */
function finishUnknownRows({ input, cells, states }: Sweep): void {
  clearWindowStates(states);
  for (let row = 0; row < input.rowKeys.length; row++) {
    if ((input.rowKeys[row] ?? -1) < 0) finishRow(input.spec, states, input.kernel, cells, row);
  }
}

function sweepKey(sweep: Sweep, key: number): void {
  const { input, knownGroups, rowGroups, lanes, states, ranks } = sweep;
  const firstRow = rowGroups.starts[key] ?? 0;
  const lastRow = rowGroups.starts[key + 1] ?? 0;
  if (firstRow === lastRow) return;
  const from = knownGroups.starts[key] ?? 0;
  const to = knownGroups.starts[key + 1] ?? 0;
  const size = to - from;
  clearLanes(lanes, size);
  const starts = new Float64Array(input.spec.windows.length).fill(from);
  let next = from;
  for (let r = firstRow; r < lastRow; r++) {
    const row = rowGroups.items[r] ?? 0;
    const atMs = input.atMs[row] ?? 0;
    for (; next < to; next++) {
      const item = knownGroups.items[next] ?? 0;
      const knownMs = input.knownTimeMs[item] ?? 0;
      if (knownMs > atMs || (input.eventTimeMs[item] ?? 0) >= atMs) break;
      insertEvent(lanes, size, size - (ranks[item] ?? 0), item);
    }
    readRow(sweep, from, to, atMs, starts);
    finishRow(input.spec, states, input.kernel, sweep.cells, row);
  }
}

/** Reads every window at T. `starts` holds the index of each window's first event at the last row and is moved on. */
function readRow(sweep: Sweep, from: number, to: number, atMs: number, starts: Float64Array): void {
  const { spec, kernel } = sweep.input;
  for (let w = 0; w < spec.windows.length; w++) {
    const window = spec.windows[w];
    if (window === undefined) continue;
    const startMs = kernel.windowStartMs(atMs, window.overMs, window.hopMs);
    let first = starts[w] ?? from;
    while (first < to && (sweep.sortedTimes[first] ?? 0) < startMs) first++;
    starts[w] = first;
    readLanes(sweep.lanes, to - first, w, sweep.states, (column) => sumEvents(sweep, column, first, to, atMs));
  }
}

/** The sum of a column over the events of a window, event by event. */
function sumEvents({ input, eventGroups, sortedTimes }: Sweep, column: EventColumn, first: number, to: number, atMs: number): number {
  const sum = new ExactSum();
  const end = lowerBound(sortedTimes, first, to, atMs);
  for (let i = first; i < end; i++) {
    const item = eventGroups.items[i] ?? 0;
    if ((input.knownTimeMs[item] ?? 0) > atMs) continue;
    if (column.present === undefined || column.present[item] === 1) sum.add(column.values[item] ?? 0);
  }
  return sum.value();
}
