import type { Logger } from "../../core/logger.ts";

/** Buffered predictions that start a store at once. */
const storeRows = 1000;
/** Longest time a prediction stays unstored while storing works, milliseconds. */
const storeAfterMs = 250;

/** What a {@link BackgroundStore} works with. */
export interface BackgroundStoreParts {
  /** Stores everything; whatever fails stays buffered. */
  readonly store: () => Promise<void>;
  /** Rows that are buffered. */
  readonly rows: () => number;
  readonly logger: Logger;
  readonly model: string;
}

/** Stores what is buffered soon, and never two times at once; a failure is kept as `problem` and tried again. */
export class BackgroundStore {
  readonly #parts: BackgroundStoreParts;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #problem: string | undefined;
  #isAsked: boolean = false;

  constructor(parts: BackgroundStoreParts) {
    this.#parts = parts;
  }

  /** The last failure that nothing has made good. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Something was buffered: stores at once when it is much, soon when it is little. */
  schedule(): void {
    if (this.#parts.rows() >= storeRows) this.#run();
    else this.#timer ??= setTimeout(() => this.#run(), storeAfterMs);
  }

  /** A decision waits: stores at once. */
  hurry(): void {
    this.#run();
  }

  /** Resolves when nothing is being stored in the background. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Stores now; rejects when that fails. */
  async now(): Promise<void> {
    await this.settled();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#parts.store();
    this.#problem = undefined;
  }

  /** Remembers a failure of background work and logs it. */
  note(message: string, error: unknown): void {
    this.#problem = `${message}: ${String(error)}`;
    this.#parts.logger.error({ model: this.#parts.model, error: String(error) }, message);
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isAsked = true;
    this.#running ??= this.#store();
  }

  async #store(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      try {
        await this.#parts.store();
        this.#problem = undefined;
      } catch (error) {
        this.note("storing in the background failed; it is tried again", error);
      }
    }
    this.#running = undefined;
  }
}
