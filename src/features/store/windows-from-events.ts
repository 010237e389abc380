import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { readWindows } from "../windows/read-windows.ts";
import { clearWindowStates, finishRows } from "../windows/window-states.ts";
import { type AggregatedEvents, aggregatedEvents } from "./aggregated-events.ts";
import type { CellPool } from "./cell-pool.ts";
import type { FeatureColumn } from "./frame.ts";
import { newestKnown } from "./newest-known.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { decodedCells, windowCells } from "./window-cells.ts";

/** The windowed features of a view, of each row's events at its T. Their event time is that of the newest event before T. */
export function windowsFromEvents(
  plan: WindowedPlan,
  events: readonly OnlineEvents[],
  atMs: Float64Array,
  kernel: Kernel,
  pool: CellPool,
): readonly FeatureColumn[] {
  const rows = atMs.length;
  const cells = windowCells(plan, rows, (count) => pool.numbers(count));
  const eventTimeMs = pool.times(rows);
  const states = pool.windowStates(plan.spec);
  const aggregated = new Map<OnlineEvents, AggregatedEvents>();
  for (let row = 0; row < rows; row++) {
    const at = atMs[row] ?? 0;
    const own = events[row];
    clearWindowStates(states);
    if (own !== undefined && own.count > 0) {
      const counted = aggregated.get(own) ?? aggregatedEvents(plan, own);
      aggregated.set(own, counted);
      readWindows(plan.spec, counted, at, kernel, states);
    }
    finishRows(plan.spec, states, kernel, cells, row);
    const newest = own === undefined ? -1 : newestKnown(own, at, false);
    eventTimeMs[row] = newest < 0 ? at : (own?.eventTimeMs[newest] ?? at);
  }
  const dictionaryOf = (column: number, row: number): readonly string[] | undefined => {
    const own = events[row];
    return own === undefined ? undefined : aggregated.get(own)?.dictionaries[column];
  };
  return decodedCells(plan, cells, dictionaryOf).map((own) => ({ cells: own, eventTimeMs }));
}
