import assert from "node:assert/strict";
import { linear } from "../../../src/backends/function/linear.ts";
import { linearRuntime } from "../../../src/backends/function/linear-runtime.ts";
import { memoryBlobs } from "../../../src/backends/memory/memory-blob-store.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { WorkspaceEvents } from "../../../src/contracts/workspace-events.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { typedEvents } from "../../../src/core/events.ts";
import { uuidV7Ids } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { BlobArtifactStore } from "../../../src/ledger/artifacts/blob-artifact-store.ts";
import { ledgerMigrations } from "../../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../../src/ledger/sql-lineage-store.ts";
import { fitLogistic } from "../../../src/training/fit-logistic.ts";
import { pipeline } from "../../../src/training/pipelines/pipeline.ts";
import { PipelineRunner } from "../../../src/training/pipelines/pipeline-runner.ts";
import { step } from "../../../src/training/pipelines/step.ts";
import { ExperimentTracker } from "../../../src/training/tracking/experiment-tracker.ts";
import { encodePoints } from "../../../src/training/tracking/metric-chunk.ts";
import { trainingMigrations } from "../../../src/training/training-migrations.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** Runs, pipelines and artifacts: timers, asynchronous context and SQLite are the runtime's. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "training: a tracked run and a pipeline leave the same bytes",
    run: async ({ tempDir }) => {
      const clock = manualClock(1_700_000_000_000);
      const metadata = sqliteMetadata({ path: `${tempDir}/metadata.db` });
      await metadata.migrate([ledgerMigrations, trainingMigrations]);
      const on = { metadata, clock };
      const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
      const parts = {
        ...on,
        ledger,
        blobs: memoryBlobs(),
        ids: uuidV7Ids(clock),
        events: typedEvents<WorkspaceEvents>(),
      };
      const tracker = new ExperimentTracker(parts);
      const { run, value } = await tracker.run("runtime", { seed: "root" }, async (live) => {
        for (let i = 0; i < 1500; i++) live.metric("loss", i === 3 ? Number.NaN : -i / 7);
        return live.shuffle(100).join();
      });
      const points = await tracker.metrics(run.id, "loss");
      assert.equal(points.length, 1500);
      const runner = new PipelineRunner(parts);
      const one = step({ name: "one", run: () => 1 });
      const two = step({ name: "two", needs: [one], run: (_, inputs) => inputs.one + 1 });
      runner.define(pipeline("count", [one, two]));
      const { pipelineRunId } = await runner.start({ pipeline: "count", dedupeKey: "1", cause: null });
      const result = await runner.wait(pipelineRunId);
      assert.equal(result.status, "succeeded");
      await metadata.close();
      return digestOf(encodePoints(points)) + value;
    },
  },
  {
    name: "training: the same rows fit the same weights",
    run: () => {
      const random = seededRandom("fit");
      const [rows, width] = [2000, 3];
      const features = new Float64Array(rows * width).map(() => random.normal());
      const labels = new Float64Array(rows).map((_, i) => ((features[i * width] ?? 0) + random.normal() > 0 ? 1 : 0));
      const { weights, bias } = fitLogistic({ values: features, rows, width, labels });
      assert.ok((weights[0] ?? 0) > 0.5);
      return JSON.stringify([weights, bias]);
    },
  },
  {
    name: "training: a model's artifact has the same digest",
    run: async () => {
      const runtime = linearRuntime();
      const store = new BlobArtifactStore({ blobs: memoryBlobs() });
      const { digest } = await store.put(await runtime.save(linear({ weights: [0.1, -1 / 3], bias: 1e-9 })));
      const handle = await runtime.load(await store.get(digest));
      const [even] = await handle.predict({ rows: 1, values: Float64Array.of(0, 3e-9) });
      assert.equal(even, 0.5);
      return digest;
    },
  },
];
