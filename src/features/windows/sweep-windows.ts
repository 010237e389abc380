import { groupByCode } from "../../table/group-by-code.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { NumberCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ExtremeTrees } from "./extreme-trees.ts";
import { reorderCells } from "./reorder-cells.ts";
import { SlidingWindows } from "./sliding-windows.ts";
import { type KeyedEvents, gathered, type SortedEvents, sortEvents } from "./sorted-events.ts";
import { WindowEnds } from "./window-ends.ts";
import type { WindowSpec } from "./window-spec.ts";
import { clearWindowStates, finishRow, makeWindowStates, type WindowStates } from "./window-states.ts";

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
  const rows = groupByCode(input.rowKeys, input.keyCount, stableOrder(input.atMs));
  const sliding = new SlidingWindows(input.spec, events);
  const sweep: Sweep = {
    input,
    cells,
    events,
    rowStarts: rows.starts,
    atMs: gathered(input.atMs, rows.items),
    sliding,
    ends: new WindowEnds(input.spec, events, sliding.known),
    extremes: new ExtremeTrees(input.spec, events),
    states: makeWindowStates(input.spec),
  };
  for (let key = 0; key < input.keyCount; key++) sweepKey(sweep, key);
  reorderCells(cells, finishUnknownRows(sweep, rows.items));
}

interface Sweep {
  readonly input: SweepInput;
  readonly cells: readonly NumberCells[];
  readonly events: SortedEvents;
  /** The rows of key `k`, in the order of their T, are filled in at the places `rowStarts[k] … rowStarts[k + 1]`. */
  readonly rowStarts: Uint32Array;
  /** T at each such place. */
  readonly atMs: Float64Array;
  readonly sliding: SlidingWindows;
  readonly ends: WindowEnds;
  readonly extremes: ExtremeTrees;
  readonly states: WindowStates;
}

/** Fills in the rows whose key no event has, after the others; answers the row at each place. */
function finishUnknownRows({ input, cells, states }: Sweep, known: Uint32Array): Uint32Array {
  clearWindowStates(states);
  const rows = new Uint32Array(input.rowKeys.length);
  rows.set(known);
  let place = known.length;
  for (let row = 0; row < rows.length; row++) {
    if ((input.rowKeys[row] ?? -1) >= 0) continue;
    finishRow(input.spec, states, input.kernel, cells, place);
    rows[place++] = row;
  }
  return rows;
}

function sweepKey(
  { input, cells, events, rowStarts, atMs: asked, sliding, ends, extremes, states }: Sweep,
  key: number,
): void {
  const { spec, kernel } = input;
  const rowsEnd = rowStarts[key + 1] ?? 0;
  const from = events.starts[key] ?? 0;
  const to = events.starts[key + 1] ?? 0;
  sliding.open(from, to);
  ends.open();
  extremes.open(from, to);
  let next = from;
  for (let row = rowStarts[key] ?? 0; row < rowsEnd; row++) {
    const atMs = asked[row] ?? 0;
    for (; next < to; next++) {
      const place = events.byKnown[next] ?? 0;
      if ((events.knownTimeMs[place] ?? 0) > atMs || (events.eventTimeMs[place] ?? 0) >= atMs) break;
      sliding.insert(place);
      ends.insert(place);
      extremes.insert(place);
    }
    for (let w = 0; w < spec.windows.length; w++) {
      const window = spec.windows[w];
      if (window === undefined) continue;
      const first = sliding.moveTo(w, kernel.windowStartMs(atMs, window.overMs, window.hopMs), from, to);
      sliding.write(w, spec.columns.length, to, atMs, states);
      ends.write(w, first, to, states);
      extremes.write(w, first, states);
    }
    finishRow(spec, states, kernel, cells, row);
  }
}
