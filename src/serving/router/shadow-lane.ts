/** Work that nobody waits for. */
export interface ShadowJob {
  readonly rows: number;
  run(): Promise<void>;
  /** Called instead of `run` when the lane is full. */
  drop(): void;
}

/** Runs shadow work one job at a time, after the answers have gone out; drops and counts what is too much. */
export class ShadowLane {
  readonly #capacityRows: number;
  readonly #onError: (error: unknown) => void;
  #queue: ShadowJob[] = [];
  #queuedRows: number = 0;
  #droppedRows: number = 0;
  #running: Promise<void> | undefined;

  constructor(capacityRows: number, onError: (error: unknown) => void) {
    this.#capacityRows = capacityRows;
    this.#onError = onError;
  }

  /** Rows that were dropped since the lane was made. */
  get droppedRows(): number {
    return this.#droppedRows;
  }

  /** Takes a job if there is room; a job that finds the lane empty always has room. */
  offer(job: ShadowJob): void {
    if (this.#queuedRows > 0 && this.#queuedRows + job.rows > this.#capacityRows) {
      this.#droppedRows += job.rows;
      job.drop();
      return;
    }
    this.#queue.push(job);
    this.#queuedRows += job.rows;
    this.#running ??= this.#drain();
  }

  /** Resolves when nothing is queued or running. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift()) {
      try {
        await job.run();
      } catch (error) {
        this.#onError(error);
      }
      this.#queuedRows -= job.rows;
    }
    this.#running = undefined;
  }
}
