import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Duration } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Table } from "../../table/table.ts";
import type { OnlineRetention } from "./online-retention.ts";
import type { WindowedPlan } from "./service-plan.ts";
import { eventRows, rowIds } from "./source-events.ts";
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
  /**
   * The earliest event time, epoch ms: everything from then on is loaded, whatever the watermark says. A view with latest
   * look-ups loads what is older too, where it is not there. @default on from the watermark; at first what reads from the
   * retention before `to` on can need
   */
  readonly from?: number;
  /** The latest event time, epoch ms, included. */
  readonly to: number;
  /** The sources' versions. @default the heads */
  readonly sources?: SourceVersions;
  /** Waits while another process materializes a view, instead of `features/busy`. @default false */
  readonly wait?: boolean;
  /** How long a view stays claimed by a materialization that died; one that lives renews its claim. @default "30s" */
  readonly lease?: Duration;
  /** Rows brought to the online store at a time, from 1: between them the event loop and other writers go on, and progress is put on record. @default 8192 */
  readonly rowsAtOnce?: number;
}

/** Pushes rows of a source to views, and lets go what they no longer need. */
export async function pushRows(
  online: OnlineStore,
  retention: OnlineRetention,
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
    await retention.pushed(plan, newestOf(rows.batch.eventTimeMs));
  }
  return { views: plans.length, events, skipped };
}

function newestOf(eventTimeMs: Float64Array): number {
  return eventTimeMs.reduce((newest, ms) => Math.max(newest, ms), Number.NEGATIVE_INFINITY);
}

function withoutId(plan: WindowedPlan): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `dataset "${plan.body.source.name}" without an id column`,
    expected: "a column of safe integers that names a row, so that pushing twice counts once",
    fix: "Give dataset() the option `id`.",
  });
}
