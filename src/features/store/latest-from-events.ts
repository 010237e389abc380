import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { Cells } from "../kernel/cells.ts";
import type { CellPool } from "./cell-pool.ts";
import type { FeatureColumn } from "./frame.ts";
import { latestStatus, setLatest } from "./latest-cell.ts";
import { newestKnown } from "./newest-known.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** The latest look-ups of a view, of each row's events at its T. */
export function latestFromEvents(
  plan: WindowedPlan,
  events: readonly OnlineEvents[],
  atMs: Float64Array,
  pool: CellPool,
): readonly FeatureColumn[] {
  const rows = atMs.length;
  const cells = plan.latest.map(({ tag }) => pool.cells(tag, rows));
  const eventTimeMs = pool.times(rows);
  // Row by row: what is held of one entity lies together in memory.
  for (let row = 0; row < rows; row++) {
    const own = events[row];
    if (own !== undefined) setFromEvents(plan, own, atMs[row] ?? 0, cells, eventTimeMs, row);
  }
  return cells.map((own) => ({ cells: own, eventTimeMs }));
}

/** Sets a row's cells and event time from its entity's events. */
export function setFromEvents(
  plan: WindowedPlan,
  events: OnlineEvents,
  atMs: number,
  cells: readonly Cells[],
  eventTimeMs: Float64Array,
  row: number,
): void {
  const match = newestKnown(events, atMs, true);
  const eventMs = match < 0 ? atMs : (events.eventTimeMs[match] ?? atMs);
  eventTimeMs[row] = eventMs;
  setRow(plan, events, match, eventMs >= atMs - plan.body.ttlMs, cells, row);
}

function setRow(
  plan: WindowedPlan,
  { values, present }: OnlineEvents,
  match: number,
  withinTtl: boolean,
  cells: readonly Cells[],
  row: number,
): void {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const column = plan.latest[i]?.value ?? 0;
    if (cell === undefined) continue;
    const states = present[column];
    const status = latestStatus(match >= 0, withinTtl, states === undefined || states[match] === 1);
    setLatest(cell, row, status, values[column], match);
  }
}
