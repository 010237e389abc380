import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { OnlineStore } from "../../contracts/online-store.ts";
import type { ServedVectorReader } from "../../contracts/served-vectors.ts";
import type { Table } from "../../table/table.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ErasedEntities } from "../log/erased-entities.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import { compareColumns, compareVectors, type SkewReport } from "../store/compare-vectors.ts";
import { denseVectors, denseWidths } from "../store/dense-vectors.ts";
import type { ReplayInput, ReplayOptions } from "../store/feature-store-options.ts";
import type { InputFrame } from "../store/frame.ts";
import type { FeaturesFromHistory } from "../store/features-from-history.ts";
import type { KnownServices } from "../store/known-services.ts";
import { requestFrame, requireLength } from "../store/request-frame.ts";
import { windowedPlans } from "../store/service-plan.ts";
import type { FeatureSkew } from "./feature-skew.ts";
import { newestServed, type ServedOptions } from "./newest-served.ts";
import { requireReplayInput } from "./replay-input.ts";
import { servedTable } from "./served-table.ts";
import type { SkewOptions } from "./skew-options.ts";

/** What {@link ServedFeatures} reads. */
export interface ServedFeaturesWiring {
  readonly logs: readonly ServedVectorReader[];
  readonly history: FeaturesFromHistory;
  readonly datasets: DatasetReader;
  readonly online: OnlineStore;
  readonly kernel: Kernel;
  readonly metadata: MetadataStore;
  readonly services: KnownServices;
}

/** What was served, from logs or from a caller: computed again from history, or as a table. */
export class ServedFeatures {
  readonly #wiring: ServedFeaturesWiring;

  constructor(wiring: ServedFeaturesWiring) {
    this.#wiring = wiring;
  }

  /** See `FeatureStore.replay`. */
  async replay(service: ServiceDefinition, logged: ReplayInput, options: ReplayOptions): Promise<SkewReport> {
    requireReplayInput(logged);
    const { history, services } = this.#wiring;
    const plan = await services.plan(service);
    const cells = logged.inputs.length * denseWidths(service).reduce((sum, width) => sum + width, 0);
    const frame = requestFrame(service, logged.inputs, logged.atMs);
    if ("values" in logged) {
      requireLength("values", logged.values.length, cells);
      requireLength("statuses", logged.statuses.length, cells);
    }
    const sources = await history.versions(windowedPlans(plan), options.sources);
    const features = await history.compute(plan, frame, sources, options);
    const erased = await ErasedEntities.of(this.#wiring.metadata.sql.withTables<FeaturesTables>(), service.hash);
    const isErased = (row: number): boolean =>
      !erased.isEmpty && erased.has(logged.inputs[row] ?? {}, logged.atMs[row] ?? Number.NaN);
    if ("columns" in logged) {
      const names = service.features.map(({ name }) => name);
      const computed = features.map((feature) => feature.cells);
      return compareColumns(names, logged.inputs.length, logged, computed, isErased);
    }
    const computed = denseVectors(service, features, logged.atMs);
    return compareVectors(computed.names, logged, computed, isErased);
  }

  /** See `FeatureStore.skew`. */
  async skew(service: ServiceDefinition, options: SkewOptions): Promise<FeatureSkew> {
    const { logs, history, datasets, online, kernel, services, metadata } = this.#wiring;
    const plan = await services.plan(service);
    const sources = await history.versions(windowedPlans(plan), options.sources);
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options;
    const served = options.served ?? logs.map((log) => log.read(service, fromMs, toMs));
    const erased = await ErasedEntities.of(metadata.sql.withTables<FeaturesTables>(), service.hash);
    const compute = (frame: InputFrame) => history.compute(plan, frame, sources, options);
    const { measureSkew } = await import("./measure-skew.ts"); // a diagnosis: servers need not load it
    return await measureSkew({ ...options, plan, kernel, sources, datasets, online, served, compute, erased });
  }

  /** See `FeatureStore.served`. */
  async table(service: ServiceDefinition, options: ServedOptions): Promise<Table> {
    await this.#wiring.services.plan(service);
    const erased = await ErasedEntities.of(this.#wiring.metadata.sql.withTables<FeaturesTables>(), service.hash);
    return servedTable(service, await newestServed(service, this.#wiring.logs, options, erased));
  }
}
