import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import { SluiceError } from "../../core/errors.ts";
import type { NearestFeatures } from "../nearest/nearest-features.ts";
import type { FeaturesFromHistory } from "./features-from-history.ts";
import type { KnownServices } from "./known-services.ts";
import type { MaterializationLog } from "./materialization-log.ts";
import { type MaterializeInput, materializeViews } from "./materialize-views.ts";
import type { OnlineRetention } from "./online-retention.ts";
import type { BackfillOptions, MaterializeOptions, PushResult } from "./push-events.ts";
import { requireInstant } from "./request-frame.ts";
import { windowedPlans } from "./service-plan.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** What {@link HistoryLoads} read from and fill. */
export interface HistoryLoadsWiring {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly datasets: DatasetReader;
  readonly offline: OfflineStore;
  readonly online: OnlineStore;
  readonly services: KnownServices;
  readonly history: FeaturesFromHistory;
  readonly log: MaterializationLog;
  readonly retention: OnlineRetention;
  readonly nearest: NearestFeatures;
}

/** Loads history into the online store: on from the watermark, or a past range. */
export class HistoryLoads {
  readonly #wiring: HistoryLoadsWiring;

  constructor(wiring: HistoryLoadsWiring) {
    this.#wiring = wiring;
  }

  /** See `FeatureStore.materialize`. */
  async materialize(service: ServiceDefinition, options: MaterializeOptions): Promise<PushResult> {
    return await this.#load(windowedPlans(await this.#wiring.services.plan(service)), options);
  }

  /** See `FeatureStore.backfill`. */
  async backfill(target: ServiceDefinition | ViewDefinition, options: BackfillOptions): Promise<PushResult> {
    requireRange(options.from, options.to);
    const { services } = this.#wiring;
    const plans = target?.kind === "service" ? windowedPlans(await services.plan(target)) : services.viewsOn(target);
    await this.#recordBackfill(target, options);
    return await this.#load(plans, options);
  }

  /** Before it begins: what a crash leaves half loaded has a word in the log, too. */
  async #recordBackfill(
    { kind, name, hash }: ServiceDefinition | ViewDefinition,
    options: BackfillOptions,
  ): Promise<void> {
    const { metadata, ledger } = this.#wiring;
    const { from, to } = options;
    await metadata.write(async (tx) => {
      await ledger.audit.append(tx, {
        kind: "features.backfilled",
        subject: name,
        actor: "system",
        body: { of: kind, hash, fromMs: from, toMs: to },
      });
    });
  }

  async #load(plans: readonly WindowedPlan[], options: MaterializeOptions): Promise<PushResult> {
    requireInstant("to", options.to);
    if (options.from !== undefined) requireRange(options.from, options.to);
    const { history, online, offline, datasets, log, retention } = this.#wiring;
    const sources = await history.versions(plans, options.sources);
    const reading: MaterializeInput["reading"] = async (view, work) =>
      await history.reading(view, sources, options, work);
    const wiring = { online, offline, datasets, log, retention };
    const result = await materializeViews({ ...options, ...wiring, plans, sources, reading });
    await this.#wiring.nearest.materialized(plans);
    return result;
  }
}

/** A range that ends before it begins holds nothing: most likely its ends were mixed up, or one is in other units. */
function requireRange(from: number, to: number): void {
  requireInstant("from", from);
  requireInstant("to", to);
  if (from <= to) return;
  throw new SluiceError("argument/invalid", {
    found: `from: ${from}, to: ${to}`,
    expected: "a range that begins before it ends",
    fix: "Pass the earlier instant as from, both in epoch milliseconds.",
  });
}
