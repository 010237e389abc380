import { featureStatus } from "../../contracts/feature-reader.ts";
import type { OnlineNewest } from "../../contracts/online-store.ts";
import type { Cells } from "../kernel/cells.ts";
import type { CellPool } from "./cell-pool.ts";
import type { FeatureColumn } from "./frame.ts";
import { latestStatus, setLatest } from "./latest-cell.ts";
import { setFromEvents } from "./latest-from-events.ts";
import type { NewestKnown } from "./read-newest-known.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** The latest look-ups of a view, of each row's newest known event at its T. */
export function latestFromNewest(
  plan: WindowedPlan,
  { newest, late }: NewestKnown,
  keyIndex: Int32Array,
  atMs: Float64Array,
  pool: CellPool,
): readonly FeatureColumn[] {
  const rows = atMs.length;
  const cells = plan.latest.map(({ tag }) => pool.cells(tag, rows));
  const eventTimeMs = pool.times(rows);
  const rowStatuses = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const at = atMs[row] ?? 0;
    const eventMs = newest.eventTimeMs[keyIndex[row] ?? -1] ?? Number.NaN;
    const isFound = !Number.isNaN(eventMs);
    rowStatuses[row] = latestStatus(isFound, eventMs >= at - plan.body.ttlMs, true);
    eventTimeMs[row] = isFound ? eventMs : at;
  }
  for (let i = 0; i < cells.length; i++) {
    const [own, latest] = [cells[i], plan.latest[i]];
    if (own !== undefined && latest !== undefined) setColumn(own, newest, latest.value, rowStatuses, keyIndex);
  }
  if (late !== undefined) {
    for (let row = 0; row < rows; row++) {
      const events = late.get(keyIndex[row] ?? -1);
      if (events !== undefined) setFromEvents(plan, events, atMs[row] ?? 0, cells, eventTimeMs, row);
    }
  }
  return cells.map((own) => ({ cells: own, eventTimeMs }));
}

function setColumn(
  cells: Cells,
  { ids, numbers, states, others }: OnlineNewest,
  column: number,
  rowStatuses: Uint8Array,
  keyIndex: Int32Array,
): void {
  const first = column * ids.length;
  const { present } = featureStatus;
  for (let row = 0; row < keyIndex.length; row++) {
    const place = keyIndex[row] ?? -1;
    const found = rowStatuses[row] ?? featureStatus.missing;
    const status = found === present ? latestStatus(true, true, states[first + place] === 1) : found;
    if (cells.kind === "number") {
      cells.statuses[row] = status;
      cells.values[row] = status === present ? (numbers[first + place] ?? Number.NaN) : Number.NaN;
    } else setLatest(cells, row, status, others[column], place);
  }
}
