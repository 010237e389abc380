import type { DatasetCollector } from "../../contracts/dataset-collector.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { OnlineRetention } from "../store/online-retention.ts";
import { appendViewEvents, viewEvents } from "../store/push-events.ts";
import type { WindowedPlan } from "../store/windowed-plan.ts";
import type { KnownIds } from "./known-ids.ts";
import type { PushLog } from "./push-log.ts";
import { claimColumns } from "../store/claim-columns.ts";
import { PushedSource } from "./pushed-source.ts";

/** How pushed rows are made a part of history. */
export interface FlushOptions extends WorkOptions {
  /**
   * What happens to rows that the dataset's schema refuses, and to a batch that fails one of its checks, as in an ingest: `quarantine` keeps
   * both apart, `warn` lets a batch that fails a check in, which then does not count as validated. @default "quarantine"
   */
  readonly onFailure?: "quarantine" | "warn";
}

/** What a flush did with the rows pushed to one dataset. */
export interface FlushedDataset {
  readonly dataset: string;
  /**
   * `committed`: they are in `version`. `refused`: all are in the dataset's quarantine. `unchanged`: history had them already.
   * `waiting`: nothing of this process defines the dataset, they stay in the log: use a service on it, or push to it, first.
   */
  readonly outcome: "committed" | "refused" | "unchanged" | "waiting";
  /** The newest version that was made. */
  readonly version: DatasetVersion | undefined;
  /** Rows that came into history. */
  readonly rows: number;
  /** Rows whose id was known: they count once. */
  readonly repeated: number;
  /** Rows in the dataset's quarantine. */
  readonly quarantined: number;
  /** Events that an interrupted push had not brought online. */
  readonly events: number;
  /** Why rows were refused. */
  readonly reasons: readonly string[];
}

/** What a flush works on. */
export interface FlushInput extends FlushOptions {
  readonly log: PushLog;
  readonly collector: DatasetCollector;
  /** The ids that a dataset has in history. */
  knownIds(dataset: string, id: string, claims: readonly string[]): KnownIds;
  readonly online: OnlineStore;
  readonly retention: OnlineRetention;
  /** The definitions that this process knows. */
  definition(dataset: string): DatasetDefinition | undefined;
  /** The windowed views that this process knows. */
  readonly views: readonly WindowedPlan[];
}

/** Makes what was pushed a part of history, and brings online what interrupted pushes had not. */
export async function flushPushes(input: FlushInput): Promise<readonly FlushedDataset[]> {
  const flushed: FlushedDataset[] = [];
  const names = await input.log.datasets();
  for (const name of names) {
    input.signal?.throwIfAborted();
    flushed.push(await fold(input, name));
    input.onProgress?.({ stage: "flushing pushes", done: flushed.length, total: names.length, unit: "datasets" });
  }
  // History first: it needs no server beside the metadata.
  const events = await applyPending(input);
  return flushed.map((one) => ({ ...one, events: events.get(one.dataset) ?? 0 }));
}

const nothing = { version: undefined, rows: 0, repeated: 0, quarantined: 0, events: 0, reasons: [] };

async function fold(input: FlushInput, dataset: string): Promise<FlushedDataset> {
  const { log, collector, onFailure = "quarantine", signal } = input;
  const definition = input.definition(dataset);
  if (definition?.id === undefined) return { ...nothing, dataset, outcome: "waiting" };
  await collector.register(definition);
  const keys = input.views.filter(({ body }) => body.source.name === dataset).flatMap((view) => view.keys);
  const claims = claimColumns(definition, keys);
  const known = input.knownIds(dataset, definition.id, claims);
  const source = new PushedSource(log, known, definition, definition.id, claims);
  const options = { onFailure, ...(signal === undefined ? {} : { signal }) };
  let done: FlushedDataset = { ...nothing, dataset, outcome: "unchanged" };
  for (;;) {
    signal?.throwIfAborted();
    const result = await collector.collect(definition, source, options);
    const { news } = source;
    if (news === undefined) return done;
    // Rows that were refused are safe in the quarantine: the log goes on after them.
    if (result.outcome !== "blocked" || result.quarantine !== undefined) await log.folded(dataset, news.position);
    done = { ...done, repeated: done.repeated + news.repeated };
    if (result.outcome === "committed") {
      const { accepted, quarantined } = result.rows;
      const rows = { rows: done.rows + accepted, quarantined: done.quarantined + quarantined };
      done = { ...done, ...rows, outcome: "committed", version: result.version };
    } else if (result.outcome === "blocked") {
      const outcome = done.outcome === "committed" ? "committed" : "refused";
      const reasons = [...done.reasons, ...result.reasons];
      done = { ...done, outcome, quarantined: done.quarantined + result.rows.read, reasons };
      if (result.quarantine === undefined) return done;
    }
  }
}

/** Brings to the views that this process knows what a push that was interrupted had not. */
async function applyPending(input: FlushInput): Promise<ReadonlyMap<string, number>> {
  const { log, views, online, retention, signal } = input;
  const events = new Map<string, number>();
  const plans = new Map<string, WindowedPlan>(views.map((plan) => [plan.view.hash, plan]));
  for (const { dataset, position, view } of await log.pending([...plans.keys()])) {
    signal?.throwIfAborted();
    const plan = plans.get(view);
    const table = await log.read(dataset, position);
    if (plan === undefined) continue;
    if (table !== undefined) {
      const { events: added } = await appendViewEvents(online, retention, viewEvents([plan], dataset, table));
      events.set(dataset, (events.get(dataset) ?? 0) + added);
    }
    await log.applied(dataset, [position], [view]);
  }
  return events;
}
