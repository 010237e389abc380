/** Runs pieces of work one after another, in the order they were asked for; a failed one does not stop the next. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting: number = 0;

  /** Whether work is running or waiting. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Runs work when everything asked before has ended; settles as the work does. */
  run<R>(work: () => Promise<R>): Promise<R> {
    this.#waiting += 1;
    const next = this.#last.then(work, work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = next;
    return next;
  }

  /** Resolves when everything asked so far has ended. */
  async idle(): Promise<void> {
    await this.run(() => Promise.resolve());
  }
}
