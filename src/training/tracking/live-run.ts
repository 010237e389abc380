import { checkArtifactPath } from "../../ledger/artifacts/artifact-path.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import { refusedArgument } from "../../core/known-arguments.ts";
import { requireOptions } from "../../core/known-options.ts";
import type { Random } from "../../core/random.ts";
import { seededRandom } from "../../core/random.ts";
import type { RunBatch } from "./run-buffer.ts";
import { RunBuffer } from "./run-buffer.ts";
import type { RunContext } from "./run-context.ts";
import type { RunArtifact, RunParams } from "./run-record.ts";

/** What a live run is made of. */
export interface LiveRunOptions {
  readonly id: string;
  readonly experiment: string;
  readonly seed: string;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The parameters already written. */
  readonly params: RunParams;
  /** Writes a batch in one transaction; `sequence` numbers its first metric chunk. Writing it again changes nothing. */
  write(batch: RunBatch, sequence: number): Promise<void>;
  storeArtifact(path: string, bytes: Uint8Array): Promise<RunArtifact>;
  recordModel(trained: unknown): Promise<Digest>;
}

/** The longest permutation. */
const most = 2 ** 31 - 1;

const flushAtPoints = 1000;
const flushAfterMs = 200;

/** The body's side of a run: buffers what is recorded and writes it in the background, one batch at a time. */
export class LiveRun implements RunContext {
  readonly id: string;
  readonly experiment: string;
  readonly seed: string;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly #options: LiveRunOptions;
  readonly #buffer: RunBuffer = new RunBuffer();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unwritten: RunBatch | undefined;
  #last: Promise<void> = Promise.resolve();
  #writing = false;
  #sequence = 0;
  #shuffles = 0;
  #ended = false;

  constructor(options: LiveRunOptions) {
    this.id = options.id;
    this.experiment = options.experiment;
    this.seed = options.seed;
    this.random = seededRandom(options.seed);
    this.signal = options.signal;
    this.#options = options;
    for (const [name, value] of Object.entries(options.params)) this.#buffer.know(name, value);
  }

  metric(name: string, value: number, at?: { readonly step: number }): void {
    this.#checkLive();
    checkMetric(name, value, at?.step);
    if (at !== undefined) checkAt(at);
    this.#buffer.metric(name, value, at?.step, this.#options.clock.nowMs());
    this.#schedule();
  }

  param(name: string, value: JsonValue): void {
    this.#checkLive();
    checkName(name);
    this.#buffer.param(name, value);
    this.#schedule();
  }

  async flush(): Promise<void> {
    const drain = async (): Promise<void> => await this.#drain();
    this.#last = this.#last.then(drain, drain);
    await this.#last;
  }

  async artifact(path: string, bytes: Uint8Array): Promise<RunArtifact> {
    this.#checkLive();
    checkArtifactPath(path);
    if (!(bytes instanceof Uint8Array)) throw refusedArgument("run.artifact()", "bytes", bytes, "a Uint8Array");
    return await this.#options.storeArtifact(path, bytes);
  }

  async model(trained: unknown): Promise<Digest> {
    this.#checkLive();
    return await this.#options.recordModel(trained);
  }

  shuffle(n: number): Int32Array {
    if (!(Number.isSafeInteger(n) && n >= 0 && n <= most))
      throw refusedArgument("run.shuffle()", "n", n, `a whole number from 0 to ${most}`);
    const order = Int32Array.from({ length: n }, (_, i) => i);
    this.#shuffles++;
    return this.random.fork(`shuffle/${this.#shuffles}`).shuffle(order);
  }

  /** Writes the rest; nothing can be recorded afterwards. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.flush();
  }

  #schedule(): void {
    if (this.#buffer.size >= flushAtPoints && !this.#writing) this.#flushInBackground();
    else this.#timer ??= setTimeout(() => this.#flushInBackground(), flushAfterMs);
  }

  #flushInBackground(): void {
    // A failure loses nothing (the batch is kept) and shows at the next flush, at the latest at the end of the run.
    this.flush().catch(() => undefined);
  }

  async #drain(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = true;
    try {
      // A batch that failed is tried again as it was, under the same sequence: writing it twice is writing it once.
      while (this.#unwritten !== undefined || this.#buffer.size > 0) {
        const batch = this.#unwritten ?? this.#buffer.take();
        this.#unwritten = batch;
        await this.#options.write(batch, this.#sequence);
        this.#unwritten = undefined;
        this.#sequence += batch.metrics.length;
      }
    } finally {
      this.#writing = false;
    }
  }

  #checkLive(): void {
    if (this.#ended) throw runEnded(this.id);
  }
}

/** The error for something that comes after the end of a run. */
export function runEnded(id: string): SluiceError {
  return new SluiceError("training/run-ended", {
    found: `something recorded in run ${id}, which has ended`,
    expected: "a run whose body has not returned",
    fix: "Await everything inside the body before returning from it.",
  });
}

function checkMetric(name: string, value: unknown, step: number | undefined): void {
  checkName(name);
  if (typeof value !== "number") {
    throw invalid(`a ${value === null ? "null" : typeof value} as the metric "${name}"`, "a number");
  }
  if (step !== undefined && !(Number.isSafeInteger(step) && step >= 0)) {
    throw invalid(
      `the step ${typeof step === "number" ? step : foundText(step)} of the metric "${name}"`,
      "a whole number from 0",
    );
  }
}

const atNames = { step: "required" } as const;

/** The same look at every point: one member, and that the step. */
function checkAt(at: { readonly step: number }): void {
  let others = 0;
  for (const name in at) if (name !== "step") others += 1;
  if (others > 0 || at === null || at.step === undefined)
    requireOptions("run.metric()", at, atNames, "training/invalid-metric");
}

function checkName(name: string): void {
  if (typeof name === "string" && name !== "" && name.length <= 250 && !name.includes("\0") && name.isWellFormed())
    return;
  throw invalid(`the name ${foundText(name)}`, "a name of 1 to 250 characters without NUL");
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("training/invalid-metric", {
    found,
    expected,
    fix: "Correct the call in the body of the run.",
  });
}
