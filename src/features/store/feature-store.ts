import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type {
  FeatureInputRow,
  FeatureReader,
  FeatureVectors,
  ManyFeatureReader,
  ManyFeatures,
  ManyReadOptions,
  OnlineReadOptions,
} from "../../contracts/feature-reader.ts";
import type { FeatureServiceRef, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import type { ColumnTypes, NamesOf } from "../../core/cell-type.ts";
import type { Digest } from "../../core/digest.ts";
import { durationMs } from "../../core/duration.ts";
import type { Table } from "../../table/table.ts";
import { FeatureCatalog } from "../catalog/feature-catalog.ts";
import type { CatalogPage, CatalogQuery } from "../catalog/catalog-page.ts";
import { makeKernel } from "../kernel/kernel.ts";
import type { NearestEntities, NearestOptions } from "../nearest/nearest-entities.ts";
import type { NearestFeatures } from "../nearest/nearest-features.ts";
import { nearestBeside } from "../nearest/vectors-beside.ts";
import type { FlushedDataset, FlushOptions } from "../push/flush-pushes.ts";
import type { PushInput } from "../push/push-input.ts";
import { PushLog } from "../push/push-log.ts";
import { Pushes, type PushOptions, type PushOutcome } from "../push/push-rows.ts";
import type { FeatureSkew } from "../skew/feature-skew.ts";
import type { ServedOptions } from "../skew/newest-served.ts";
import { ServedFeatures } from "../skew/served-features.ts";
import type { SkewOptions } from "../skew/skew-options.ts";
import type { CollectedViews, CollectOptions } from "./collect-views.ts";
import type { SkewReport } from "./compare-vectors.ts";
import { DefinitionChanges } from "./definition-changes.ts";
import { DefinitionLog } from "./definition-log.ts";
import { calledWith } from "./feature-calls.ts";
import {
  checkedStoreOptions,
  type FeatureStoreOptions,
  type ProfileOptions,
  type ReplayInput,
  type ReplayOptions,
  type TrainingOptions,
} from "./feature-store-options.ts";
import { FeaturesFromEvents } from "./features-from-events.ts";
import type { FeaturesPlan } from "./features-plan.ts";
import { FeaturesFromHistory } from "./features-from-history.ts";
import { HistoryLoads } from "./history-loads.ts";
import { KnownServices } from "./known-services.ts";
import { MaterializationLog } from "./materialization-log.ts";
import { OnlineReads } from "./online-reads.ts";
import { OnlineRetention } from "./online-retention.ts";
import type { BackfillOptions, MaterializeOptions, PushResult } from "./push-events.ts";
import { windowedPlans } from "./service-plan.ts";
import { ServiceRegistry } from "./service-registry.ts";
import { buildTrainingSet } from "./training-set.ts";

/**
 * Computes features, for training from history and for serving from recent events, by one kernel: for the same keys, fields
 * and instants both give the same bits. Implements `FeatureReader` and `ManyFeatureReader`.
 */
export class FeatureStore implements FeatureReader, ManyFeatureReader {
  readonly #options: FeatureStoreOptions;
  readonly #registry: ServiceRegistry;
  readonly #changes: DefinitionChanges;
  readonly #catalog: FeatureCatalog;
  readonly #services: KnownServices;
  readonly #history: FeaturesFromHistory;
  readonly #reads: OnlineReads;
  readonly #loads: HistoryLoads;
  readonly #pushes: Pushes;
  readonly #served: ServedFeatures;
  readonly #nearest: NearestFeatures;

  constructor(given: FeatureStoreOptions) {
    const { datasets, offline, clock, logger, kernel = makeKernel() } = checkedStoreOptions(given);
    const [definitions, log] = [new DefinitionLog(given.metadata), new MaterializationLog(given)];
    this.#registry = new ServiceRegistry(given);
    this.#catalog = new FeatureCatalog(given);
    this.#services = new KnownServices({ kernel, registry: this.#registry, definitions, catalog: this.#catalog });
    const { nearest, options } = nearestBeside(given, { log, planOf: (view) => this.#services.windowedPlan(view) });
    const retention = new OnlineRetention(options.online, clock, durationMs(given.retention ?? "1d"));
    const pushLog = new PushLog(given);
    [this.#options, this.#nearest] = [options, nearest];
    this.#history = new FeaturesFromHistory(datasets, offline, kernel);
    const events = new FeaturesFromEvents(options.online, kernel, logger);
    this.#reads = new OnlineReads({ clock, events, services: this.#services });
    const made = { kernel, registry: this.#registry, services: this.#services, history: this.#history };
    this.#changes = new DefinitionChanges({ ...options, ...made, definitions, log, pushLog });
    this.#loads = new HistoryLoads({ ...options, ...made, log, retention, nearest });
    this.#pushes = new Pushes({ ...options, log: pushLog, retention, services: this.#services });
    this.#served = new ServedFeatures({ ...options, ...made, logs: options.served ?? [] });
  }

  /** Makes a service known: its views receive pushes, its hash is on record (audited when new). Every other method does so too. */
  async register(service: ServiceDefinition): Promise<void> {
    await this.#services.plan(service);
  }

  /**
   * What {@link apply} would do, and nothing else: which services and views are new, which get a new hash and what they mean
   * differently, which model versions keep the old one. Print it to read it. Errors: `definition/invalid`, naming the definition.
   *
   * @example
   * ```ts
   * import { openWorkspace } from "sluice";
   * import { featureService, onDemand, request, t } from "sluice/features";
   * const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(100) }) });
   * const ws = await openWorkspace(".sluice");
   * const plan = await ws.features.plan([featureService("trips", [trip])]);
   * if (!String(plan).includes("+ view trip (new")) throw new Error("a new view expected");
   * await ws.close();
   * ```
   */
  async plan(services: readonly ServiceDefinition[]): Promise<FeaturesPlan> {
    return await this.#changes.plan(services);
  }

  /** Registers services as the current meaning of their names, also an older one again, and answers what that changed. What has another hash keeps it, online data too, until it is collected. */
  async apply(services: readonly ServiceDefinition[]): Promise<FeaturesPlan> {
    return await this.#changes.apply(services);
  }

  /**
   * Drops the online data of views that no service in use names. In use are the newest meaning of every registered name, what
   * model versions that are not archived name, and what this store was used with. A view that was dropped is materialized afresh where it is used again.
   * Errors: `argument/invalid` without `models`, `features/busy` while a view to be dropped is materialized, `features/unknown-feature`.
   */
  async collect(options: CollectOptions = {}): Promise<CollectedViews> {
    return await calledWith("collect", options, () => this.#changes.collect(options));
  }

  /** The current meaning of a service's name, or `undefined`. */
  async current(name: string): Promise<FeatureServiceRef | undefined> {
    return (await this.#registry.history(name)).at(-1);
  }

  /** The registered services and views that fit a query, with what their features are made from and the models that use them. */
  async catalog(query: CatalogQuery = {}): Promise<CatalogPage> {
    return await calledWith("catalog", query, () => this.#catalog.find(query));
  }

  /** Every meaning registered under a service's name, the current one last. */
  async history(name: string): Promise<readonly FeatureServiceRef[]> {
    return await this.#registry.history(name);
  }

  /**
   * Completes a spine with point-in-time correct features: only events that were known at each row's instant.
   * Errors: `features/invalid-input` (spine), `data/version-not-found` (a source without a version).
   */
  async training(service: ServiceDefinition, options: TrainingOptions): Promise<TrainingSet> {
    return await calledWith("training", options, async () => {
      const plan = await this.#services.plan(service);
      const set = await buildTrainingSet({
        ...this.#options,
        ...options,
        plan,
        versions: async () => await this.#history.versions(windowedPlans(plan), options.sources),
        compute: async (frame, sources) => await this.#history.compute(plan, frame, sources, options),
      });
      if (options.profile ?? true) await this.#catalog.profile(service, set, this.#options.clock.nowMs());
      return set;
    });
  }

  /**
   * Profiles the values of a service's features for the catalog: of a training set, or of any table of columns `view.feature`. The newest
   * profile of a view's meaning is kept. Training sets are profiled when they are made. Errors: `argument/invalid` (`sampleRows`).
   */
  async profile(service: ServiceDefinition, of: TrainingSet | Table, options: ProfileOptions = {}): Promise<void> {
    await calledWith("profile", options, async () => {
      await this.#services.plan(service);
      await this.#catalog.profile(service, of, this.#options.clock.nowMs(), options.sampleRows);
    });
  }

  async online<In, F>(
    service: ServiceDefinition<string, In, F>,
    input: NoInfer<In>,
    options: OnlineReadOptions = {},
  ): Promise<{ readonly features: F; readonly atMs: number }> {
    return await this.#reads.online(service, input, options);
  }

  async onlineMany<In, F>(
    service: ServiceDefinition<string, In, F>,
    inputs: readonly NoInfer<In>[],
    options: ManyReadOptions = {},
  ): Promise<ManyFeatures<F>> {
    return await this.#reads.onlineMany(service, inputs, options);
  }

  async vectors(
    service: ServiceDefinition,
    inputs: readonly FeatureInputRow[],
    options: { readonly atMs?: Float64Array; readonly signal?: AbortSignal } = {},
  ): Promise<FeatureVectors> {
    return await this.#reads.vectors(service, inputs, options);
  }

  /**
   * The entities whose vectors are nearest to a query, of a view's latest look-up and as old as its TTL allows: of each entity the newest vector, as the
   * option `vectors` keeps it, filled by materializations and pushes. Errors: `argument/invalid` (k, an instant, no `vectors`),
   * `features/unknown-feature` (no vectors), `features/invalid-input` (a query of another length), `store/unavailable`.
   */
  async nearest<K extends ColumnTypes, F extends ColumnTypes>(
    view: ViewDefinition<string, K, F>,
    feature: NamesOf<F, "f64[]">,
    query: ArrayLike<number>,
    options: NearestOptions,
  ): Promise<NearestEntities<K>> {
    const search = () => this.#nearest.nearest(view, feature, query, options);
    return (await calledWith("nearest", options, search)) as NearestEntities<K>;
  }

  /**
   * Takes new rows of a source: into the online store, for every registered view on it or for one view (letting go what is older than the
   * retention); into the history of the dataset; or into both. Idempotent by the dataset's id column. What goes to history is durable
   * when this returns, and in a version after the next {@link flush}. Of a push to `both` that was cut off, what is durable is brought to
   * both by the next flush.
   * Errors: `argument/invalid` (`to`), `definition/invalid` (no id), `definition/conflict`, `features/unknown-feature` (no registered
   * view), `features/invalid-input`, `data/missing-column`, `table/type-mismatch`, `features/log-full`, `store/unavailable`.
   */
  async push(
    target: DatasetDefinition | ViewDefinition,
    rows: PushInput,
    options: PushOptions = {},
  ): Promise<PushOutcome> {
    return await calledWith("push", options, () => this.#pushes.push(target, rows, options));
  }

  /**
   * Makes the rows that were pushed to history versions of their datasets, one for however many pushes: validated and checked, each id once,
   * with their lineage. Brings online what pushes to `both` that were cut off had not. Doing it again, or at once elsewhere, adds nothing.
   */
  async flush(options: FlushOptions = {}): Promise<readonly FlushedDataset[]> {
    return await calledWith("flush", options, () => this.#pushes.flush(options));
  }

  /**
   * Loads into the online store what reads at `to` or later can need of the sources' history: the tail of the longest window
   * and the retention (everything up to `to` for a view with latest look-ups). It goes on from the watermark of each view in this
   * online store: only rows after it are loaded, and rows that were added to history since, however old. Loading again changes
   * nothing; what was interrupted goes on where it stopped. Errors: `argument/invalid` (an instant), `features/busy` while
   * another one loads a view, `features/not-kept` where `to` is older than what is kept, `data/version-not-found`.
   */
  async materialize(service: ServiceDefinition, options: MaterializeOptions): Promise<PushResult> {
    return await calledWith("materialize", options, () => this.#loads.materialize(service, options));
  }

  /**
   * Loads a past range of history into the online store, for all views of a service or for one windowed view: of a view that is new over old data, or
   * where something is missing. As {@link materialize} with `from`: everything in the range is loaded whatever the watermark says, in portions of
   * `rowsAtOnce`, and goes on where it was interrupted; nothing newer is overwritten, nothing counts twice.
   * Events older than the retention stay until the next push. Errors: as of {@link materialize}.
   */
  async backfill(target: ServiceDefinition | ViewDefinition, options: BackfillOptions): Promise<PushResult> {
    return await calledWith("backfill", options, () => this.#loads.backfill(target, options));
  }

  /** Computes served features again, from history at the same instants, and compares them bit for bit. Errors: `features/invalid-input`. */
  async replay(service: ServiceDefinition, logged: ReplayInput, options: ReplayOptions = {}): Promise<SkewReport> {
    return await calledWith("replay", options, () => this.#served.replay(service, logged, options));
  }

  /**
   * Training–serving skew, measured: computes what was served (a sample, as logged) again from history at the same instants, and says of each
   * cell that differs whether the definition does (there must be none), or whether events came late, were missing online or had
   * expired. Print the report to read it. Errors: `argument/invalid` (a rate, a count), `data/version-not-found`, `store/unavailable`.
   *
   * @example
   * ```ts
   * import { openWorkspace } from "sluice";
   * import { featureService, onDemand, request, t } from "sluice/features";
   * const trip = onDemand("trip", { inputs: [request({ km: t.float64 })], features: ({ km }) => ({ far: km.gt(100) }) });
   * const service = featureService("trips", [trip]);
   * const ws = await openWorkspace({ path: ".sluice", featureLog: { rate: 1 } });
   * await ws.features.vectors(service, [{ km: 30 }, { km: 300 }]);
   * const skew = await ws.features.skew(service);
   * if (skew.total.cells < 2 || skew.total.causes.definition > 0) throw new Error("two cells, equal to the bit");
   * await ws.close();
   * ```
   */
  async skew(service: ServiceDefinition, options: SkewOptions = {}): Promise<FeatureSkew> {
    return await calledWith("skew", options, () => this.#served.skew(service, options));
  }

  /** What was served of a service, as logged: a table with the columns of a training set, to compare its distributions with. The newest `limit` rows. */
  async served(service: ServiceDefinition, options: ServedOptions = {}): Promise<Table> {
    return await calledWith("served", options, () => this.#served.table(service, options));
  }

  /** The service of a hash that this store was used with, or `undefined`. */
  known(hash: Digest): ServiceDefinition | undefined {
    return this.#services.known(hash);
  }
}
