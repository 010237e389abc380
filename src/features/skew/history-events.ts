import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { Digest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import { entityKeys } from "../store/entity-keys.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import { eventColumns, eventIds, eventRows } from "../store/source-events.ts";
import { commitTimes } from "./commit-times.ts";
import { type EventRecord, recordAt } from "./event-record.ts";

/** What {@link historyEvents} reads. */
export interface HistoryRead {
  readonly datasets: DatasetReader;
  readonly version: Digest;
  /** The entities wanted, by their encoded keys. */
  readonly keys: ReadonlySet<string>;
  /** Commits before this instant need not be told apart, epoch ms. */
  readonly fromMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The events that history holds of some entities, each with when its row was committed; of rows with one id the first. */
export async function historyEvents(
  plan: WindowedPlan,
  { datasets, version, keys, fromMs, signal }: HistoryRead,
): Promise<ReadonlyMap<string, readonly EventRecord[]>> {
  const found = new Map<string, Map<number, EventRecord>>();
  const committedAt = await commitTimes(datasets, version, fromMs);
  const columns = eventColumns(plan);
  let place = 0;
  for await (const part of datasets.scan(version, { columns, ...(signal === undefined ? {} : { signal }) })) {
    signal?.throwIfAborted();
    const wanted = rowsOfKeys(plan, part, keys);
    const first = place;
    place += part.rowCount;
    if (wanted.length === 0) continue;
    const rows = takeRows(part, wanted);
    const all = eventIds(plan, part, first);
    const ids = Float64Array.from(wanted, (row) => all[row] ?? Number.NaN);
    const committed = new Map(Array.from(wanted, (row, at) => [ids[at], committedAt(first + row)]));
    const { batch } = eventRows(plan, rows, ids);
    const events = { ...batch, count: batch.ids.length };
    for (let at = 0; at < events.count; at++) {
      const key = batch.keys[batch.keyIndex[at] ?? -1] ?? "";
      const record = recordAt(events, at, committed.get(batch.ids[at]));
      const own = found.get(key) ?? new Map<number, EventRecord>();
      if (!own.has(record.id)) own.set(record.id, record);
      found.set(key, own);
    }
  }
  return new Map([...found].map(([key, records]) => [key, [...records.values()]]));
}

function rowsOfKeys(plan: WindowedPlan, part: Table, keys: ReadonlySet<string>): Uint32Array {
  const own = entityKeys(part, plan.keys);
  const isWanted = own.keys.map((key) => keys.has(key));
  const rows: number[] = [];
  for (let row = 0; row < part.rowCount; row++) if (isWanted[own.keyIndex[row] ?? -1] === true) rows.push(row);
  return Uint32Array.from(rows);
}
