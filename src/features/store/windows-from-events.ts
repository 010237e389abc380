import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { readWindows } from "../windows/read-windows.ts";
import { clearWindowStates, finishRows } from "../windows/window-states.ts";
import type { CellPool } from "./cell-pool.ts";
import type { FeatureColumn } from "./frame.ts";
import { newestKnown } from "./newest-known.ts";
import type { WindowedPlan } from "./service-plan.ts";

/** The windowed features of a view, of each row's events at its T. Their event time is that of the newest event before T. */
export function windowsFromEvents(
  plan: WindowedPlan,
  events: readonly OnlineEvents[],
  atMs: Float64Array,
  kernel: Kernel,
  pool: CellPool,
): readonly FeatureColumn[] {
  const rows = atMs.length;
  const cells = plan.spec.features.map(() => pool.numbers(rows));
  const eventTimeMs = pool.times(rows);
  const states = pool.windowStates(plan.spec);
  for (let row = 0; row < rows; row++) {
    const at = atMs[row] ?? 0;
    const own = events[row];
    clearWindowStates(states);
    if (own !== undefined && own.count > 0) readWindows(plan.spec, aggregatedOf(plan, own), at, kernel, states);
    finishRows(plan.spec, states, kernel, cells, row);
    const newest = own === undefined ? -1 : newestKnown(own, at, false);
    eventTimeMs[row] = newest < 0 ? at : (own?.eventTimeMs[newest] ?? at);
  }
  return cells.map((own) => ({ cells: own, eventTimeMs }));
}

/** The events with the aggregated columns alone, in the windows' order. */
function aggregatedOf(plan: WindowedPlan, events: OnlineEvents): OnlineEvents {
  if (plan.latest.length === 0) return events;
  const { count, ids, eventTimeMs, knownTimeMs } = events;
  const values = plan.aggregated.map((at) => events.values[at] ?? eventTimeMs);
  const present = plan.aggregated.map((at) => events.present[at]);
  return { count, ids, eventTimeMs, knownTimeMs, values, present };
}
