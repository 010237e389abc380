import type { OnlineEvents, OnlineStore } from "../../contracts/online-store.ts";
import { makeCells } from "../kernel/cells.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { readWindows } from "../windows/read-windows.ts";
import { clearWindowStates, finishRows, makeWindowStates } from "../windows/window-states.ts";
import { aggregatedEvents } from "./aggregated-events.ts";
import { entityKeys } from "./entity-keys.ts";
import { type FeatureColumn, type InputFrame, keysOf } from "./frame.ts";
import { latestStatus, setLatest } from "./latest-cell.ts";
import { requireKept } from "./online-retention.ts";
import type { WindowedPlan } from "./service-plan.ts";
import { decodedCells, windowCells } from "./window-cells.ts";

/**
 * Computes a windowed view from the online store's events: one read over the distinct entities, each row at its own T.
 * Errors: `features/not-kept` for a T whose events were let go.
 */
export async function readOnline(
  plan: WindowedPlan,
  frame: InputFrame,
  store: Pick<OnlineStore, "readEvents">,
  kernel: Kernel,
  signal?: AbortSignal,
): Promise<readonly FeatureColumn[]> {
  const { atMs } = frame;
  const { keys, keyIndex } = entityKeys(keysOf(plan, frame), plan.keys);
  const earliest = atMs.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const { events: found, keptFromMs } = await store.readEvents(plan.view.hash, keys, earliest - plan.reachMs, {
    signal,
  });
  requireKept(plan, earliest, keptFromMs);
  const windows = windowCells(plan, atMs.length);
  const aggregated = keys.map((_, key) => aggregatedEvents(plan, found[key] ?? noEvents));
  const windowTimes = new Float64Array(atMs.length);
  const latest = plan.latest.map(({ tag }) => ({
    cells: makeCells(tag, atMs.length),
    eventTimeMs: new Float64Array(atMs.length),
  }));
  const states = makeWindowStates(plan.spec);
  for (let row = 0; row < atMs.length; row++) {
    const key = keyIndex[row] ?? -1;
    const events = found[key] ?? noEvents;
    const counted = aggregated[key];
    const at = atMs[row] ?? 0;
    clearWindowStates(states);
    if (counted !== undefined && counted.count > 0) readWindows(plan.spec, counted, at, kernel, states);
    finishRows(plan.spec, states, kernel, windows, row);
    const newest = newestKnown(events, at, false);
    windowTimes[row] = newest < 0 ? at : (events.eventTimeMs[newest] ?? at);
    if (plan.latest.length > 0) readLatest(plan, events, at, latest, row);
  }
  const decoded = decodedCells(plan, windows, (column, row) => aggregated[keyIndex[row] ?? -1]?.dictionaries[column]);
  return [...decoded.map((cells) => ({ cells, eventTimeMs: windowTimes })), ...latest];
}

const noEvents: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

/** The newest event known at T, before T or (`inclusive`) at T; of equal event times the one known last, then of the highest id. −1 if none. */
function newestKnown(events: OnlineEvents, atMs: number, inclusive: boolean): number {
  let best = -1;
  for (let i = events.count - 1; i >= 0; i--) {
    const eventMs = events.eventTimeMs[i] ?? 0;
    if (best >= 0 && eventMs < (events.eventTimeMs[best] ?? 0)) break;
    if (eventMs > atMs || (!inclusive && eventMs === atMs) || (events.knownTimeMs[i] ?? 0) > atMs) continue;
    if (best < 0 || (events.knownTimeMs[i] ?? 0) > (events.knownTimeMs[best] ?? 0)) best = i;
  }
  return best;
}

function readLatest(
  plan: WindowedPlan,
  events: OnlineEvents,
  atMs: number,
  columns: readonly FeatureColumn[],
  row: number,
): void {
  const match = newestKnown(events, atMs, true);
  const eventMs = match < 0 ? atMs : (events.eventTimeMs[match] ?? atMs);
  plan.latest.forEach((feature, i) => {
    const column = columns[i];
    if (column === undefined) return;
    const present = events.present[feature.value];
    const status = latestStatus(
      match >= 0,
      eventMs >= atMs - plan.body.ttlMs,
      present === undefined || present[match] === 1,
    );
    setLatest(column.cells, row, status, events.values[feature.value], match);
    column.eventTimeMs[row] = eventMs;
  });
}
