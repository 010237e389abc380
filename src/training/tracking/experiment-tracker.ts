import type { BlobStore } from "../../contracts/blob-store.ts";
import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RunReader, RunRef } from "../../contracts/run.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import type { Clock } from "../../core/clock.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { Events } from "../../core/events.ts";
import type { IdSource } from "../../core/ids.ts";
import type { MadeArtifact } from "../../ledger/made-artifacts.ts";
import { presentPipeline } from "../../ledger/present-pipeline.ts";
import { presentRun } from "../../ledger/present-run.ts";
import { printedRun } from "../../ledger/run-text.ts";
import { allStarters } from "../../ledger/starters.ts";
import { errorText } from "../error-text.ts";
import { type StarterOptions, startersNow } from "../starter-of.ts";
import { requireName, requireTrainingCall, requireTrainingParts, sharedParts } from "../training-calls.ts";
import { notValidated, objectionsParam, objectionsTo, validatedParam, verdictParams } from "./data-verdict.ts";
import { LiveRun } from "./live-run.ts";
import type { RunContext } from "./run-context.ts";
import { RunMaker, type RunMakerOptions } from "./run-maker.ts";
import type { RunOptions } from "./run-options.ts";
import type { MetricPoint, RunArtifact, RunParams, RunRecord } from "./run-record.ts";
import { type RunEnd, RunWriter } from "./run-writer.ts";
import { SqlRunReader } from "./sql-run-reader.ts";
import { trainingSetRef } from "./training-set-ref.ts";

/** What an {@link ExperimentTracker} is wired with. */
export interface ExperimentTrackerOptions extends StarterOptions, RunMakerOptions {
  /** Migrated with `trainingMigrations` and the ledger's. */
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly events: Events<WorkspaceEvents>;
  /**
   * Names the code that runs by a digest, asked once a run, as `gitCodeVersion` does.
   * @default `asserted:unknown`
   */
  readonly codeVersion?: () => Promise<string>;
  /** Says whether the data behind a run is validated. @default not known: nothing is recorded, and `requireValidated` is refused */
  readonly datasets?: Pick<DatasetReader, "validation">;
}

/**
 * Tracks experiments: runs with parameters, metrics, files, code, seed and training set. What `await` returns from is durable; metrics are
 * buffered for up to 200 ms or 1,000 points (see {@link RunContext.metric}).
 *
 * @example
 * ```ts
 * import { memoryBlobs } from "sluice/backends/memory";
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 * import { systemClock as clock, typedEvents, uuidV7Ids } from "sluice/core";
 * import { ledgerMigrations, SqlAuditLog, SqlChangeFeed, SqlLineageStore } from "sluice/ledger";
 * import { ExperimentTracker, trainingMigrations } from "sluice/training";
 * const metadata = sqliteMetadata({ path: "runs.db" });
 * await metadata.migrate([ledgerMigrations, trainingMigrations]);
 * const on = { metadata, clock };
 * const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
 * const tracker = new ExperimentTracker({ ...on, ledger, blobs: memoryBlobs(), ids: uuidV7Ids(clock), events: typedEvents() });
 * const { run, value } = await tracker.run("delay", { params: { rate: 0.1 }, seed: 7 }, async (run) => {
 *   for (const step of [1, 2, 3]) run.metric("loss", 1 / step, { step });
 *   return "a model";
 * });
 * const losses = await tracker.metrics(run.id, "loss");
 * if (value !== "a model" || losses.length !== 3) throw new Error("not tracked");
 * await metadata.close();
 * ```
 */
export class ExperimentTracker implements RunReader {
  readonly #options: ExperimentTrackerOptions;
  readonly #writer: RunWriter;
  readonly #reader: SqlRunReader;

  /** Errors: `argument/invalid` for what it cannot be wired from. */
  constructor(options: ExperimentTrackerOptions) {
    requireTrainingParts("new ExperimentTracker(options)", options, {
      ...sharedParts,
      blobs: ["required", "object"],
      codeVersion: ["optional", "function"],
      datasets: ["optional", "object"],
    });
    this.#options = options;
    this.#writer = new RunWriter(options);
    this.#reader = new SqlRunReader(options);
  }

  /** What a run was made from. Errors: `training/run-not-found`. */
  run(id: string): Promise<RunRef>;
  /**
   * Runs a body under a new run of an experiment and returns its value. What the body throws marks the run failed (or killed) and is
   * thrown on. A model that it returns, alone or in a list or record, is recorded as made by the run (see {@link RunContext.model}).
   *
   * Errors: `data/not-validated` (see {@link RunOptions.requireValidated}; no run is begun), `argument/invalid`, `training/param-conflict`, what the
   * identity verifier rejects a token with.
   */
  run<R>(
    experiment: string,
    options: RunOptions,
    body: (run: RunContext) => Promise<R>,
  ): Promise<{ readonly run: RunRef; readonly value: R }>;
  async run<R>(
    idOrExperiment: string,
    options?: RunOptions,
    body?: (run: RunContext) => Promise<R>,
  ): Promise<RunRef | { readonly run: RunRef; readonly value: R }> {
    if (options === undefined && body === undefined) {
      requireName("experiments.run()", "id", idOrExperiment);
      return await this.#reader.run(idOrExperiment);
    }
    requireTrainingCall("run", options);
    requireArgument("experiments.run()", "body", body, "function");
    if (options === undefined || body === undefined) throw unnamed(idOrExperiment);
    return await this.#execute(idOrExperiment, options, body);
  }

  /** A run with status, seed, times and error. Errors: `training/run-not-found`. */
  async record(id: string): Promise<RunRecord> {
    requireName("experiments.record()", "id", id);
    return await this.#reader.record(id);
  }

  /** The runs of an experiment, oldest first. Errors: `argument/invalid`. */
  async runs(experiment: string): Promise<readonly RunRecord[]> {
    requireName("experiments.runs()", "experiment", experiment);
    return await this.#reader.runs(experiment);
  }

  /** A run's parameters by name. Errors: `argument/invalid`. */
  async params(id: string): Promise<RunParams> {
    requireName("experiments.params()", "id", id);
    return await this.#reader.params(id);
  }

  /** The written points of one metric, in the order they were recorded. Errors: `argument/invalid`. */
  async metrics(id: string, name: string): Promise<readonly MetricPoint[]> {
    requireName("experiments.metrics()", "id", id);
    requireName("experiments.metrics()", "name", name);
    return await this.#reader.metrics(id, name);
  }

  /** The names of a run's metrics, sorted. Errors: `argument/invalid`. */
  async metricNames(id: string): Promise<readonly string[]> {
    requireName("experiments.metricNames()", "id", id);
    return await this.#reader.metricNames(id);
  }

  /** The files a run has logged, by path. Errors: `argument/invalid`. */
  async artifacts(id: string): Promise<readonly RunArtifact[]> {
    requireName("experiments.artifacts()", "id", id);
    return await this.#reader.artifacts(id);
  }

  async #execute<R>(
    experiment: string,
    options: RunOptions,
    body: (run: RunContext) => Promise<R>,
  ): Promise<{ readonly run: RunRef; readonly value: R }> {
    options.signal?.throwIfAborted();
    checkExperiment(experiment);
    const { clock, ids, codeVersion } = this.#options;
    const startedBy = allStarters(
      presentPipeline.get()?.startedBy ?? [],
      await startersNow(this.#options, options.actor),
    );
    const given = options.params ?? {};
    const params = { ...given, ...(await this.#dataVerdict(options)) };
    const training = options.data === undefined ? null : trainingSetRef(options.data);
    const codeDigest = codeVersion === undefined ? "asserted:unknown" : await codeVersion();
    const ref = printedRun({ id: ids(), experiment, codeDigest, training, startedBy });
    const seed = String(
      options.seed ?? digestOfJson({ experiment, params: given, training: training?.digest ?? null }),
    );
    await this.#writer.start(ref, seed, params, clock.nowMs());
    const maker = new RunMaker(this.#options, ref, async (made) => await this.#writer.made(ref, made));
    const live = new LiveRun({
      id: ref.id,
      experiment,
      seed,
      params,
      clock,
      signal: options.signal ?? new AbortController().signal,
      write: async (batch, sequence) => await this.#writer.batch(ref.id, batch, sequence),
      storeArtifact: async (path, bytes) => await this.#writer.artifact(ref.id, path, bytes),
      recordModel: async (trained) => await maker.model(trained),
    });
    const { value, made } = await this.#body(ref, live, maker, body);
    await this.#end(ref, { status: "finished", error: null, made });
    return { run: ref, value };
  }

  /** What the run records of its data, as parameters. Errors: `data/not-validated`, `argument/invalid`, `training/param-conflict`. */
  async #dataVerdict({ params = {}, data, requireValidated = false }: RunOptions): Promise<RunParams> {
    const { datasets } = this.#options;
    if (requireValidated && datasets === undefined) {
      throw new SluiceError("argument/invalid", {
        found: "requireValidated in a tracker that does not know about datasets",
        expected: "`datasets`, which says whether a version is validated",
        fix: "Pass datasets when wiring ExperimentTracker; a workspace does that.",
      });
    }
    if (requireValidated && data === undefined) throw notValidated(["the run has no training set"]);
    if (data === undefined || datasets === undefined) return {};
    for (const name of [validatedParam, objectionsParam]) if (Object.hasOwn(params, name)) throw reservedParam(name);
    const objections = await objectionsTo(datasets, data);
    if (requireValidated && objections.length > 0) throw notValidated(objections);
    return verdictParams(objections);
  }

  async #body<R>(
    ref: RunRef,
    live: LiveRun,
    maker: RunMaker,
    body: (run: RunContext) => Promise<R>,
  ): Promise<{ readonly value: R; readonly made: readonly MadeArtifact[] }> {
    let running = true;
    const present = {
      id: ref.id,
      made: async (artifact: Digest) => {
        if (running) await maker.artifact(artifact);
      },
    };
    try {
      const value = await presentRun
        .run(present, async () => await body(live))
        .finally(() => {
          running = false;
        });
      const made = await maker.returned(value);
      await live.end();
      return { value, made };
    } catch (thrown) {
      await this.#fail(ref, live, thrown);
      throw thrown;
    }
  }

  /** Records a failure; if even that fails, both are thrown together. */
  async #fail(ref: RunRef, live: LiveRun, thrown: unknown): Promise<void> {
    try {
      await live.end();
      await this.#end(ref, { status: live.signal.aborted ? "killed" : "failed", error: errorText(thrown) });
    } catch (second) {
      throw new AggregateError([thrown, second], "the run failed, and so did recording it");
    }
  }

  async #end(ref: RunRef, end: RunEnd): Promise<void> {
    await this.#writer.end(ref, end, this.#options.clock.nowMs());
    this.#options.events.emit("run.ended", { run: ref.id, experiment: ref.experiment, status: end.status });
  }
}

function checkExperiment(name: string): void {
  if (typeof name === "string" && name !== "" && name.length <= 250 && !name.includes("\0") && name.isWellFormed())
    return;
  throw unnamed(name);
}

function unnamed(name: unknown): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `the experiment name ${foundText(name)}`,
    expected: "1 to 250 characters without NUL",
    fix: "Name the experiment after what it tries.",
  });
}

function reservedParam(name: string): SluiceError {
  return new SluiceError("training/param-conflict", {
    found: `a parameter "${name}" for a run with a training set`,
    expected: "that name free: the run records there whether its data is validated",
    fix: "Give the parameter another name.",
  });
}
