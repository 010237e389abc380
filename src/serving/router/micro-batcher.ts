interface Queued<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Batches by nature: an item is dispatched at once when nothing is in flight, and together with the others that came
 * meanwhile when something is. No timer, so an idle caller waits for nobody.
 */
export class MicroBatcher<Item, Result> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #maxItems: number;
  #queue: Queued<Item, Result>[] = [];
  #running: boolean = false;

  constructor(run: (items: readonly Item[]) => Promise<readonly Result[]>, maxItems: number) {
    this.#run = run;
    this.#maxItems = maxItems;
  }

  /** The item's result; rejects with the signal's reason when it is aborted before its batch starts. */
  add(item: Item, signal?: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject, signal });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) await this.#dispatch(this.#queue.splice(0, this.#maxItems));
    this.#running = false;
  }

  async #dispatch(taken: readonly Queued<Item, Result>[]): Promise<void> {
    const batch = taken.filter(({ signal, reject }) => {
      if (signal?.aborted !== true) return true;
      reject(signal.reason);
      return false;
    });
    if (batch.length === 0) return;
    try {
      const results = await this.#run(batch.map(({ item }) => item));
      for (const [i, { resolve, reject }] of batch.entries()) {
        const result = results[i];
        if (result === undefined) reject(new RangeError(`no result for item ${i} of ${batch.length}`));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
