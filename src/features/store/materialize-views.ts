import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import { isPresent } from "../../table/column.ts";
import { columnOf, type Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import { type OnlineRetention, requireKept } from "./online-retention.ts";
import type { MaterializeOptions, PushResult } from "./push-events.ts";
import type { WindowedPlan } from "./service-plan.ts";
import { eventRows, rowIds, sourceColumns } from "./source-events.ts";

/** From where to where, and by what means, history is loaded. */
export interface MaterializeInput extends MaterializeOptions {
  readonly online: OnlineStore;
  readonly offline: OfflineStore;
  readonly retention: OnlineRetention;
  readonly plans: readonly WindowedPlan[];
  /** Runs work that reads a view's source in the offline store, under the name that it is given. */
  reading<R>(plan: WindowedPlan, work: (source: string) => Promise<R>): Promise<R>;
}

/** Rows brought to the online store at a time: between them the event loop and other writers go on. */
const rowsAtOnce = 8192;

/** Loads the tail of sources' history into the online store. Errors: `features/not-kept` where reads at `to` can no longer be served. */
export async function materializeViews(input: MaterializeInput): Promise<PushResult> {
  const { plans, onProgress } = input;
  let events = 0;
  let skipped = 0;
  let done = 0;
  for (const plan of plans) {
    await input.reading(plan, async (source) => {
      const fromMs = await openRange(input, plan, source);
      for await (const part of parts(input, plan, source, fromMs)) {
        events += await input.online.appendEvents(plan.view.hash, part.batch);
        skipped += part.skipped;
      }
    });
    done++;
    onProgress?.({ stage: "materializing", done, total: plans.length, unit: "views" });
  }
  return { views: plans.length, events, skipped };
}

/**
 * Where loading a view starts. Where that leaves a gap behind what the store holds, the gap and what is before it are let go
 * first, so that no read can take a part for the whole.
 */
async function openRange(input: MaterializeInput, plan: WindowedPlan, source: string): Promise<number> {
  const { online, to } = input;
  const { keptFromMs, newestMs } = await online.extent(plan.view.hash);
  requireKept(plan, to, keptFromMs);
  const wantedMs = input.from ?? to - input.retention.keptMs(plan);
  // Only all of history tells an entity's latest value, unless the store has the older part already.
  if (plan.latest.length > 0 && !(input.from !== undefined && wantedMs <= newestMs)) return Number.NEGATIVE_INFINITY;
  const { left, wanted } = await survey(input, plan, source, wantedMs);
  const empty = newestMs === Number.NEGATIVE_INFINITY && !wanted;
  if (left > newestMs && !empty)
    await online.trimEvents(plan.view.hash, Math.min(wantedMs, left + 1), { keepLatest: false });
  return wantedMs;
}

/** The newest event time of a source before an instant (−∞ if there is none), and whether any is from then on to `to`. */
async function survey(
  { offline, to, signal }: MaterializeInput,
  plan: WindowedPlan,
  source: string,
  beforeMs: number,
): Promise<{ readonly left: number; readonly wanted: boolean }> {
  const { eventTime } = plan.body.source;
  let left = Number.NEGATIVE_INFINITY;
  let wanted = false;
  for await (const part of offline.scan(source, [eventTime])) {
    signal?.throwIfAborted();
    const column = columnOf(part, eventTime, "instant");
    for (let row = 0; row < part.rowCount; row++) {
      const ms = isPresent(column, row) ? (column.values[row] ?? Number.NaN) : Number.NaN;
      if (ms < beforeMs && ms > left) left = ms;
      else if (ms >= beforeMs && ms <= to) wanted = true;
    }
  }
  return { left, wanted };
}

async function* parts(
  { offline, to, signal }: MaterializeInput,
  plan: WindowedPlan,
  source: string,
  fromMs: number,
): AsyncGenerator<ReturnType<typeof eventRows>> {
  const { id } = plan.body.source;
  const columns = [...new Set([...sourceColumns(plan), ...(id === undefined ? [] : [id])])];
  let ordinal = 0;
  for await (const part of offline.scan(source, columns)) {
    const rows = rowsBetween(plan, part, fromMs, to);
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      signal?.throwIfAborted();
      const chunk = rows.subarray(from, from + rowsAtOnce);
      const table = takeRows(part, chunk);
      const first = ordinal;
      yield eventRows(
        plan,
        table,
        id === undefined ? Float64Array.from(chunk, (row) => first + row) : rowIds(table, id),
      );
    }
    ordinal += part.rowCount;
  }
}

function rowsBetween(plan: WindowedPlan, table: Table, fromMs: number, toMs: number): Uint32Array {
  const times = columnOf(table, plan.body.source.eventTime, "instant").values;
  const rows = new Uint32Array(times.length);
  let count = 0;
  for (let row = 0; row < times.length; row++) {
    const ms = times[row] ?? Number.NaN;
    if (ms >= fromMs && ms <= toMs) rows[count++] = row;
  }
  return rows.subarray(0, count);
}
