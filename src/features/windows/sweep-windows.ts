import { stableOrder } from "../../table/stable-order.ts";
import type { NumberCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ExtremeTrees } from "./extreme-trees.ts";
import { laidOut, layOutByKey } from "./key-layout.ts";
import { reorderCells } from "./reorder-cells.ts";
import { SlidingWindows } from "./sliding-windows.ts";
import { type KeyedEvents, type SortedEvents, sortEvents } from "./sorted-events.ts";
import { WindowEnds } from "./window-ends.ts";
import type { WindowSpec } from "./window-spec.ts";
import { clearWindowStates, finishRows, makeWindowStates, statesOfRow, type WindowStates } from "./window-states.ts";

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
 * Computes a view's windows for many rows at once. Entity by entity, its events are taken in the order in which they became
 * known and its rows in the order of T, so that at each T the events taken so far are exactly those that count, all before T;
 * windows slide over them. Linear after sorting; with minima or maxima, logarithmic in an entity's events.
 */
export function sweepWindows(input: SweepInput, cells: readonly NumberCells[]): void {
  const events = sortEvents(input);
  const rows = layOutByKey(input.rowKeys, input.keyCount, stableOrder(input.atMs));
  const states = makeWindowStates(input.spec, blockRows);
  const sliding = new SlidingWindows(input.spec, events);
  const sweep: Sweep = {
    input,
    cells,
    events,
    rowStarts: rows.starts,
    atMs: laidOut(input.atMs, rows),
    sliding,
    ends: new WindowEnds(input.spec, events, sliding.known),
    extremes: new ExtremeTrees(input.spec, events),
    states,
    rowStates: Array.from({ length: blockRows }, (_, row) => statesOfRow(input.spec, states, row)),
  };
  for (let key = 0; key < input.keyCount; key++) sweepKey(sweep, key);
  finishBlock(sweep, rows.starts[input.keyCount] ?? 0);
  finishUnknownRows(sweep);
  reorderCells(cells, rows.places);
}

interface Sweep {
  readonly input: SweepInput;
  readonly cells: readonly NumberCells[];
  readonly events: SortedEvents;
  /** The rows of key `k`, in the order of their T, are filled in at the places `rowStarts[k] … rowStarts[k + 1]`; those whose key no event has, after them. */
  readonly rowStarts: Uint32Array;
  /** T at each such place. */
  readonly atMs: Float64Array;
  readonly sliding: SlidingWindows;
  readonly ends: WindowEnds;
  readonly extremes: ExtremeTrees;
  /** Of a block of rows side by side. */
  readonly states: WindowStates;
  /** Of each row of a block. */
  readonly rowStates: readonly WindowStates[];
}

/** How many rows' states are turned into features at a time. */
const blockRows = 256;

/** Finishes the rows of a block that are before place `end`; it may be empty. */
function finishBlock({ input, cells, states }: Sweep, end: number): void {
  const rows = end % blockRows;
  finishRows(input.spec, states, input.kernel, cells, end - rows, rows);
}

function finishUnknownRows({ input, cells, rowStarts, states }: Sweep): void {
  clearWindowStates(states);
  const end = input.rowKeys.length;
  for (let place = rowStarts[input.keyCount] ?? 0; place < end; place += blockRows)
    finishRows(input.spec, states, input.kernel, cells, place, Math.min(blockRows, end - place));
}

function sweepKey(sweep: Sweep, key: number): void {
  const { input, cells, events, rowStarts, sliding, ends, extremes } = sweep;
  const { spec, kernel } = input;
  const rowsEnd = rowStarts[key + 1] ?? 0;
  const from = events.starts[key] ?? 0;
  const to = events.starts[key + 1] ?? 0;
  sliding.open(from, to);
  ends.open();
  extremes.open(from, to);
  let next = from;
  for (let row = rowStarts[key] ?? 0; row < rowsEnd; row++) {
    const atMs = sweep.atMs[row] ?? 0;
    for (; next < to; next++) {
      const place = events.byKnown[next] ?? 0;
      if ((events.knownTimeMs[place] ?? 0) > atMs || (events.eventTimeMs[place] ?? 0) >= atMs) break;
      sliding.insert(place);
      ends.insert(place);
      extremes.insert(place);
    }
    const states = sweep.rowStates[row % blockRows] ?? sweep.states;
    for (let w = 0; w < spec.windows.length; w++) {
      const window = spec.windows[w];
      if (window === undefined) continue;
      const first = sliding.moveTo(w, kernel.windowStartMs(atMs, window.overMs, window.hopMs), from, to);
      sliding.write(w, spec.columns.length, to, atMs, states);
      ends.write(w, first, to, states);
      extremes.write(w, first, states);
    }
    if (row % blockRows === blockRows - 1)
      finishRows(spec, sweep.states, kernel, cells, row + 1 - blockRows, blockRows);
  }
}
