import type PQueue from "p-queue";
import type { Starter } from "../../contracts/starter.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf, digestOfJson } from "../../core/digest.ts";
import type { Progress } from "../../core/progress.ts";
import { presentPipeline } from "../../ledger/present-pipeline.ts";
import { errorText } from "../error-text.ts";
import type { PipelineDefinition } from "./pipeline.ts";
import { outputOf } from "./pipeline-run-reader.ts";
import type { PipelineStore, RunOutcome } from "./pipeline-store.ts";
import type { StepDefinition, StepInputs } from "./step.ts";

/** What one execution of a run is made of. */
export interface PipelineExecutionOptions {
  readonly runId: string;
  readonly owner: string;
  readonly cause: JsonValue;
  readonly startedBy: readonly Starter[];
  readonly definition: PipelineDefinition;
  readonly store: PipelineStore;
  readonly queue: PQueue;
  /** What was recorded before: attempts, failures and outputs by step. */
  readonly recorded: ReadonlyMap<
    string,
    { readonly attempts: number; readonly failures: number; readonly output: string | null }
  >;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  onProgress(progress: Progress): void;
}

/** Why an execution stopped before its end; `lost` and `released` leave the run to another runner. */
export type StopReason = "failed" | "killed" | "lost" | "released";

const longestBackoffMs = 60_000;

/** Executes one run of a pipeline: every step after those it needs, with retries, recorded outcomes and cached outputs. */
export class PipelineExecution {
  readonly #options: PipelineExecutionOptions;
  readonly #outputs: Map<string, string> = new Map();
  readonly #controller: AbortController = new AbortController();
  #stop: { readonly reason: StopReason; readonly step: string | null; readonly error: string } | undefined;

  constructor(options: PipelineExecutionOptions) {
    this.#options = options;
  }

  /** Stops the execution: running steps see their signal aborted, the others do not start. The first reason stands. */
  stop(reason: StopReason, error: unknown, step: string | null = null): void {
    if (this.#stop !== undefined) return;
    this.#stop = { reason, step, error: errorText(error) };
    this.#controller.abort(error);
  }

  /** Runs what is left to run. Answers `undefined` when the run is left to another runner. */
  async run(): Promise<RunOutcome | undefined> {
    const { definition, recorded, store, runId, owner } = this.#options;
    const done = new Map<string, Promise<boolean>>();
    for (const step of definition.steps) {
      const output = recorded.get(step.name)?.output ?? null;
      if (output !== null) {
        this.#outputs.set(step.name, output);
        done.set(step.name, Promise.resolve(true));
      } else {
        done.set(
          step.name,
          this.#afterNeeds(
            step,
            step.needs.map((need) => done.get(need) ?? Promise.resolve(false)),
          ),
        );
      }
    }
    await settle([...done.values()]);
    const stop = this.#stop;
    if (stop?.reason === "lost") return undefined;
    if (stop?.reason === "released") {
      await store.release(runId, owner);
      return undefined;
    }
    const outcome: RunOutcome =
      stop === undefined
        ? { status: "succeeded", step: null, error: null }
        : { status: stop.reason === "killed" ? "killed" : "failed", step: stop.step, error: stop.error };
    return (await store.end(runId, owner, outcome)) ? outcome : undefined;
  }

  async #afterNeeds(step: StepDefinition, needs: readonly Promise<boolean>[]): Promise<boolean> {
    const ready = (await Promise.all(needs)).every(Boolean);
    return ready && (await this.#untilDone(step));
  }

  async #untilDone(step: StepDefinition): Promise<boolean> {
    const { queue, recorded, sleep } = this.#options;
    let { attempts, failures } = recorded.get(step.name) ?? { attempts: 0, failures: 0 };
    while (this.#stop === undefined) {
      attempts++;
      const attempt = attempts;
      const failedBefore = failures;
      // Pauses happen outside the queue: a step that waits takes no place.
      if (await queue.add(async () => await this.#attempt(step, attempt, failedBefore))) return true;
      failures++;
      if (this.#stop !== undefined) return false;
      await sleep(Math.min(longestBackoffMs, step.backoffMs * 2 ** (failures - 1)), this.#controller.signal);
    }
    return false;
  }

  async #attempt(step: StepDefinition, attempt: number, failures: number): Promise<boolean> {
    if (this.#stop !== undefined) return false;
    const inputs = this.#inputs(step);
    const cacheAs = this.#cacheKey(step);
    const cached = cacheAs === undefined ? undefined : await this.#options.store.cached(cacheAs);
    if (cached !== undefined) return await this.#succeed(step, failures, cached, true);
    const { store, runId, owner, definition, startedBy } = this.#options;
    if (!(await store.beginStep(runId, owner, step.name, attempt))) return this.#lose();
    let output: string;
    try {
      // Stopped while the start was being recorded: the step would wait for an abort that it can no longer hear.
      this.#controller.signal.throwIfAborted();
      const work = async (): Promise<JsonValue> => await step.run(this.#context(step, attempt), inputs);
      output = canonicalJson(await presentPipeline.run({ name: definition.name, run: runId, startedBy }, work));
    } catch (thrown) {
      return await this.#fail(step, failures, thrown);
    }
    return await this.#succeed(step, failures, output, false, cacheAs);
  }

  async #succeed(
    step: StepDefinition,
    failures: number,
    output: string,
    cached: boolean,
    cacheAs?: string,
  ): Promise<boolean> {
    const { store, runId, owner, definition, onProgress } = this.#options;
    const outcome = { status: "succeeded" as const, output, cached, ...(cacheAs === undefined ? {} : { cacheAs }) };
    if (!(await store.endStep(runId, owner, step.name, failures, outcome))) return this.#lose();
    this.#outputs.set(step.name, output);
    onProgress({ stage: step.name, done: this.#outputs.size, total: definition.steps.length, unit: "steps" });
    return true;
  }

  async #fail(step: StepDefinition, failures: number, thrown: unknown): Promise<false> {
    const { store, runId, owner } = this.#options;
    const stopped = this.#stop !== undefined;
    if (this.#stop?.reason === "released" || this.#stop?.reason === "lost") return false;
    const outcome = { status: stopped ? ("killed" as const) : ("failed" as const), error: errorText(thrown) };
    const kept = await store.endStep(runId, owner, step.name, stopped ? failures : failures + 1, outcome);
    if (!kept) return this.#lose();
    if (!stopped && failures >= step.retries) this.stop("failed", thrown, step.name);
    return false;
  }

  #lose(): false {
    this.stop("lost", new Error("another runner has taken the run over"));
    return false;
  }

  /** Fresh values for each attempt, read from what is recorded: a resumed run sees exactly what an undisturbed one sees. */
  #inputs(step: StepDefinition): StepInputs {
    return Object.fromEntries(
      step.needs.map((need): [string, JsonValue] => [
        need,
        outputOf(this.#options.runId, need, this.#outputs.get(need)),
      ]),
    );
  }

  #cacheKey(step: StepDefinition): string | undefined {
    if (step.cacheKey === undefined) return undefined;
    const inputs = Object.fromEntries(step.needs.map((need) => [need, digestOf(this.#outputs.get(need) ?? "null")]));
    return digestOfJson({ pipeline: this.#options.definition.name, step: step.name, version: step.cacheKey, inputs });
  }

  #context(step: StepDefinition, attempt: number): Parameters<StepDefinition["run"]>[0] {
    const { runId, definition, cause, startedBy, onProgress } = this.#options;
    return {
      pipeline: definition.name,
      runId,
      step: step.name,
      attempt,
      idempotencyKey: `${runId}/${step.name}`,
      cause,
      startedBy,
      signal: this.#controller.signal,
      progress: onProgress,
    };
  }
}

/** Waits for all, then throws the first rejection: no step is still running when an error goes up. */
async function settle(promises: readonly Promise<boolean>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === "rejected") throw result.reason;
}
