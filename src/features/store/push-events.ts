import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { columnOf, type Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { WindowedPlan } from "./service-plan.ts";
import { eventRows, rowIds, sourceColumns } from "./source-events.ts";
import type { SourceVersions } from "./source-history.ts";

/** What a push or a materialization did. */
export interface PushResult {
  /** The views that received events. */
  readonly views: number;
  /** Events that were new, over all views. */
  readonly events: number;
  /** Rows left out, over all views: without an event time or an entity key they are no events. */
  readonly skipped: number;
}

/** What a materialization loads. */
export interface MaterializeOptions extends WorkOptions {
  /** The earliest event time, epoch ms. @default what reads at `to` can need */
  readonly from?: number;
  /** The latest event time, epoch ms, included. */
  readonly to: number;
  /** The sources' versions. @default the heads */
  readonly sources?: SourceVersions;
}

/** Pushes rows of a source to views. */
export async function pushRows(
  online: OnlineStore,
  plans: readonly WindowedPlan[],
  target: string,
  table: Table,
): Promise<PushResult> {
  if (plans.length === 0) {
    throw new SluiceError("features/unknown-feature", {
      found: `no registered windowed view for "${target}"`,
      expected: "at least one view whose events these rows are",
      fix: "Register the feature service first.",
    });
  }
  let events = 0;
  let skipped = 0;
  for (const plan of plans) {
    const id = plan.body.source.id;
    if (id === undefined) throw withoutId(plan);
    const rows = eventRows(plan, table, rowIds(table, id));
    events += await online.appendEvents(plan.view.hash, rows.batch);
    skipped += rows.skipped;
  }
  return { views: plans.length, events, skipped };
}

function withoutId(plan: WindowedPlan): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `dataset "${plan.body.source.name}" without an id column`,
    expected: "a column of safe integers that names a row, so that pushing twice counts once",
    fix: "Give dataset() the option `id`.",
  });
}

/** Loads the tail of sources' history, as appended to the offline store, into the online store. */
export async function pushHistory(
  online: OnlineStore,
  offline: OfflineStore,
  plans: readonly WindowedPlan[],
  sources: SourceVersions,
  options: MaterializeOptions,
): Promise<PushResult> {
  let events = 0;
  let skipped = 0;
  let done = 0;
  for (const plan of plans) {
    const { id, name } = plan.body.source;
    const columns = [...new Set([...sourceColumns(plan), ...(id === undefined ? [] : [id])])];
    let ordinal = 0;
    for await (const part of offline.scan(sources[name] ?? "", columns)) {
      options.signal?.throwIfAborted();
      const ids =
        id === undefined ? Float64Array.from({ length: part.rowCount }, (_, row) => ordinal + row) : rowIds(part, id);
      ordinal += part.rowCount;
      const wanted = rowsBetween(plan, part, options);
      const rows = eventRows(
        plan,
        takeRows(part, wanted),
        Float64Array.from(wanted, (row) => ids[row] ?? 0),
      );
      events += await online.appendEvents(plan.view.hash, rows.batch);
      skipped += rows.skipped;
    }
    done++;
    options.onProgress?.({ stage: "materializing", done, total: plans.length, unit: "views" });
  }
  return { views: plans.length, events, skipped };
}

function rowsBetween(plan: WindowedPlan, table: Table, { from, to }: MaterializeOptions): Uint32Array {
  const times = columnOf(table, plan.body.source.eventTime, "instant").values;
  const fromMs = from ?? to - plan.reachMs;
  const rows: number[] = [];
  for (let row = 0; row < times.length; row++) {
    const ms = times[row] ?? Number.NaN;
    if (ms >= fromMs && ms <= to) rows.push(row);
  }
  return Uint32Array.from(rows);
}
