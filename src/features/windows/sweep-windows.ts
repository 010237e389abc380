import type { Steps } from "../../core/turns.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ExtremeTrees } from "./extreme-trees.ts";
import { laidOut, layOutByKey } from "./key-layout.ts";
import { reorderCells } from "./reorder-cells.ts";
import { SessionRuns } from "./session-runs.ts";
import { SlidingWindows } from "./sliding-windows.ts";
import { type KeyedEvents, type SortedEvents, sortEvents } from "./sorted-events.ts";
import { WindowEnds } from "./window-ends.ts";
import { WindowExtremes } from "./window-extremes.ts";
import type { WindowSpec } from "./window-spec.ts";
import {
  clearWindowStates,
  finishRows,
  makeWindowStates,
  statesOfRow,
  type WindowCells,
  type WindowStates,
} from "./window-states.ts";
import { WindowTails } from "./window-tails.ts";

/** The events and the rows of one view. */
export interface SweepInput extends KeyedEvents {
  readonly spec: WindowSpec;
  readonly kernel: Kernel;
  /** Each row's key code; −1 = no event has its key. */
  readonly rowKeys: Int32Array;
  /** Each row's T, epoch ms. */
  readonly atMs: Float64Array;
}

/**
 * Computes a view's windows for many rows at once. Entity by entity, its events are taken in the order in which they come
 * to count and its rows in the order of T, so that at each T the events taken so far are exactly those that count, all before T;
 * windows slide over them. Linear after sorting; with minima or maxima, logarithmic in an entity's events.
 */
export function* sweepWindows(input: SweepInput, cells: readonly WindowCells[]): Steps<void> {
  const { spec } = input;
  const events = yield* sortEvents(input);
  const rows = layOutByKey(input.rowKeys, input.keyCount, stableOrder(input.atMs));
  yield;
  const states = makeWindowStates(spec, blockRows);
  const sliding = new SlidingWindows(spec, events);
  yield;
  const sweep: Sweep = {
    input,
    cells,
    events,
    rowStarts: rows.starts,
    atMs: laidOut(input.atMs, rows),
    sliding,
    ends: new WindowEnds(spec, events, sliding.known),
    extremes: new ExtremeTrees(spec, events),
    apart: new WindowExtremes(spec, events, sliding.known),
    tails: new WindowTails(spec, events, sliding.known),
    sessions: new SessionRuns(spec, events, sliding.known),
    states,
    rowStates: Array.from({ length: blockRows }, (_, row) => statesOfRow(spec, states, row)),
    next: { event: 0, row: 0 },
  };
  yield;
  for (let key = 0; key < input.keyCount; ) {
    key = sweepKeys(sweep, key);
    yield;
  }
  finishBlock(sweep, rows.starts[input.keyCount] ?? 0);
  yield* finishUnknownRows(sweep);
  yield* reorderCells(cells, rows.places);
}

interface Sweep {
  readonly input: SweepInput;
  readonly cells: readonly WindowCells[];
  readonly events: SortedEvents;
  /** The rows of key `k`, in the order of their T, are filled in at the places `rowStarts[k] … rowStarts[k + 1]`; those whose key no event has, after them. */
  readonly rowStarts: Uint32Array;
  /** T at each such place. */
  readonly atMs: Float64Array;
  readonly sliding: SlidingWindows;
  readonly ends: WindowEnds;
  /** Of windows that end at T. */
  readonly extremes: ExtremeTrees;
  /** Of windows that end before T. */
  readonly apart: WindowExtremes;
  readonly tails: WindowTails;
  readonly sessions: SessionRuns;
  /** Of a block of rows side by side. */
  readonly states: WindowStates;
  /** Of each row of a block. */
  readonly rowStates: readonly WindowStates[];
  /** The places of the event and of the row that are next. */
  readonly next: { event: number; row: number };
}

/** How many rows' states are turned into features at a time. */
const blockRows = 256;

/** How many events and rows are gone over in one step. */
const stepWork = 1024;

/** Finishes the rows of a block that are before place `end`; it may be empty. */
function finishBlock({ input, cells, states }: Sweep, end: number): void {
  const rows = end % blockRows;
  finishRows(input.spec, states, input.kernel, cells, end - rows, rows);
}

function* finishUnknownRows({ input, cells, rowStarts, states }: Sweep): Steps<void> {
  clearWindowStates(states);
  const end = input.rowKeys.length;
  for (let place = rowStarts[input.keyCount] ?? 0; place < end; place += blockRows) {
    finishRows(input.spec, states, input.kernel, cells, place, Math.min(blockRows, end - place));
    yield;
  }
}

/** Goes on with a key, and with those after it, for one step. Returns the key to go on with. */
function sweepKeys(sweep: Sweep, from: number): number {
  const { events, rowStarts, next } = sweep;
  let left = stepWork;
  for (let key = from; key < sweep.input.keyCount; key++) {
    const starts = events.starts[key] ?? 0;
    const ends = events.starts[key + 1] ?? 0;
    const rowsEnd = rowStarts[key + 1] ?? 0;
    if (next.row < rowsEnd && next.row === rowStarts[key] && next.event === starts) {
      openKey(sweep, starts, ends);
      left = Math.max(1, left - (ends - starts)); // windows may sort them
    }
    left = sweepRows(sweep, starts, ends, rowsEnd, left);
    if (next.row < rowsEnd) return key;
    next.event = ends;
    if (left <= 0) return key + 1;
  }
  return sweep.input.keyCount;
}

/** Goes on with the rows of a key, whose events are at `from … to`, until so many events and rows were gone over. Returns how many of these are left. */
function sweepRows(sweep: Sweep, from: number, to: number, rowsEnd: number, work: number): number {
  const { input, cells, events } = sweep;
  const { spec, kernel } = input;
  let left = work;
  let { event: next, row } = sweep.next;
  for (; row < rowsEnd && left > 0; row++, left--) {
    const atMs = sweep.atMs[row] ?? 0;
    for (; next < to && left > 0; next++, left--) {
      const place = events.byCounting[next] ?? 0;
      if ((events.knownTimeMs[place] ?? 0) > atMs || (events.eventTimeMs[place] ?? 0) >= atMs) break;
      insert(sweep, place);
    }
    if (left <= 0) break; // the row may have more events
    const states = sweep.rowStates[row % blockRows] ?? sweep.states;
    for (let w = 0; w < spec.windows.length; w++) writeWindow(sweep, states, w, from, to, atMs);
    if (row % blockRows === blockRows - 1)
      finishRows(spec, sweep.states, kernel, cells, row + 1 - blockRows, blockRows);
  }
  sweep.next.event = next;
  sweep.next.row = row;
  return left;
}

function openKey({ sliding, ends, extremes, apart, tails, sessions }: Sweep, from: number, to: number): void {
  sliding.open(from, to);
  ends.open();
  extremes.open(from, to);
  apart.open();
  tails.open();
  sessions.open(from);
}

/** An event comes to count. */
function insert({ sliding, ends, extremes, apart, tails, sessions }: Sweep, place: number): void {
  sliding.insert(place);
  ends.insert(place);
  extremes.insert(place);
  if (apart.isUsed) apart.insert(place);
  if (tails.isUsed) tails.insert(place);
  if (sessions.isUsed) sessions.insert(place);
}

/** Moves a window to T and writes what it holds into the states of a row. */
function writeWindow(sweep: Sweep, states: WindowStates, w: number, from: number, to: number, atMs: number): void {
  const { sliding, ends, extremes, apart, tails } = sweep;
  const { spec, kernel } = sweep.input;
  const window = spec.windows[w];
  if (window === undefined) return;
  if (window.kind === "tumbling") {
    const startMs = kernel.tumblingStartMs(atMs, window.sizeMs, window.offsetMs);
    const first = sliding.moveTo(w, startMs, from, to);
    const end = sliding.moveEndTo(w, startMs + window.sizeMs, to);
    sliding.write(w, spec.columns.length, atMs, states);
    ends.writeBetween(w, first, end, states);
    apart.write(w, first, end, states);
    tails.write(w, first, end, states);
    return;
  }
  const startMs =
    window.kind === "session"
      ? sweep.sessions.startMs(w, atMs)
      : kernel.windowStartMs(atMs, window.overMs, window.hopMs);
  const first = sliding.moveTo(w, startMs, from, to);
  sliding.write(w, spec.columns.length, atMs, states);
  ends.write(w, first, to, states);
  extremes.write(w, first, states);
  if (tails.isUsed) tails.write(w, first, to, states);
}
