import type { Logger } from "../../core/logger.ts";

/** Buffered predictions that start a store at once. */
const storeRows = 1000;
/** Longest time a prediction stays unstored while storing works, milliseconds. */
const storeAfterMs = 250;
/** Pause before storing is tried again after a failure, milliseconds. */
const retryAfterMs = 1000;
const storing = "storing in the background failed; it is tried again";

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
  /** What failed and was not made good, by what it was. */
  readonly #problems: Map<string, string> = new Map();
  #isClosed: boolean = false;
  #isAsked: boolean = false;

  constructor(parts: BackgroundStoreParts) {
    this.#parts = parts;
  }

  /** The failures that nothing has made good; a store that works makes good only one that did not. */
  get problem(): string | undefined {
    return this.#problems.size === 0 ? undefined : [...this.#problems.values()].join("; ");
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
    this.clear(storing);
  }

  /** Tries no more by itself: what is left is up to `now()`. */
  close(): void {
    this.#isClosed = true;
  }

  /** Remembers a failure of background work, until the same has worked, and logs it. */
  note(message: string, error: unknown): void {
    this.#problems.set(message, `${message}: ${String(error)}`);
    this.#parts.logger.error({ model: this.#parts.model, error: String(error) }, message);
  }

  /** What had failed has worked. */
  clear(message: string): void {
    this.#problems.delete(message);
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
        this.clear(storing);
      } catch (error) {
        this.note(storing, error);
        if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#run(), retryAfterMs);
      }
    }
    this.#running = undefined;
  }
}
