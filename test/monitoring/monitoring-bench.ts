import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { Alert, AlertSink } from "../../src/contracts/monitor.ts";
import type { PipelineStarter } from "../../src/contracts/pipeline-starter.ts";
import type { PredictionLog } from "../../src/contracts/prediction-log.ts";
import type { WorkspaceEvents } from "../../src/contracts/workspace-events.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import { typedEvents } from "../../src/core/events.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { seededRandom } from "../../src/core/random.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import type { MonitorOptions } from "../../src/monitoring/monitor.ts";
import { MonitoringStage } from "../../src/monitoring/monitoring-stage.ts";
import { profileOf, type ReferenceProfile } from "../../src/monitoring/reference-profile.ts";
import { monitoringMigrations } from "../../src/monitoring/tables.ts";
import { makeTable } from "../../src/table/table.ts";
import { memoryPredictionLog } from "../support/memory-prediction-log.ts";

export const startMs: number = Date.UTC(2026, 0, 1);

/** A drift monitor of windows of 50, that notifies and retrains. */
export const driftOptions: MonitorOptions = {
  id: "inputs",
  model: "delay",
  signal: { kind: "data-drift", features: ["view.x"] },
  windowRows: 50,
  threshold: { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 },
  response: {
    owner: "ops",
    runbook: ["look at the feed"],
    actions: [
      { do: "notify", via: "pager" },
      { do: "retrain", pipeline: "retrain" },
    ],
    ackWithin: "4h",
  },
};

export function normals(seed: string, rows: number, shift: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: rows }, () => random.normal() + shift);
}

export const reference: ReferenceProfile = profileOf(
  makeTable({ "view.x": { tag: "f64", values: normals("reference", 5000, 0) } }),
);

/** The monitoring stage over one store, as one process or several see it. */
export interface MonitoringBench {
  readonly clock: ManualClock;
  readonly metadata: MetadataStore;
  readonly audit: SqlAuditLog;
  readonly lineage: SqlLineageStore;
  readonly predictions: PredictionLog;
  readonly delivered: Alert[];
  readonly started: string[];
  readonly stage: MonitoringStage;
  /** Another process: its own connection to the same store. */
  another(sinks?: readonly AlertSink[]): MonitoringStage;
}

/** Opens a bench in a folder that is removed when the test has ended. */
export async function openMonitoring(): Promise<MonitoringBench> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-monitoring-"));
  const stores: MetadataStore[] = [];
  onTestFinished(async () => {
    for (const store of stores) await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const openStore = (): MetadataStore => {
    const store = sqliteMetadata({ path: join(folder, "metadata.sqlite") });
    stores.push(store);
    return store;
  };
  const metadata = openStore();
  await metadata.migrate([ledgerMigrations, monitoringMigrations]);
  const clock = manualClock(startMs);
  const predictions = memoryPredictionLog();
  const blobs = memoryBlobs();
  const delivered: Alert[] = [];
  const started: string[] = [];
  const pager: AlertSink = {
    name: "pager",
    deliver: (alert) => {
      delivered.push(alert);
      return Promise.resolve();
    },
  };
  const pipelines: PipelineStarter = {
    knows: (name) => name === "retrain",
    start: ({ dedupeKey }) => {
      const isFresh = !started.includes(dedupeKey);
      if (isFresh) started.push(dedupeKey);
      return Promise.resolve({ started: isFresh, pipelineRunId: `run of ${dedupeKey}` });
    },
  };
  const stageOn = (store: MetadataStore, sinks: readonly AlertSink[]): MonitoringStage =>
    new MonitoringStage({
      metadata: store,
      blobs,
      ledger: {
        audit: new SqlAuditLog({ metadata: store, clock }),
        lineage: new SqlLineageStore({ metadata: store, clock }),
        changes: new SqlChangeFeed({ metadata: store, clock }),
      },
      predictions,
      pipelines,
      sinks,
      clock,
      ids: uuidV7Ids(clock),
      events: typedEvents<WorkspaceEvents>(),
      logger: silentLogger,
    });
  return {
    clock,
    metadata,
    audit: new SqlAuditLog({ metadata, clock }),
    lineage: new SqlLineageStore({ metadata, clock }),
    predictions,
    delivered,
    started,
    stage: stageOn(metadata, [pager]),
    another: (sinks = [pager]) => stageOn(openStore(), sinks),
  };
}
