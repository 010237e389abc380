import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { ViewDefinition } from "../../contracts/feature-definition.ts";
import type {
  FeatureInputRow,
  FeatureReader,
  FeatureVectors,
  OnlineReadOptions,
} from "../../contracts/feature-reader.ts";
import type { FeatureServiceRef, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { TrainingSet } from "../../contracts/training-set.ts";
import type { Digest } from "../../core/digest.ts";
import { durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { isRequestService } from "../../core/request-service.ts";
import { silentLogger } from "../../core/logger.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Table } from "../../table/table.ts";
import { FeatureCatalog } from "../catalog/feature-catalog.ts";
import type { CatalogPage, CatalogQuery } from "../catalog/catalog-page.ts";
import { type Kernel, makeKernel } from "../kernel/kernel.ts";
import { type CollectedViews, collectViews } from "./collect-views.ts";
import { compareVectors, type SkewReport } from "./compare-vectors.ts";
import { computeOffline } from "./compute-offline.ts";
import { cellsByName, denseVectors } from "./dense-vectors.ts";
import { DefinitionLog } from "./definition-log.ts";
import { EmptyViews } from "./empty-views.ts";
import type { FeatureStoreOptions, ReplayInput, TrainingOptions } from "./feature-store-options.ts";
import { FeaturesPlan } from "./features-plan.ts";
import { type ComputedFeatures, computeFeatures, type InputFrame } from "./frame.ts";
import { MaterializationLog } from "./materialization-log.ts";
import { type MaterializeInput, materializeViews } from "./materialize-views.ts";
import { OnlineRetention } from "./online-retention.ts";
import { planChanges } from "./plan-changes.ts";
import { type MaterializeOptions, type PushResult, pushRows } from "./push-events.ts";
import { readOnline } from "./read-online.ts";
import type { FeatureSkew } from "../skew/feature-skew.ts";
import { servedTable } from "../log/served-table.ts";
import { newestServed, type ServedOptions } from "../skew/newest-served.ts";
import type { SkewOptions } from "../skew/skew-options.ts";
import { planService, planWindowed, type ServicePlan, type WindowedPlan, windowedPlans } from "./service-plan.ts";
import { requestFrame, requireInstant, requireLength } from "./request-frame.ts";
import { ServiceRegistry } from "./service-registry.ts";
import { SourceHistory, type SourceVersions } from "./source-history.ts";
import { buildTrainingSet } from "./training-set.ts";

/**
 * Computes features, for training from history and for serving from recent events, by one kernel: for the same keys, fields
 * and instants both give the same bits. Implements `FeatureReader`.
 */
export class FeatureStore implements FeatureReader {
  readonly #options: FeatureStoreOptions;
  readonly #kernel: Kernel;
  readonly #registry: ServiceRegistry;
  readonly #definitions: DefinitionLog;
  readonly #catalog: FeatureCatalog;
  readonly #history: SourceHistory;
  readonly #retention: OnlineRetention;
  readonly #log: MaterializationLog;
  readonly #plans = new Map<string, ServicePlan>();
  readonly #empty: EmptyViews;

  constructor(options: FeatureStoreOptions) {
    this.#options = options;
    this.#kernel = options.kernel ?? makeKernel();
    this.#registry = new ServiceRegistry(options);
    this.#definitions = new DefinitionLog(options.metadata);
    this.#catalog = new FeatureCatalog(options);
    this.#history = new SourceHistory(options.datasets, options.offline);
    this.#retention = new OnlineRetention(options.online, options.clock, durationMs(options.retention ?? "1d"));
    this.#log = new MaterializationLog(options);
    this.#empty = new EmptyViews(options.online, options.logger ?? silentLogger);
  }

  /** Makes a service known: its views receive pushes, its hash is on record (audited when new). Every other method does so too. */
  async register(service: ServiceDefinition): Promise<void> {
    await this.#plan(service);
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
    for (const service of services) planService(service, this.#kernel);
    const models = (await this.#options.models?.versions()) ?? [];
    return new FeaturesPlan(
      await planChanges(services, { registry: this.#registry, definitions: this.#definitions, models }),
    );
  }

  /**
   * Registers services as the current meaning of their names, also an older one again, and answers what that changed. What has
   * another hash keeps it, online data too, until it is collected.
   */
  async apply(services: readonly ServiceDefinition[]): Promise<FeaturesPlan> {
    const plan = await this.plan(services);
    for (const service of services) {
      await this.#plan(service);
      await this.#registry.register(service, { current: true });
    }
    return plan;
  }

  /**
   * Drops the online data of views that no service in use names. In use are the newest meaning of every registered name, what
   * model versions that are not archived name, and what this store was used with. A view that was dropped can be materialized
   * again for reads whose windows begin after the last event that it had held.
   * Errors: `argument/invalid` without `models`, `features/busy` while a view to be dropped is materialized, `features/unknown-feature`.
   */
  async collect(options: { readonly dryRun?: boolean; readonly signal?: AbortSignal } = {}): Promise<CollectedViews> {
    const { models, online } = this.#options;
    if (models === undefined) throw withoutModels();
    const named = (await models.versions())
      .filter(({ stage, service }) => stage !== "archived" && !isRequestService(service))
      .map(({ service }) => service.hash);
    const own = [...this.#plans.values()].filter(({ views }) => views.length > 0).map(({ service }) => service.hash);
    const services = [...new Set([...(await this.#registry.currentHashes()), ...named, ...own])];
    const wiring = { online, definitions: this.#definitions, log: this.#log, services };
    return await collectViews({ ...wiring, dryRun: options.dryRun ?? false, signal: options.signal });
  }

  /** The current meaning of a service's name, or `undefined`. */
  async current(name: string): Promise<FeatureServiceRef | undefined> {
    return (await this.#registry.history(name)).at(-1);
  }

  /** The registered services and views that fit a query, with what their features are made from and the models that use them. */
  async catalog(query: CatalogQuery = {}): Promise<CatalogPage> {
    return await this.#catalog.find(query);
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
    const plan = await this.#plan(service);
    const sources = await this.#history.versions(windowedPlans(plan), options.sources);
    return await buildTrainingSet({
      plan,
      ...options,
      sources,
      datasets: this.#options.datasets,
      metadata: this.#options.metadata,
      ledger: this.#options.ledger,
      compute: async (frame) => await this.#fromHistory(plan, frame, sources, options),
    });
  }

  async online<In, F>(
    service: ServiceDefinition<string, In, F>,
    input: NoInfer<In>,
    options: OnlineReadOptions = {},
  ): Promise<{ readonly features: F; readonly atMs: number }> {
    const plan = await this.#plan(service);
    const atMs = options.atMs ?? this.#options.clock.nowMs();
    const frame = requestFrame(service, [input as FeatureInputRow], Float64Array.of(atMs));
    const features = await this.#fromEvents(plan, frame, options.signal);
    return { features: cellsByName(service, features, 0) as F, atMs };
  }

  async vectors(
    service: ServiceDefinition,
    inputs: readonly FeatureInputRow[],
    options: { readonly atMs?: Float64Array; readonly signal?: AbortSignal } = {},
  ): Promise<FeatureVectors> {
    const plan = await this.#plan(service);
    const atMs = options.atMs ?? new Float64Array(inputs.length).fill(this.#options.clock.nowMs());
    const frame = requestFrame(service, inputs, atMs);
    return denseVectors(service, await this.#fromEvents(plan, frame, options.signal), atMs);
  }

  /**
   * Brings new rows of a source into the online store, for every registered view on it, or for one view, and lets go what
   * is older than the retention. Idempotent by the dataset's id column. Errors: `definition/invalid` (no id), `features/unknown-feature` (no registered view), `features/invalid-input`.
   */
  async push(target: DatasetDefinition | ViewDefinition, table: Table): Promise<PushResult> {
    return await pushRows(this.#options.online, this.#retention, this.#viewsOn(target), target.name, table);
  }

  /**
   * Loads into the online store what reads at `to` or later can need of the sources' history: the tail of the longest window
   * and the retention (everything up to `to` for a view with latest look-ups). It goes on from the watermark of each view in this
   * online store: only rows after it are loaded, and rows that were added to history since, however old. Loading again changes
   * nothing; what was interrupted goes on where it stopped. Errors: `argument/invalid` (an instant), `features/busy` while
   * another one loads a view, `features/not-kept` where `to` is older than what is kept, `data/version-not-found`.
   */
  async materialize(service: ServiceDefinition, options: MaterializeOptions): Promise<PushResult> {
    requireInstant("to", options.to);
    if (options.from !== undefined) requireInstant("from", options.from);
    const plans = windowedPlans(await this.#plan(service));
    const sources = await this.#history.versions(plans, options.sources);
    const { online, offline, datasets } = this.#options;
    const wiring = { online, offline, datasets, log: this.#log, retention: this.#retention };
    const reading: MaterializeInput["reading"] = async (view, work) =>
      await this.#reading(view, sources, options, work);
    return await materializeViews({ ...options, ...wiring, plans, sources, reading });
  }

  /** Computes served vectors again, from history at the same instants, and compares them bit for bit. */
  async replay(
    service: ServiceDefinition,
    logged: ReplayInput,
    options: WorkOptions & { readonly sources?: SourceVersions } = {},
  ): Promise<SkewReport> {
    const plan = await this.#plan(service);
    const cells = logged.inputs.length * service.features.length;
    const frame = requestFrame(service, logged.inputs, logged.atMs);
    requireLength("values", logged.values.length, cells);
    requireLength("statuses", logged.statuses.length, cells);
    const sources = await this.#history.versions(windowedPlans(plan), options.sources);
    const computed = denseVectors(service, await this.#fromHistory(plan, frame, sources, options), logged.atMs);
    return compareVectors(computed.names, logged, computed);
  }

  /**
   * Training–serving skew, measured: computes what was served (a sample, as logged) again from history at the same instants, and says of each
   * cell that differs whether the definition does (there must be none), or whether events came late, were missing online or had
   * expired. Print the report to read it. Errors: `argument/invalid` (a rate), `data/version-not-found`, `store/unavailable`.
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
    const plan = await this.#plan(service);
    const sources = await this.#history.versions(windowedPlans(plan), options.sources);
    const { datasets, online } = this.#options;
    const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options;
    const served = options.served ?? (this.#options.served ?? []).map((log) => log.read(service, fromMs, toMs));
    const compute = (frame: InputFrame) => this.#fromHistory(plan, frame, sources, options);
    const { measureSkew } = await import("../skew/measure-skew.ts"); // a diagnosis: servers need not load it
    return await measureSkew({ ...options, plan, kernel: this.#kernel, sources, datasets, online, served, compute });
  }

  /** What was served of a service, as logged: a table with the columns of a training set, to compare its distributions with. The newest `limit` rows. */
  async served(service: ServiceDefinition, options: ServedOptions = {}): Promise<Table> {
    const plan = await this.#plan(service);
    return servedTable(plan.service, await newestServed(plan.service, this.#options.served ?? [], options));
  }

  /** The service of a hash that this store was used with, or `undefined`. */
  known(hash: Digest): ServiceDefinition | undefined {
    return [...this.#plans.values()].find(({ service }) => service.hash === hash)?.service;
  }

  async #plan(service: ServiceDefinition): Promise<ServicePlan> {
    const known = this.#plans.get(`${service.name}@${service.hash}`);
    if (known !== undefined) return known;
    const plan = planService(service, this.#kernel);
    // A model's own request fields are no definition that others could find, change or collect.
    if (!isRequestService(service)) {
      await this.#definitions.remember(service);
      await this.#registry.register(service);
      await this.#catalog.remember(service);
    }
    this.#plans.set(`${service.name}@${service.hash}`, plan);
    return plan;
  }

  async #fromHistory(
    plan: ServicePlan,
    frame: InputFrame,
    sources: SourceVersions,
    options: WorkOptions,
  ): Promise<ComputedFeatures> {
    let done = 0;
    return await computeFeatures(plan, frame, async (view) => {
      options.signal?.throwIfAborted();
      const columns = await this.#reading(view, sources, options, async (source) =>
        computeOffline(view, frame, this.#options.offline, source, this.#kernel),
      );
      done++;
      options.onProgress?.({ stage: "computing features", done, total: windowedPlans(plan).length, unit: "views" });
      return columns;
    });
  }

  /** Runs work that reads a view's source in the offline store, under the name that it is given. */
  async #reading<R>(
    { body }: WindowedPlan,
    sources: SourceVersions,
    options: WorkOptions,
    work: (source: Digest) => Promise<R>,
  ): Promise<R> {
    const digest = sources[body.source.name] ?? missingSource(body.source.name);
    return await this.#history.reading(body.source, digest, options, async () => await work(digest));
  }

  async #fromEvents(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ComputedFeatures> {
    return await computeFeatures(plan, frame, async (view) => {
      signal?.throwIfAborted();
      await this.#empty.warnOf(view);
      return await readOnline(view, frame, this.#options.online, this.#kernel);
    });
  }

  #viewsOn(target: DatasetDefinition | ViewDefinition): readonly WindowedPlan[] {
    if (target.kind === "view") return target.body.kind === "windowed" ? [planWindowed(target, target.body)] : [];
    const views = new Map<string, WindowedPlan>();
    for (const plan of this.#plans.values()) {
      for (const view of windowedPlans(plan)) {
        const { name, schemaDigest } = view.body.source;
        if (name === target.name && schemaDigest === target.schemaDigest) views.set(view.view.hash, view);
      }
    }
    return [...views.values()];
  }
}

function withoutModels(): SluiceError {
  return new SluiceError("argument/invalid", {
    found: "a feature store that does not know the registered model versions",
    expected: "to know what they name before anything is dropped",
    fix: "Give FeatureStore the option `models`.",
  });
}

function missingSource(name: string): never {
  throw new SluiceError("data/version-not-found", {
    found: `no version of dataset "${name}"`,
    expected: "one version per source",
    fix: "Name it in `sources`, or ingest some rows.",
  });
}
