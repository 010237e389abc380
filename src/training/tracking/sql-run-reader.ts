import type { Kysely } from "kysely";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RunReader, RunRef } from "../../contracts/run.ts";
import type { TrainingSetRef } from "../../contracts/training-set.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { storedJson } from "../../core/stored-json.ts";
import { printedRun } from "../../ledger/run-text.ts";
import { decodeStarters } from "../../ledger/starters.ts";
import { decodePoints } from "./metric-chunk.ts";
import type { MetricPoint, RunArtifact, RunParams, RunRecord, RunStatus } from "./run-record.ts";
import type { TrackingTables } from "./tables.ts";
import { decodeTrainingSetRef } from "./training-set-ref.ts";

/** Reads what runs have written. */
export class SqlRunReader implements RunReader {
  readonly #metadata: MetadataStore;

  constructor(options: { readonly metadata: MetadataStore }) {
    this.#metadata = options.metadata;
  }

  /** What a run was made from. Errors: `training/run-not-found`. */
  async run(id: string): Promise<RunRef> {
    return (await this.record(id)).ref;
  }

  /** A run with status and times. Errors: `training/run-not-found`. */
  async record(id: string): Promise<RunRecord> {
    const row = await this.#sql().selectFrom("training_run").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined) {
      throw new SluiceError("training/run-not-found", {
        found: `no run ${id}`,
        expected: "the id of a recorded run",
        fix: "List the runs of an experiment with runs(experiment).",
      });
    }
    return toRecord(row);
  }

  /** The runs of an experiment, oldest first. */
  async runs(experiment: string): Promise<readonly RunRecord[]> {
    const rows = await this.#sql()
      .selectFrom("training_run")
      .selectAll()
      .where("experiment", "=", experiment)
      .orderBy("id")
      .execute();
    return rows.map(toRecord);
  }

  /** A run's parameters by name. */
  async params(id: string): Promise<RunParams> {
    const rows = await this.#sql()
      .selectFrom("training_param")
      .selectAll()
      .where("run_id", "=", id)
      .orderBy("name")
      .execute();
    return Object.fromEntries(
      rows.map(({ name, value }): [string, JsonValue] => [
        name,
        storedJson(value, { table: "training_param", row: `${id}, ${name}` }),
      ]),
    );
  }

  /** The points of one metric in the order they were recorded; empty when there are none. */
  async metrics(id: string, name: string): Promise<readonly MetricPoint[]> {
    const rows = await this.#sql()
      .selectFrom("training_metric")
      .select("points")
      .where("run_id", "=", id)
      .where("name", "=", name)
      .orderBy("sequence")
      .execute();
    return rows.flatMap(({ points }) => decodePoints(points));
  }

  /** The names of the metrics a run has recorded, sorted. */
  async metricNames(id: string): Promise<readonly string[]> {
    const rows = await this.#sql()
      .selectFrom("training_metric")
      .select("name")
      .distinct()
      .where("run_id", "=", id)
      .orderBy("name")
      .execute();
    return rows.map(({ name }) => name);
  }

  /** The files a run has logged, by path. */
  async artifacts(id: string): Promise<readonly RunArtifact[]> {
    const rows = await this.#sql()
      .selectFrom("training_artifact")
      .selectAll()
      .where("run_id", "=", id)
      .orderBy("path")
      .execute();
    return rows.map(({ path, digest, size_bytes }) => ({ path, digest: digest as Digest, sizeBytes: size_bytes }));
  }

  #sql(): Kysely<TrackingTables> {
    return this.#metadata.sql.withTables<TrackingTables>();
  }
}

function toRecord(row: TrackingTables["training_run"]): RunRecord {
  const training: TrainingSetRef | null = row.training === null ? null : decodeTrainingSetRef(row.id, row.training);
  return {
    ref: printedRun({
      id: row.id,
      experiment: row.experiment,
      codeDigest: row.code_digest,
      training,
      ...(row.started_by === null
        ? {}
        : { startedBy: decodeStarters(row.started_by, { table: "training_run", row: row.id }) }),
    }),
    status: row.status as RunStatus,
    seed: row.seed,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    error: row.error,
  };
}
