const most = 1024;

/** Values that wait to be handled together, which is quicker than one by one. */
export class PendingDoubles {
  #values: Float64Array = new Float64Array(0);
  #used = 0;

  /** Keeps a value; true when it is time to take all of them. */
  push(value: number): boolean {
    if (this.#used === this.#values.length) this.#grow();
    this.#values[this.#used] = value;
    this.#used++;
    return this.#used === most;
  }

  /** Whether there is none. */
  get empty(): boolean {
    return this.#used === 0;
  }

  /** The values so far, which are forgotten: valid until the next one is kept. */
  take(): Float64Array {
    const taken = this.#values.subarray(0, this.#used);
    this.#used = 0;
    return taken;
  }

  #grow(): void {
    const grown = new Float64Array(Math.min(most, Math.max(8, 4 * this.#used)));
    grown.set(this.#values);
    this.#values = grown;
  }
}
