import type { Kysely } from "kysely";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { PipelineRequest } from "../../contracts/pipeline-starter.ts";
import type { Starter } from "../../contracts/starter.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Clock } from "../../core/clock.ts";
import { jsonOf } from "../../core/json-of.ts";
import { encodeStarters, loggedStarters } from "../../ledger/starters.ts";
import type { PipelineDefinition } from "./pipeline.ts";
import type { PipelineTables } from "./tables.ts";

/** What a {@link PipelineStore} is wired with. */
export interface PipelineStoreOptions {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly leaseMs: number;
}

/** How a step ended. */
export type StepOutcome =
  | { readonly status: "succeeded"; readonly output: string; readonly cached: boolean; readonly cacheAs?: string }
  | { readonly status: "failed" | "killed"; readonly error: string };

/** How a run ended. */
export interface RunOutcome {
  readonly status: "succeeded" | "failed" | "killed";
  readonly step: string | null;
  readonly error: string | null;
}

/** The durable state of pipeline runs. Only the owner of a run's lease can write about it: the others' writes answer `false`. */
export class PipelineStore {
  readonly #options: PipelineStoreOptions;

  constructor(options: PipelineStoreOptions) {
    this.#options = options;
  }

  /** SQL for reading. */
  get sql(): Kysely<PipelineTables> {
    return this.#options.metadata.sql.withTables<PipelineTables>();
  }

  /** Records a request with its steps, a change and an audit event, unless an equal one was made before. */
  async request(
    request: PipelineRequest,
    definition: PipelineDefinition,
    id: string,
    owner: string,
    startedBy: readonly Starter[],
  ): Promise<{ readonly started: boolean; readonly pipelineRunId: string }> {
    const { metadata, ledger, clock, leaseMs } = this.#options;
    return await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<PipelineTables>();
      await tx.lock(`pipeline:${request.pipeline}`);
      const known = await sql
        .selectFrom("training_pipeline_run")
        .select("id")
        .where("pipeline", "=", request.pipeline)
        .where("dedupe_key", "=", request.dedupeKey)
        .executeTakeFirst();
      if (known !== undefined) return { started: false, pipelineRunId: known.id };
      const nowMs = clock.nowMs();
      const row = {
        id,
        pipeline: request.pipeline,
        definition_digest: definition.digest,
        dedupe_key: request.dedupeKey,
        cause: canonicalJson(request.cause),
        status: "running",
        failed_step: null,
        error: null,
        owner,
        lease_until_ms: nowMs + leaseMs,
        requested_at_ms: nowMs,
        ended_at_ms: null,
        started_by: encodeStarters(startedBy),
      };
      await sql.insertInto("training_pipeline_run").values(row).execute();
      await sql.insertInto("training_pipeline_step").values(stepRows(id, definition)).execute();
      const particulars = { pipeline: request.pipeline, run: id, cause: request.cause };
      await ledger.changes.publish(tx, "retraining.started", particulars);
      await ledger.audit.append(tx, {
        kind: "retraining.started",
        subject: request.pipeline,
        actor: startedBy.at(-1)?.names[0] ?? "system",
        body: {
          run: id,
          dedupeKey: request.dedupeKey,
          definition: definition.digest,
          cause: request.cause,
          ...(startedBy.length === 0 ? {} : { startedBy: jsonOf(startedBy) }),
        },
      });
      return { started: true, pipelineRunId: id };
    });
  }

  /** Who started a run, by the log's account. */
  async startedBy(pipeline: string, id: string): Promise<readonly Starter[]> {
    return await loggedStarters(this.#options.ledger.audit, pipeline, id);
  }

  /** Takes over a running run whose lease has run out. */
  async claim(id: string, owner: string): Promise<boolean> {
    const { metadata, clock, leaseMs } = this.#options;
    const nowMs = clock.nowMs();
    return await metadata.write(async (tx) => {
      const { numUpdatedRows } = await tx.sql
        .withTables<PipelineTables>()
        .updateTable("training_pipeline_run")
        .set({ owner, lease_until_ms: nowMs + leaseMs })
        .where("id", "=", id)
        .where("status", "=", "running")
        .where("lease_until_ms", "<=", nowMs)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    });
  }

  /** Renews the lease. */
  async renew(id: string, owner: string): Promise<boolean> {
    return await this.#asOwner(id, owner, async () => undefined);
  }

  /** Gives the lease up, so that another runner may resume at once. */
  async release(id: string, owner: string): Promise<boolean> {
    return await this.#asOwner(id, owner, async (sql) => {
      await sql.updateTable("training_pipeline_run").set({ lease_until_ms: 0 }).where("id", "=", id).execute();
    });
  }

  /** Records that a step starts for the n-th time. */
  async beginStep(id: string, owner: string, step: string, attempts: number): Promise<boolean> {
    return await this.#asOwner(id, owner, async (sql) => {
      await sql
        .updateTable("training_pipeline_step")
        .set({ status: "running", attempts })
        .where("run_id", "=", id)
        .where("step", "=", step)
        .execute();
    });
  }

  /** Records how a step ended, and its output in the cache. */
  async endStep(id: string, owner: string, step: string, failures: number, outcome: StepOutcome): Promise<boolean> {
    const succeeded = outcome.status === "succeeded";
    return await this.#asOwner(id, owner, async (sql) => {
      const set = {
        status: outcome.status,
        failures,
        cached: succeeded && outcome.cached ? 1 : 0,
        output: succeeded ? outcome.output : null,
        error: succeeded ? null : outcome.error,
      };
      await sql
        .updateTable("training_pipeline_step")
        .set(set)
        .where("run_id", "=", id)
        .where("step", "=", step)
        .execute();
      if (!succeeded || outcome.cacheAs === undefined) return;
      const entry = { key: outcome.cacheAs, output: outcome.output, created_at_ms: this.#options.clock.nowMs() };
      await sql
        .insertInto("training_step_cache")
        .values(entry)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }

  /** Records how the run ended, with a change and an audit event. Its error stays in the run's own record: it may quote data. */
  async end(id: string, owner: string, outcome: RunOutcome): Promise<boolean> {
    const { metadata, ledger, clock } = this.#options;
    return await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<PipelineTables>();
      const { numUpdatedRows } = await sql
        .updateTable("training_pipeline_run")
        .set({ status: outcome.status, failed_step: outcome.step, error: outcome.error, ended_at_ms: clock.nowMs() })
        .where("id", "=", id)
        .where("owner", "=", owner)
        .where("status", "=", "running")
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      const { pipeline } = await sql
        .selectFrom("training_pipeline_run")
        .select("pipeline")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      await ledger.changes.publish(tx, "pipeline.ended", { run: id, ...outcome });
      await ledger.audit.append(tx, {
        kind: "pipeline.ended",
        subject: pipeline,
        actor: "system",
        body: { run: id, status: outcome.status, step: outcome.step },
      });
      return true;
    });
  }

  /** A cached output as canonical JSON. */
  async cached(key: string): Promise<string | undefined> {
    const row = await this.sql
      .selectFrom("training_step_cache")
      .select("output")
      .where("key", "=", key)
      .executeTakeFirst();
    return row?.output;
  }

  /** Runs `work` and renews the lease in one transaction, if `owner` still holds the run. */
  async #asOwner(id: string, owner: string, work: (sql: Kysely<PipelineTables>) => Promise<void>): Promise<boolean> {
    const { metadata, clock, leaseMs } = this.#options;
    return await metadata.write(async (tx) => {
      const sql = tx.sql.withTables<PipelineTables>();
      const { numUpdatedRows } = await sql
        .updateTable("training_pipeline_run")
        .set({ lease_until_ms: clock.nowMs() + leaseMs })
        .where("id", "=", id)
        .where("owner", "=", owner)
        .where("status", "=", "running")
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      await work(sql);
      return true;
    });
  }
}

function stepRows(runId: string, definition: PipelineDefinition): PipelineTables["training_pipeline_step"][] {
  return definition.steps.map(({ name }) => ({
    run_id: runId,
    step: name,
    status: "pending",
    attempts: 0,
    failures: 0,
    cached: 0,
    output: null,
    error: null,
  }));
}
