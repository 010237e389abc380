import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Duration } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Table } from "../../table/table.ts";
import { namingDefinition } from "../definitions/naming-definition.ts";
import type { OnlineRetention } from "./online-retention.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { type EventRows, eventRows, rowIds } from "./source-events.ts";
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

/** Which past range is loaded, and how. */
export interface BackfillOptions extends MaterializeOptions {
  /** The earliest event time, epoch ms, included. */
  readonly from: number;
}

/** A source's rows as the events of one view. */
export interface ViewEvents extends EventRows {
  readonly plan: WindowedPlan;
}

/** A source's rows as the events of views. Errors: `features/unknown-feature` without views, `definition/invalid` (no id), `features/invalid-input`. */
export function viewEvents(plans: readonly WindowedPlan[], target: string, table: Table): readonly ViewEvents[] {
  if (plans.length === 0) {
    throw new SluiceError("features/unknown-feature", {
      found: `no registered windowed view for "${target}"`,
      expected: "at least one view whose events these rows are",
      fix: "Register a service of such a view first, as by ws.features.apply([service]).",
    });
  }
  return plans.map((plan) => {
    const { source } = plan.body;
    const id = requireId(source);
    return namingDefinition(`feature view "${plan.view.name}" of dataset "${source.name}"`, () => {
      return { plan, ...eventRows(plan, table, rowIds(table, id, source.name)) };
    });
  });
}

/** Brings events to views online, and lets go what these no longer need. */
export async function appendViewEvents(
  online: OnlineStore,
  retention: OnlineRetention,
  views: readonly ViewEvents[],
): Promise<PushResult> {
  let events = 0;
  let skipped = 0;
  for (const { plan, batch, skipped: left } of views) {
    events += await online.appendEvents(plan.view.hash, batch);
    skipped += left;
    await retention.pushed(plan, newestOf(batch.eventTimeMs));
  }
  return { views: views.length, events, skipped };
}

function newestOf(eventTimeMs: Float64Array): number {
  return eventTimeMs.reduce((newest, ms) => Math.max(newest, ms), Number.NEGATIVE_INFINITY);
}

/** The column that names a row, which pushes need. Errors: `definition/invalid`. */
export function requireId({ name, id }: Pick<DatasetDefinition, "name" | "id">): string {
  if (id !== undefined) return id;
  throw new SluiceError("definition/invalid", {
    found: `dataset "${name}" without an id column`,
    expected: "a column of safe integers that names a row, so that pushing twice counts once",
    fix: "Give dataset() the option `id`.",
  });
}
