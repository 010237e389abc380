import { featureStatus } from "../../contracts/feature-reader.ts";
import type { OnlineEvents } from "../../contracts/online-store.ts";
import type { CellPool } from "./cell-pool.ts";
import type { FeatureColumn } from "./frame.ts";
import type { NumberCells } from "../kernel/cells.ts";
import { newestKnown } from "./newest-known.ts";
import type { WindowedPlan } from "./service-plan.ts";

/** The latest look-ups of a view, of each row's events at its T. */
export function latestFromEvents(
  plan: WindowedPlan,
  events: readonly OnlineEvents[],
  atMs: Float64Array,
  pool: CellPool,
): readonly FeatureColumn[] {
  const rows = atMs.length;
  const cells = plan.latest.map(() => pool.numbers(rows));
  const eventTimeMs = pool.times(rows);
  // Row by row: what is held of one entity lies together in memory.
  for (let row = 0; row < rows; row++) {
    const at = atMs[row] ?? 0;
    const own = events[row];
    const match = own === undefined ? -1 : newestKnown(own, at, true);
    const eventMs = match < 0 ? at : (own?.eventTimeMs[match] ?? at);
    eventTimeMs[row] = eventMs;
    const status = latestStatus(match >= 0, eventMs >= at - plan.body.ttlMs, true);
    if (own !== undefined) setRow(plan, own, match, status, cells, row);
  }
  return cells.map((own) => ({ cells: own, eventTimeMs }));
}

function setRow(
  plan: WindowedPlan,
  { values, present }: OnlineEvents,
  match: number,
  found: number,
  cells: readonly NumberCells[],
  row: number,
): void {
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    const column = plan.latest[i]?.value ?? 0;
    if (cell === undefined) continue;
    const isNull = found === featureStatus.present && present[column] !== undefined && present[column][match] !== 1;
    const status = isNull ? featureStatus.null : found;
    cell.statuses[row] = status;
    cell.values[row] = status === featureStatus.present ? (values[column]?.[match] ?? Number.NaN) : Number.NaN;
  }
}

/** The status of a latest look-up: the one rule for training and for serving. */
export function latestStatus(matched: boolean, withinTtl: boolean, present: boolean): number {
  if (!matched) return featureStatus.missing;
  if (!withinTtl) return featureStatus.expired;
  return present ? featureStatus.present : featureStatus.null;
}
