import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RunRef } from "../../contracts/run.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { type MadeArtifact, recordMade } from "../../ledger/made-artifacts.ts";
import { pipelineMember } from "../../ledger/present-pipeline.ts";
import { encodeStarters } from "../../ledger/starters.ts";
import { runEnded } from "./live-run.ts";
import { encodePoints } from "./metric-chunk.ts";
import type { RunBatch } from "./run-buffer.ts";
import type { RunArtifact, RunParams, RunStatus } from "./run-record.ts";
import type { TrackingTables } from "./tables.ts";
import { encodeTrainingSetRef } from "./training-set-ref.ts";

/** What a {@link RunWriter} is wired with. */
export interface RunWriterOptions {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
}

/** How a run ended. */
export interface RunEnd {
  readonly status: Exclude<RunStatus, "running">;
  /** What the body threw. */
  readonly error: string | null;
  /** The models that the body returned. @default none */
  readonly made?: readonly MadeArtifact[];
}

/** Writes runs: each method is one durable transaction. */
export class RunWriter {
  readonly #options: RunWriterOptions;

  constructor(options: RunWriterOptions) {
    this.#options = options;
  }

  /**
   * Records the start with its parameters, its training set as lineage, and a change `run.started`; audited where it is known who starts it, or in
   * which pipeline.
   */
  async start(ref: RunRef, seed: string, params: RunParams, startedAtMs: number): Promise<void> {
    const { metadata, ledger } = this.#options;
    const values = Object.entries(params).map(([name, value]) => ({
      run_id: ref.id,
      name,
      value: canonicalJson(value),
    }));
    const startedBy = ref.startedBy ?? [];
    await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<TrackingTables>();
      const row = {
        id: ref.id,
        experiment: ref.experiment,
        status: "running",
        seed,
        code_digest: ref.codeDigest,
        training: ref.training === null ? null : encodeTrainingSetRef(ref.training),
        started_at_ms: startedAtMs,
        ended_at_ms: null,
        error: null,
        started_by: encodeStarters(startedBy),
      };
      await sql.insertInto("training_run").values(row).execute();
      if (values.length > 0) await sql.insertInto("training_param").values(values).execute();
      if (ref.training !== null) {
        const asserted = ref.codeDigest.startsWith("asserted:");
        await ledger.lineage.record(tx, [
          { from: `training-set:${ref.training.digest}`, to: `run:${ref.id}`, kind: "trained", asserted },
        ]);
      }
      await ledger.changes.publish(tx, "run.started", { run: ref.id, experiment: ref.experiment });
      const pipeline = pipelineMember();
      if (startedBy.length > 0 || pipeline.pipeline !== undefined)
        await ledger.audit.append(tx, {
          kind: "run.started",
          subject: `run:${ref.id}`,
          actor: startedBy.at(-1)?.names[0] ?? "system",
          body: { run: ref.id, experiment: ref.experiment, startedBy: jsonOf(startedBy), ...pipeline },
        });
    });
  }

  /** Writes parameters and points; writing a batch again under its sequence changes nothing. */
  async batch(runId: string, batch: RunBatch, sequence: number): Promise<void> {
    const params = batch.params.map(({ name, value }) => ({ run_id: runId, name, value }));
    const metrics = batch.metrics.map(({ name, points }, i) => ({
      run_id: runId,
      sequence: sequence + i,
      name,
      points: encodePoints(points),
    }));
    await this.#options.metadata.write(async (tx) => {
      const sql = tx.sql.withTables<TrackingTables>();
      for (const row of params) {
        await sql
          .insertInto("training_param")
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      for (const row of metrics) {
        await sql
          .insertInto("training_metric")
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    });
  }

  /** Stores a file and names it in the run. Errors: `artifact/invalid-name` for other bytes under a used name. */
  async artifact(runId: string, path: string, bytes: Uint8Array): Promise<RunArtifact> {
    const { metadata, blobs, ledger } = this.#options;
    const { digest, sizeBytes } = await blobs.put(bytes);
    await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<TrackingTables>();
      await tx.lock(`run:${runId}`);
      const known = await sql
        .selectFrom("training_artifact")
        .select("digest")
        .where("run_id", "=", runId)
        .where("path", "=", path)
        .executeTakeFirst();
      if (known?.digest === digest) return;
      if (known !== undefined) throw usedName(path, known.digest);
      await sql
        .insertInto("training_artifact")
        .values({ run_id: runId, path, digest, size_bytes: sizeBytes })
        .execute();
      await ledger.lineage.record(tx, [
        { from: `run:${runId}`, to: `artifact:${digest}`, kind: "logged", asserted: false },
      ]);
    });
    return { path, digest, sizeBytes };
  }

  /** Records what a run made, in lineage and audit log. Errors: `training/run-ended`. */
  async made(ref: RunRef, made: readonly MadeArtifact[]): Promise<void> {
    const { metadata, ledger } = this.#options;
    await metadata.write(async (tx) => {
      await tx.lock(`run:${ref.id}`);
      const run = await tx.sql
        .withTables<TrackingTables>()
        .selectFrom("training_run")
        .select("status")
        .where("id", "=", ref.id)
        .executeTakeFirst();
      if (run?.status !== "running") throw runEnded(ref.id);
      await recordMade(tx, ledger, ref, made);
    });
  }

  /** Records the end, what the run has returned, and a change `run.ended`. */
  async end(ref: RunRef, { status, error, made = [] }: RunEnd, endedAtMs: number): Promise<void> {
    const { metadata, ledger } = this.#options;
    await metadata.write(async (tx) => {
      await tx.lock(`run:${ref.id}`);
      await tx.sql
        .withTables<TrackingTables>()
        .updateTable("training_run")
        .set({ status, ended_at_ms: endedAtMs, error })
        .where("id", "=", ref.id)
        .execute();
      await ledger.changes.publish(tx, "run.ended", { run: ref.id, experiment: ref.experiment, status });
      await recordMade(tx, ledger, ref, made);
    });
  }
}

function usedName(path: string, digest: string): SluiceError {
  return new SluiceError("artifact/invalid-name", {
    found: `other bytes for the file "${path}", which the run already has as ${digest}`,
    expected: "a new name, or the same bytes",
    fix: "Name the file after what changes, as in plots/loss-2.svg.",
  });
}
