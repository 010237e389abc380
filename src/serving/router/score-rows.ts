import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelHandle } from "../../contracts/model-runtime.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ModelSlot } from "./model-slot.ts";

/** What a model answered to some rows: one entry a row. */
export interface ScoredRows<Output> {
  readonly version: number;
  /** `rows × outputs` doubles; unspecified where the row failed. */
  readonly numbers: Float64Array;
  readonly outputs: readonly (Output | SluiceError)[];
  /** How long the model took for the rows together, milliseconds. */
  readonly latencyMs: number;
}

/** What {@link scoreRows} takes. */
export interface ScoreRequest<Output> {
  readonly model: ModelDefinition<string, never, Output>;
  /** Held by the caller until the answer is there. */
  readonly slot: ModelSlot;
  /** `rows × inputs` doubles. */
  readonly values: Float64Array;
  readonly rows: number;
  readonly timeoutMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsedMs: () => number;
}

/**
 * Scores rows with one call of the model. When the call throws, its halves are tried apart, so that a row that poisons
 * a batch fails alone. A row whose output is not finite or not valid fails too.
 */
export async function scoreRows<Output>(request: ScoreRequest<Output>): Promise<ScoredRows<Output>> {
  const { model, slot, rows, values, timeoutMs, elapsedMs } = request;
  const width = model.outputs.length;
  const numbers = new Float64Array(rows * width);
  const failures = new Array<SluiceError | undefined>(rows).fill(undefined);
  const started = elapsedMs();
  if (rows > 0) {
    const call = new BatchCall(model.vector.length, width, timeoutMs, numbers, failures);
    await call.run(slot.handle, values, 0, rows);
  }
  const latencyMs = elapsedMs() - started;
  const outputs = failures.map((failure, row) => failure ?? outputAt(model, numbers, row, width));
  return { version: slot.version, numbers, outputs, latencyMs };
}

class BatchCall {
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #timeoutMs: number;
  readonly #numbers: Float64Array;
  readonly #failures: (SluiceError | undefined)[];

  constructor(
    inputs: number,
    outputs: number,
    timeoutMs: number,
    numbers: Float64Array,
    failures: (SluiceError | undefined)[],
  ) {
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#timeoutMs = timeoutMs;
    this.#numbers = numbers;
    this.#failures = failures;
  }

  async run(handle: ModelHandle, values: Float64Array, from: number, to: number): Promise<void> {
    try {
      const part = values.subarray(from * this.#inputs, to * this.#inputs);
      const answered = await withTimeout(handle.predict({ rows: to - from, values: part }), this.#timeoutMs);
      if (answered.length !== (to - from) * this.#outputs)
        throw wrongLength(answered.length, (to - from) * this.#outputs);
      this.#numbers.set(answered, from * this.#outputs);
    } catch (error) {
      if (to - from === 1 || error instanceof TimeoutError) {
        this.#failures.fill(failed(error), from, to);
        return;
      }
      const middle = (from + to) >> 1;
      await this.run(handle, values, from, middle);
      await this.run(handle, values, middle, to);
    }
  }
}

class TimeoutError extends Error {
  override readonly name: string = "TimeoutError";
}

async function withTimeout<R>(work: Promise<R>, timeoutMs: number): Promise<R> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new TimeoutError(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function outputAt<Output>(
  model: ModelDefinition<string, never, Output>,
  numbers: Float64Array,
  row: number,
  width: number,
): Output | SluiceError {
  const own = numbers.subarray(row * width, (row + 1) * width);
  const odd = own.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) return failed(new Error(`the output ${model.outputs[odd] ?? odd} is ${own[odd]}`));
  try {
    return model.toOutput(own, 0);
  } catch (error) {
    return failed(error);
  }
}

function wrongLength(found: number, expected: number): Error {
  return new Error(`the model answered ${found} numbers where ${expected} were expected`);
}

function failed(cause: unknown): SluiceError {
  return new SluiceError("serving/prediction-failed", {
    found: `a prediction that failed: ${cause instanceof Error ? cause.message : String(cause)}`,
    expected: "finite outputs that fit the model's definition",
    fix: "Look at the cause; roll the version back if it keeps failing.",
    cause,
  });
}
