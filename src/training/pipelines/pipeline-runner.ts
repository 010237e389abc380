import PQueue from "p-queue";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { PipelineRequest, PipelineStarter } from "../../contracts/pipeline-starter.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import type { Events } from "../../core/events.ts";
import type { IdSource } from "../../core/ids.ts";
import type { Logger } from "../../core/logger.ts";
import { silentLogger } from "../../core/logger.ts";
import type { Progress, WorkOptions } from "../../core/progress.ts";
import { presentPipeline } from "../../ledger/present-pipeline.ts";
import { allStarters } from "../../ledger/starters.ts";
import { type StarterOptions, startersNow } from "../starter-of.ts";
import { requireName, requirePipeline, requirePipelineRequest, requireTrainingCall } from "../training-calls.ts";
import { abortableSleep } from "./abortable-sleep.ts";
import type { PipelineDefinition } from "./pipeline.ts";
import { PipelineExecution } from "./pipeline-execution.ts";
import type { PipelineResult, PipelineRunRecord } from "./pipeline-record.ts";
import { causeOf, readRun, toRecord, toResult } from "./pipeline-run-reader.ts";
import { requireRunnerParts } from "./runner-parts.ts";
import { PipelineStore } from "./pipeline-store.ts";

/** What a {@link PipelineRunner} is wired with. */
export interface PipelineRunnerOptions extends StarterOptions {
  /** Migrated with `trainingMigrations` and the ledger's. */
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  /** Steps that run at the same time, of all runs together; at least 1. @default 2 */
  readonly concurrency?: number;
  /**
   * For how long a run belongs to this runner after its last sign of life, milliseconds: so long after a crash `resume()` can pick it up.
   * A step that blocks the event loop for longer may be run a second time by another process.
   * @default 30000
   */
  readonly leaseMs?: number;
  /** Pauses between retries. @default a timer */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** @default silent */
  readonly logger?: Logger;
}

interface Active {
  readonly execution: PipelineExecution;
  readonly watchers: Set<(progress: Progress) => void>;
  readonly done: Promise<PipelineResult | undefined>;
}

const pollMs = 100;

/**
 * Runs pipelines in this process with all state in the metadata store: a request is recorded before anything runs, each outcome when it
 * is known, and what a crash left is picked up by {@link PipelineRunner.resume}. Steps run at least once, outcomes are recorded once.
 *
 * @example
 * ```ts
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 * import { systemClock as clock, typedEvents, uuidV7Ids } from "sluice/core";
 * import { ledgerMigrations, SqlAuditLog, SqlChangeFeed, SqlLineageStore } from "sluice/ledger";
 * import { PipelineRunner, pipeline, step, trainingMigrations } from "sluice/training";
 * const metadata = sqliteMetadata({ path: "pipelines.db" });
 * await metadata.migrate([ledgerMigrations, trainingMigrations]);
 * const on = { metadata, clock };
 * const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
 * const runner = new PipelineRunner({ ...on, ledger, ids: uuidV7Ids(clock), events: typedEvents() });
 * const load = step({ name: "load", run: () => [1, 2, 3] });
 * const sum = step({ name: "sum", needs: [load], retries: 2, run: (_context, { load }) => load.reduce((a, b) => a + b, 0) });
 * runner.define(pipeline("totals", [load, sum]));
 * const { pipelineRunId } = await runner.start({ pipeline: "totals", dedupeKey: "monday", cause: "the schedule" });
 * const result = await runner.wait(pipelineRunId);
 * if (result.status !== "succeeded" || result.outputs["sum"] !== 6) throw new Error("the sum is 6");
 * await metadata.close();
 * ```
 */
export class PipelineRunner implements PipelineStarter {
  readonly #options: PipelineRunnerOptions;
  readonly #store: PipelineStore;
  readonly #queue: PQueue;
  readonly #definitions: Map<string, PipelineDefinition> = new Map();
  readonly #active: Map<string, Active> = new Map();
  #owner: string | undefined;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: PipelineRunnerOptions) {
    requireRunnerParts(options);
    this.#options = options;
    this.#store = new PipelineStore({ ...options, leaseMs: options.leaseMs ?? 30_000 });
    this.#queue = new PQueue({ concurrency: options.concurrency ?? 2 });
  }

  /**
   * Makes a pipeline known by its name; defining one of the same steps again replaces their code.
   * Errors: `definition/conflict` when the steps or their needs differ, `argument/invalid`.
   */
  define(definition: PipelineDefinition): void {
    requirePipeline("pipelines.define()", definition);
    const known = this.#definitions.get(definition.name);
    if (known !== undefined && known.digest !== definition.digest) throw conflict(known, definition);
    this.#definitions.set(definition.name, definition);
  }

  knows(pipeline: string): boolean {
    requireName("pipelines.knows()", "pipeline", pipeline);
    return this.#definitions.has(pipeline);
  }

  /** Starts a pipeline; returns when the request is recorded, not when it has run: see `wait`. Errors: `pipeline/unknown`, `argument/invalid`. */
  async start(
    request: PipelineRequest,
    options: WorkOptions = {},
  ): Promise<{ readonly started: boolean; readonly pipelineRunId: string }> {
    requirePipelineRequest(request);
    requireTrainingCall("start", options);
    options.signal?.throwIfAborted();
    const definition = this.#definition(request.pipeline);
    const startedBy = allStarters(
      presentPipeline.get()?.startedBy ?? [],
      await startersNow(this.#options, request.actor),
    );
    const answer = await this.#store.request(request, definition, this.#options.ids(), this.#me(), startedBy);
    if (!answer.started) return answer;
    const cause = typeof request.cause === "string" ? request.cause : canonicalJson(request.cause);
    this.#options.events.emit("retraining.started", { pipeline: request.pipeline, run: answer.pipelineRunId, cause });
    await this.#launch(answer.pipelineRunId, definition, options);
    return answer;
  }

  /**
   * Waits for the end of a run, whichever process executes it. Aborting the signal ends the waiting, not the run.
   * Errors: `pipeline/run-not-found`, `argument/invalid`, the store's.
   */
  async wait(runId: string, options: WorkOptions = {}): Promise<PipelineResult> {
    requireName("pipelines.wait()", "runId", runId);
    requireTrainingCall("wait", options);
    const signal = options.signal ?? new AbortController().signal;
    for (;;) {
      signal.throwIfAborted();
      const active = this.#active.get(runId);
      if (active !== undefined) {
        if (options.onProgress !== undefined) active.watchers.add(options.onProgress);
        const result = await Promise.race([active.done, aborted(signal)]);
        if (result !== undefined) return result;
      }
      const { run, steps } = await readRun(this.#store, runId);
      const result = toResult(run, steps);
      if (result !== undefined) return result;
      await abortableSleep(pollMs, signal);
    }
  }

  /** Picks up the runs of defined pipelines that a dead process left, once their leases have run out; answers their ids. */
  async resume(options: WorkOptions = {}): Promise<readonly string[]> {
    requireTrainingCall("resume", options);
    const left = await this.#store.sql
      .selectFrom("training_pipeline_run")
      .select(["id", "pipeline", "definition_digest"])
      .where("status", "=", "running")
      .where("lease_until_ms", "<=", this.#options.clock.nowMs())
      .orderBy("id")
      .execute();
    const resumed: string[] = [];
    for (const { id, pipeline, definition_digest } of left) {
      const definition = this.#definitions.get(pipeline);
      if (definition === undefined || this.#active.has(id) || !(await this.#store.claim(id, this.#me()))) continue;
      if (definition.digest === definition_digest) await this.#launch(id, definition, options);
      else await this.#store.end(id, this.#me(), { status: "failed", step: null, error: changed(pipeline) });
      resumed.push(id);
    }
    return resumed;
  }

  /** Stops a run that this runner executes; its result is `killed`. Answers whether there was one. */
  cancel(runId: string, reason: unknown = new Error("cancelled")): boolean {
    requireName("pipelines.cancel()", "runId", runId);
    const active = this.#active.get(runId);
    active?.execution.stop("killed", reason);
    return active !== undefined;
  }

  /** A run with its steps. Errors: `pipeline/run-not-found`. */
  async record(runId: string): Promise<PipelineRunRecord> {
    requireName("pipelines.record()", "runId", runId);
    const { run, steps } = await readRun(this.#store, runId);
    return toRecord(run, steps);
  }

  /** The ids of a pipeline's runs, oldest first. */
  async runs(pipeline: string): Promise<readonly string[]> {
    requireName("pipelines.runs()", "pipeline", pipeline);
    const rows = await this.#store.sql
      .selectFrom("training_pipeline_run")
      .select("id")
      .where("pipeline", "=", pipeline)
      .orderBy("id")
      .execute();
    return rows.map(({ id }) => id);
  }

  /** Stops executing: running steps are signalled and awaited, their runs left for `resume`, here or in another process. */
  async close(): Promise<void> {
    const running = [...this.#active.values()];
    for (const { execution } of running) execution.stop("released", new Error("the runner was closed"));
    await Promise.allSettled(running.map(({ done }) => done));
  }

  async #launch(id: string, definition: PipelineDefinition, { signal, onProgress }: WorkOptions): Promise<void> {
    const { run, steps } = await readRun(this.#store, id);
    const watchers = new Set(onProgress === undefined ? [] : [onProgress]);
    const execution = new PipelineExecution({
      runId: id,
      owner: this.#me(),
      cause: causeOf(run),
      startedBy: await this.#store.startedBy(run.pipeline, id),
      definition,
      store: this.#store,
      queue: this.#queue,
      recorded: new Map(steps.map(({ step, attempts, failures, output }) => [step, { attempts, failures, output }])),
      sleep: this.#options.sleep ?? abortableSleep,
      onProgress: (progress) => {
        for (const watcher of watchers) watcher(progress);
      },
    });
    const stop = (): void => execution.stop("killed", signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    if (signal?.aborted) stop();
    const done = this.#execute(id, execution).finally(() => {
      signal?.removeEventListener("abort", stop);
      this.#active.delete(id);
    });
    this.#active.set(id, { execution, watchers, done });
    done.catch((error: unknown) => {
      (this.#options.logger ?? silentLogger).error(
        { run: id, err: error },
        "a pipeline run stopped; resume() picks it up",
      );
    });
  }

  async #execute(id: string, execution: PipelineExecution): Promise<PipelineResult | undefined> {
    const renewEveryMs = (this.#options.leaseMs ?? 30_000) / 3;
    const renewal = setInterval(() => {
      // A renewal that fails is made up for by the next one; one that comes too late shows when the next outcome is recorded.
      this.#store.renew(id, this.#me()).catch((error: unknown) => {
        (this.#options.logger ?? silentLogger).warn(
          { run: id, err: error },
          "the lease of a pipeline run was not renewed",
        );
      });
    }, renewEveryMs);
    try {
      if ((await execution.run()) === undefined) return undefined;
    } finally {
      clearInterval(renewal);
    }
    const { run, steps } = await readRun(this.#store, id);
    return toResult(run, steps);
  }

  #definition(name: string): PipelineDefinition {
    const definition = this.#definitions.get(name);
    if (definition !== undefined) return definition;
    throw new SluiceError("pipeline/unknown", {
      found: `the pipeline "${name}"`,
      expected: `one of ${[...this.#definitions.keys()].join(", ") || "none is defined"}`,
      fix: "Define it in this process before starting it.",
    });
  }

  #me(): string {
    this.#owner ??= this.#options.ids();
    return this.#owner;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function conflict(known: PipelineDefinition, other: PipelineDefinition): SluiceError {
  const shape = ({ steps }: PipelineDefinition): string =>
    steps.map(({ name, needs }) => `${name}(${needs.join(", ")})`).join(" ");
  return new SluiceError("definition/conflict", {
    found: `the pipeline "${other.name}" with the steps ${shape(other)}`,
    expected: `its steps ${shape(known)}`,
    fix: "Give the other pipeline another name.",
  });
}

function changed(pipeline: string): string {
  return `the steps of the pipeline "${pipeline}" have changed since the run was started`;
}
