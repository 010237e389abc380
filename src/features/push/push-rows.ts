import type { DatasetCollector } from "../../contracts/dataset-collector.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireOneOf } from "../../stats/require-argument.ts";
import { eventsView } from "../definitions/events-view.ts";
import { requireSource } from "../store/require-service.ts";
import type { KnownServices } from "../store/known-services.ts";
import type { OnlineRetention } from "../store/online-retention.ts";
import { appendViewEvents, type PushResult, requireId, viewEvents } from "../store/push-events.ts";
import { rowIds } from "../store/source-events.ts";
import { type FlushedDataset, type FlushOptions, flushPushes } from "./flush-pushes.ts";
import { type PushInput, type ReadArrow, readPushed, wholeRows } from "./push-input.ts";
import { KnownIds } from "./known-ids.ts";
import type { Buffered, PushLog } from "./push-log.ts";

/** Where pushed rows go. */
export interface PushOptions {
  /**
   * `online`: to the views, for requests. `offline`: to the history of the dataset, durable when the push returns and in a version
   * after the next flush. `both`: first to the log of history, then to the views. @default "online"
   */
  readonly to?: "online" | "offline" | "both";
  /** Ends the wait for a store; what is durable by then stays, and pushing the same rows again comes to the same. */
  readonly signal?: AbortSignal;
}

/** What a push did. */
export interface PushOutcome extends PushResult {
  /** What of the dataset is durable, but in no version yet: `flush()`, or a workspace's `tick()`, makes it one. Nothing after a push to `online`. */
  readonly buffered: Buffered;
}

/** What {@link Pushes} are wired with. */
export interface PushesWiring {
  readonly log: PushLog;
  readonly collector?: DatasetCollector;
  readonly datasets: DatasetReader;
  readonly online: OnlineStore;
  readonly retention: OnlineRetention;
  readonly services: KnownServices;
  readonly readArrow?: ReadArrow;
}

/** Takes rows as they come, for requests and for history. */
export class Pushes {
  readonly #wiring: PushesWiring;
  /** The definitions that rows were pushed to, by name. */
  readonly #pushed = new Map<string, DatasetDefinition>();
  readonly #knownIds = new Map<string, KnownIds>();

  constructor(wiring: PushesWiring) {
    this.#wiring = wiring;
  }

  /** See `FeatureStore.push`. */
  async push(
    target: DatasetDefinition | ViewDefinition,
    input: PushInput,
    { to = "online" }: PushOptions,
  ): Promise<PushOutcome> {
    requireOneOf("to", to, ["online", "offline", "both"]);
    const { services, online, retention, readArrow } = this.#wiring;
    const plans = to === "offline" ? [] : services.viewsOn(target);
    const source = sourceOf(target);
    const rows = await readPushed(source, input, readArrow);
    const views = to === "offline" ? [] : viewEvents(plans, target.name, rows.table);
    if (to === "online") {
      const pushed = await appendViewEvents(online, retention, views);
      return { ...pushed, buffered: { rows: 0, sinceMs: undefined } };
    }
    const hashes = views.map(({ plan }) => plan.view.hash);
    const log = await this.#logOf(source);
    const table = wholeRows(source, rows.table);
    const id = requireId(source);
    rowIds(table, id, source.name); // what cannot be flushed is not acknowledged
    const positions = await log.append(source.name, { ...rows, table }, hashes);
    const pushed = await appendViewEvents(online, retention, views);
    await log.applied(source.name, positions, hashes);
    return { ...pushed, buffered: await log.buffered(source.name) };
  }

  /** See `FeatureStore.flush`. */
  async flush(options: FlushOptions): Promise<readonly FlushedDataset[]> {
    const { collector, services, datasets } = this.#wiring;
    if (collector === undefined) return [];
    const views = services.windowedViews();
    const known = new Map(views.map(({ body }) => [body.source.name, body.source]));
    const definition = (name: string): DatasetDefinition | undefined =>
      this.#pushed.get(name) ?? known.get(name) ?? datasets.definition(name);
    const knownIds = (dataset: string, id: string, claims: readonly string[]): KnownIds => {
      const key = JSON.stringify([dataset, id, claims]);
      const known = this.#knownIds.get(key) ?? new KnownIds(datasets, dataset, id, claims);
      this.#knownIds.set(key, known);
      return known;
    };
    return await flushPushes({ ...options, ...this.#wiring, collector, views, definition, knownIds });
  }

  /** The log, once the definition is known to be the one of the dataset: what is acknowledged can be made a part of history. */
  async #logOf(source: DatasetDefinition): Promise<PushLog> {
    const { collector, log } = this.#wiring;
    if (collector === undefined) throw withoutCollector();
    if (this.#pushed.get(source.name)?.schemaDigest !== source.schemaDigest) await collector.register(source);
    this.#pushed.set(source.name, source);
    return log;
  }
}

function sourceOf(target: DatasetDefinition | ViewDefinition): DatasetDefinition {
  requireSource(target);
  if (target.kind === "dataset") return target;
  const view = eventsView(target);
  if (view !== undefined) return view.body.source;
  throw new SluiceError("features/unknown-feature", {
    found: `no registered windowed view for "${target.name}"`,
    expected: "a windowed view: an on-demand one has no events",
    fix: "Push to the dataset, or to the view that the on-demand view takes.",
  });
}

function withoutCollector(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "a push to history with a feature store that cannot write it",
    expected: "to know who makes rows a version of their dataset",
    fix: "Give FeatureStore the option `collector` (the data stage), or push to online.",
  });
}
