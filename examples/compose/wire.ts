// What openWorkspace does, by hand: engines, ledger, then each stage with exactly what it needs of the others.
import { join } from "node:path";
import { defaultPolicy, systemClock } from "sluice";
import { memoryOffline } from "sluice/backends/arrow";
import { fsBlobs, keyFileSigner, pinnedKeysVerifier } from "sluice/backends/fs";
import { linearRuntime } from "sluice/backends/function";
import { sqliteMetadata, sqliteOnline } from "sluice/backends/sqlite";
import type { ModelDefinition, WorkspaceEvents } from "sluice/contracts";
import { silentLogger, typedEvents, uuidV7Ids } from "sluice/core";
import { DatasetRepository, dataMigrations, Ingest } from "sluice/data";
import { FeatureStore, featuresMigrations } from "sluice/features";
import { BlobArtifactStore, ledgerMigrations, SqlAuditLog, SqlChangeFeed, SqlLineageStore } from "sluice/ledger";
import { logSink, MonitoringStage, monitoringMigrations } from "sluice/monitoring";
import { Evaluator, ModelRegistry, registryMigrations } from "sluice/registry";
import { CanaryRouter, SqlPredictionLog, SqlRolloutEvidence, servingMigrations } from "sluice/serving";
import { ExperimentTracker, PipelineRunner, trainingMigrations } from "sluice/training";

/** Everything, wired over one folder. The signing key lies in it only because this is an example: keep yours elsewhere. */
export async function wire(folder: string) {
  const clock = systemClock;
  const ids = uuidV7Ids(clock);
  const events = typedEvents<WorkspaceEvents>();
  const logger = silentLogger;

  // Engines.
  const metadata = sqliteMetadata({ path: join(folder, "metadata.sqlite") });
  const blobs = fsBlobs({ path: join(folder, "blobs") });
  const online = sqliteOnline({ path: join(folder, "online.sqlite") });
  const offline = memoryOffline();
  const signer = keyFileSigner({ path: join(folder, "key.pem") });
  const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
  const runtimes = [linearRuntime()];
  await metadata.migrate([
    ledgerMigrations,
    dataMigrations,
    featuresMigrations,
    trainingMigrations,
    registryMigrations,
    servingMigrations,
    monitoringMigrations,
  ]);

  // The ledger: every stage writes to it inside its own transactions.
  const audit = new SqlAuditLog({ metadata, clock });
  const lineage = new SqlLineageStore({ metadata, clock });
  const ledger = { audit, lineage, changes: new SqlChangeFeed({ metadata, clock }) };

  // The stages.
  const datasets = new DatasetRepository({ metadata, blobs, ledger, clock });
  const ingest = new Ingest({ repository: datasets, metadata, ledger, events, clock });
  const features = new FeatureStore({ datasets, online, offline, metadata, ledger, clock });
  const experiments = new ExperimentTracker({ metadata, blobs, ledger, clock, ids, events, signer, runtimes });
  const pipelines = new PipelineRunner({ metadata, ledger, clock, ids, events });
  const artifacts = new BlobArtifactStore({ blobs });
  const registry = new ModelRegistry({
    metadata,
    artifacts,
    blobs,
    ledger,
    clock,
    events,
    signer,
    verifier,
    runtimes,
    datasets,
    runs: experiments,
    services: features,
    rollouts: new SqlRolloutEvidence({ metadata, ledger, verifier }),
    policy: defaultPolicy({ threshold: { atLeast: 0.7 } }),
  });
  const evaluator = new Evaluator({ metadata, artifacts, blobs, ledger, signer, runtimes, champions: registry });
  const predictions = new SqlPredictionLog({ metadata, blobs });
  const signing = { signer, verifier };
  const shared = { metadata, ledger, clock, ids, events };
  const serving = { source: registry, features, runtimes, log: predictions, ...signing, ...shared };
  const sinks = [logSink(logger)];
  const monitoring = new MonitoringStage({
    metadata,
    blobs,
    ledger,
    predictions,
    pipelines,
    sinks,
    clock,
    ids,
    events,
    logger,
  });

  return {
    audit,
    datasets,
    ingest,
    features,
    experiments,
    evaluator,
    registry,
    predictions,
    monitoring,
    router: <Request, Output>(
      model: ModelDefinition<string, Request, Output>,
      unit: (request: NoInfer<Request>) => string,
    ) => new CanaryRouter({ ...serving, model, unit }),
    close: async (): Promise<void> => {
      await pipelines.close();
      await online.close();
      await offline.close();
      await metadata.close();
    },
  };
}
