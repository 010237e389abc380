/** Counts uses and tells when there are none. */
export class UseCount {
  #uses: number = 0;
  #waiting: (() => void)[] = [];

  /** Begins a use; it ends when the function that is returned is called, once. */
  acquire(): () => void {
    this.#uses += 1;
    return () => {
      this.#uses -= 1;
      if (this.#uses > 0) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** Resolves as soon as there is no use. */
  none(): Promise<void> {
    if (this.#uses === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
