import { nextTurn } from "./platform.ts";

/** A long computation: whoever runs it may let others have their turn at each `yield`. */
export type Steps<R> = Generator<void, R, void>;

/** The outcome of a computation, without a pause. */
export function runSteps<R>(steps: Steps<R>): R {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** How long work goes on before it lets others have their turn, milliseconds. */
const turnMs = 20;

/** Work that lets everything else in the process have its turn from time to time, and that a signal stops then. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #sinceMs = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Lets others have their turn where work has gone on for a while. Rejects with the signal's reason. */
  async take(): Promise<void> {
    if (this.#isDue()) await this.#rest();
    this.#signal?.throwIfAborted();
  }

  /** The outcome of a computation, with pauses. Rejects with the signal's reason. */
  async run<R>(steps: Steps<R>): Promise<R> {
    await this.take();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      // Most steps are short: only those that are followed by a pause are awaited.
      if (this.#isDue()) await this.take();
    }
  }

  #isDue(): boolean {
    return performance.now() - this.#sinceMs >= turnMs;
  }

  async #rest(): Promise<void> {
    await nextTurn();
    this.#sinceMs = performance.now();
  }
}
