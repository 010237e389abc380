import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { storedJson } from "../../core/stored-json.ts";
import { decodeStarters } from "../../ledger/starters.ts";
import type { PipelineResult, PipelineRunRecord, PipelineStatus, StepStatus } from "./pipeline-record.ts";
import type { PipelineStore } from "./pipeline-store.ts";
import type { PipelineTables } from "./tables.ts";

type RunRow = PipelineTables["training_pipeline_run"];
type StepRow = PipelineTables["training_pipeline_step"];

/** A run as stored. Errors: `pipeline/run-not-found`. */
export async function readRun(
  store: PipelineStore,
  id: string,
): Promise<{ readonly run: RunRow; readonly steps: readonly StepRow[] }> {
  const run = await store.sql.selectFrom("training_pipeline_run").selectAll().where("id", "=", id).executeTakeFirst();
  if (run === undefined) {
    throw new SluiceError("pipeline/run-not-found", {
      found: `no pipeline run ${id}`,
      expected: "the id that start() gave",
      fix: "List the runs of a pipeline with runs(pipeline).",
    });
  }
  const steps = await store.sql
    .selectFrom("training_pipeline_step")
    .selectAll()
    .where("run_id", "=", id)
    .orderBy("step")
    .execute();
  return { run, steps };
}

/** Why a run was started. Errors: `metadata/corrupt`. */
export function causeOf({ id, cause }: Pick<RunRow, "id" | "cause">): JsonValue {
  return storedJson(cause, { table: "training_pipeline_run", row: id });
}

/** What a step of a run put out; null where it has put out nothing. Errors: `metadata/corrupt`. */
export function outputOf(runId: string, step: string, output: string | null | undefined): JsonValue {
  return storedJson(output ?? "null", { table: "training_pipeline_step", row: `${runId}, ${step}` });
}

/** A stored run as users see it. Errors: `metadata/corrupt`. */
export function toRecord(run: RunRow, steps: readonly StepRow[]): PipelineRunRecord {
  return {
    id: run.id,
    pipeline: run.pipeline,
    dedupeKey: run.dedupe_key,
    cause: causeOf(run),
    ...(run.started_by === null
      ? {}
      : { startedBy: decodeStarters(run.started_by, { table: "training_pipeline_run", row: run.id }) }),
    status: run.status as PipelineStatus,
    requestedAtMs: run.requested_at_ms,
    endedAtMs: run.ended_at_ms,
    steps: steps.map((row) => ({
      step: row.step,
      status: row.status as StepStatus,
      attempts: row.attempts,
      cached: row.cached === 1,
      error: row.error,
    })),
  };
}

/** How a stored run ended, or `undefined` while it has not. */
export function toResult(run: RunRow, steps: readonly StepRow[]): PipelineResult | undefined {
  const error = run.error ?? "";
  switch (run.status) {
    case "succeeded":
      return {
        status: "succeeded",
        runId: run.id,
        outputs: Object.fromEntries(steps.map(({ step, output }) => [step, outputOf(run.id, step, output)])),
      };
    case "failed":
      return { status: "failed", runId: run.id, step: run.failed_step, error };
    case "killed":
      return { status: "killed", runId: run.id, error };
    default:
      return undefined;
  }
}
