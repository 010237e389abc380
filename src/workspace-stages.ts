import type { Table as ArrowTable } from "apache-arrow";
import type { AuditCheckpoint } from "./contracts/audit-checkpoint.ts";
import type { PredictionLog } from "./contracts/prediction-log.ts";
import type { SkewMeter } from "./contracts/skew-meter.ts";
import type { ServedRecords } from "./contracts/served-records.ts";
import type { WaitingRows } from "./contracts/waiting-rows.ts";
import type { ModelRuntime } from "./contracts/model-runtime.ts";
import { requireOptions } from "./core/known-options.ts";
import type { DataStage } from "./data/data-stage.ts";
import type { FeatureStore } from "./features/store/feature-store.ts";
import type { AuditTrail } from "./ledger/trail/audit-trail.ts";
import type { MonitoringStage } from "./monitoring/monitoring-stage.ts";
import type { ModelRegistry } from "./registry/model-registry.ts";
import type { ServingStage } from "./serving/serving-stage.ts";
import type { PipelineRunner } from "./training/pipelines/pipeline-runner.ts";
import type { Table } from "./table/table.ts";
import type { ExperimentTracker } from "./training/tracking/experiment-tracker.ts";
import { wireModels, wireRegistry } from "./workspace-registry.ts";
import { wireTrail } from "./workspace-audit.ts";
import type { RegistryFace, Workspace, WorkspaceOptions } from "./workspace.ts";
import type { WorkspaceParts } from "./workspace-parts.ts";

/** The stages, each loaded and wired at its first use. */
export interface WorkspaceStages {
  readonly data: () => Promise<DataStage>;
  readonly features: () => Promise<FeatureStore>;
  /** The features stage as callers outside get it: what they read is logged, if asked for. */
  readonly featuresFace: () => Promise<Workspace["features"]>;
  readonly experiments: () => Promise<ExperimentTracker>;
  readonly pipelines: () => Promise<PipelineRunner>;
  readonly registry: () => Promise<RegistryFace>;
  readonly serving: () => Promise<ServingStage>;
  readonly monitoring: () => Promise<MonitoringStage>;
  readonly trail: () => Promise<AuditTrail>;
  /** Takes a checkpoint where there are anchors to give it to; undefined where there are none. */
  readonly anchor: () => Promise<AuditCheckpoint | undefined>;
  /** Closes what was wired and works on its own: routers store what they have buffered, pipelines leave their runs to be resumed. */
  close(): Promise<void>;
}

/** Wires the stages over opened parts: where one stage needs another it receives it by its contract. */
export function wireStages(parts: WorkspaceParts, options: WorkspaceOptions): WorkspaceStages {
  const runtimes = once(() => runtimesOf(options));
  const data = once(() => wireData(parts, options));
  const predictions = once(() => wirePredictions(parts));
  const features = once(async () => await wireFeatures(parts, options, await data(), await predictions()));
  const experiments = once(async () => await wireExperiments(parts, options, data, await runtimes()));
  const opened: Promise<{ close(): Promise<void> }>[] = [];
  const own = <T extends { close(): Promise<void> }>(made: Promise<T>): Promise<T> => {
    opened.push(made);
    return made;
  };
  const pipelines = once(() => own(wirePipelines(parts, options)));
  const face = once(() => own(wireFeaturesFace(parts, options, features)));
  const models = once(
    async () => await wireModels(parts, options, await runtimes(), await data(), features, await experiments()),
  );
  const registry = once(
    async () =>
      await wireRegistry(parts, options, await runtimes(), await data(), features, await models(), await experiments()),
  );
  const serving = once(
    async () => await own(wireServing(parts, await runtimes(), await models(), await features(), await predictions())),
  );
  const monitoring = once(
    async () => await wireMonitoring(parts, options, await predictions(), await pipelines(), features),
  );
  const trail = wireTrail({
    ...parts,
    ...(options.anchors !== undefined && { anchors: options.anchors }),
    witness: async () => new (await import("./registry/versions/standing-witness.ts")).StandingWitness(parts),
  });
  const featuresFace = async (): Promise<Workspace["features"]> => (await face()).face;
  return {
    data,
    features,
    featuresFace,
    experiments,
    pipelines,
    registry,
    serving,
    monitoring,
    trail,
    anchor: async () => (options.anchors === undefined ? undefined : await (await trail()).checkpoint()),
    close: () => closeAll(opened),
  };
}

/** Closes every one that could be opened, whatever becomes of the others, and then throws the first error. */
async function closeAll(opened: readonly Promise<{ close(): Promise<void> }>[]): Promise<void> {
  const made = (await Promise.allSettled(opened)).flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const closed = await Promise.allSettled(made.map((one) => one.close()));
  for (const one of closed) if (one.status === "rejected") throw one.reason;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function runtimesOf(options: WorkspaceOptions): Promise<readonly ModelRuntime[]> {
  if (options.runtimes !== undefined) return options.runtimes;
  const { linearRuntime } = await import("./backends/function/linear-runtime.ts");
  return [linearRuntime()];
}

async function wireData(parts: WorkspaceParts, { compression }: WorkspaceOptions): Promise<DataStage> {
  const [{ DataStage }, { DatasetRepository }, { Ingest }, { DatasetVersions }, { workspaceRoots }] = await Promise.all(
    [
      import("./data/data-stage.ts"),
      import("./data/dataset-repository.ts"),
      import("./data/ingest/ingest.ts"),
      import("./data/versions/dataset-versions.ts"),
      import("./workspace-roots.ts"),
    ],
  );
  const repository = new DatasetRepository({ ...parts, ...(compression !== undefined && { compression }) });
  const roots = () => workspaceRoots(parts.metadata, parts.blobs);
  const waiting: WaitingRows = {
    erase: async (...args) => (await import("./features/push/erase-pushed.ts")).pushedRows(parts).erase(...args),
  };
  const served: ServedRecords = {
    begin: async (...args) => (await import("./features/log/erase-served.ts")).servedRecords(parts).begin(...args),
  };
  const versions = new DatasetVersions({ ...parts, repository, roots, waiting, served });
  return new DataStage({ repository, ingest: new Ingest({ ...parts, repository }), versions });
}

async function wireFeatures(
  parts: WorkspaceParts,
  { onlineRetention: retention, pushLogRows, vectors }: WorkspaceOptions,
  datasets: DataStage,
  predictions: PredictionLog,
): Promise<FeatureStore> {
  const [{ FeatureStore }, { workspaceModels }, { SqlFeatureLog }, { PredictedVectors }] = await Promise.all([
    import("./features/store/feature-store.ts"),
    import("./workspace-models.ts"),
    import("./features/log/sql-feature-log.ts"),
    import("./workflows/predicted-vectors.ts"),
  ]);
  const models = { versions: async () => await workspaceModels(parts.metadata) };
  const served = [new SqlFeatureLog(parts.metadata), new PredictedVectors({ predictions, models })];
  const readArrow = async (table: ArrowTable): Promise<Table> =>
    (await import("./backends/arrow/arrow-source.ts")).tableFromArrow(table);
  const { metadata, online, offline, ledger, clock, logger } = parts;
  return new FeatureStore({
    ...{ metadata, online, offline, ledger, clock, logger },
    ...{ datasets, collector: datasets, models, readArrow, served },
    ...(retention !== undefined && { retention }),
    ...(pushLogRows !== undefined && { pushLogRows }),
    ...(vectors !== undefined && { vectors }),
  });
}

async function wireFeaturesFace(
  parts: WorkspaceParts,
  { featureLog }: WorkspaceOptions,
  features: () => Promise<FeatureStore>,
): Promise<{ readonly face: Workspace["features"]; close(): Promise<void> }> {
  const [{ featuresFace }, { LoggedFeatureReader }, { SqlFeatureLog }] = await Promise.all([
    import("./workspace-features.ts"),
    import("./features/log/logged-feature-reader.ts"),
    import("./features/log/sql-feature-log.ts"),
  ]);
  const store = await features();
  if (featureLog === undefined) return { face: featuresFace(store, undefined), close: () => Promise.resolve() };
  requireOptions("featureLog", featureLog, { rate: "optional", retention: "optional" });
  const log = new SqlFeatureLog(parts.metadata);
  const logged = new LoggedFeatureReader({ ...parts, ...featureLog, features: store, log });
  return { face: featuresFace(store, logged), close: () => logged.close() };
}

async function wireExperiments(
  parts: WorkspaceParts,
  options: WorkspaceOptions,
  data: () => Promise<DataStage>,
  runtimes: readonly ModelRuntime[],
): Promise<ExperimentTracker> {
  const [{ ExperimentTracker }, { gitCodeVersion }] = await Promise.all([
    import("./training/tracking/experiment-tracker.ts"),
    import("./backends/fs/git-code-version.ts"),
  ]);
  const datasets: Pick<DataStage, "validation"> = { validation: async (version) => (await data()).validation(version) };
  const codeVersion = gitCodeVersion({ path: "." });
  return new ExperimentTracker({ ...parts, ...startersOf(options), codeVersion, datasets, runtimes });
}

/** What tells who starts runs and pipelines. */
function startersOf({ actor, identity }: WorkspaceOptions): Pick<WorkspaceOptions, "actor" | "identity"> {
  return { ...(actor !== undefined && { actor }), ...(identity !== undefined && { identity }) };
}

async function wirePipelines(parts: WorkspaceParts, options: WorkspaceOptions): Promise<PipelineRunner> {
  const { PipelineRunner } = await import("./training/pipelines/pipeline-runner.ts");
  return new PipelineRunner({ ...parts, ...startersOf(options) });
}

async function wirePredictions(parts: WorkspaceParts): Promise<PredictionLog> {
  const { SqlPredictionLog } = await import("./serving/log/sql-prediction-log.ts");
  return new SqlPredictionLog(parts);
}

async function wireServing(
  parts: WorkspaceParts,
  runtimes: readonly ModelRuntime[],
  source: ModelRegistry,
  features: FeatureStore,
  log: PredictionLog,
): Promise<ServingStage> {
  const { ServingStage } = await import("./serving/serving-stage.ts");
  return new ServingStage({ ...parts, source, features, runtimes, log });
}

async function wireMonitoring(
  parts: WorkspaceParts,
  options: WorkspaceOptions,
  predictions: PredictionLog,
  pipelines: PipelineRunner,
  features: () => Promise<FeatureStore>,
): Promise<MonitoringStage> {
  const [{ MonitoringStage }, { logSink }, { PredictionSkew }, { workspaceModels }] = await Promise.all([
    import("./monitoring/monitoring-stage.ts"),
    import("./monitoring/log-sink.ts"),
    import("./workflows/prediction-skew.ts"),
    import("./workspace-models.ts"),
  ]);
  const models = { versions: async () => await workspaceModels(parts.metadata) };
  const skew: SkewMeter = {
    measure: async (...args) => await new PredictionSkew({ features: await features(), models }).measure(...args),
  };
  return new MonitoringStage({
    ...parts,
    predictions,
    pipelines,
    skew,
    sinks: options.sinks ?? [logSink(parts.logger)],
  });
}
