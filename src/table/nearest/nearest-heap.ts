/** Keeps the rows with the k largest scores; of equal scores those that come before, by default the lower rows. */
export class NearestHeap {
  readonly #k: number;
  readonly #isBefore: (row: number, other: number) => boolean;
  /** The worst of those kept on top. */
  readonly #rows: Int32Array;
  readonly #scores: Float64Array;
  #size = 0;

  constructor(k: number, isBefore: (row: number, other: number) => boolean = (row, other) => row < other) {
    this.#k = k;
    this.#isBefore = isBefore;
    this.#rows = new Int32Array(k);
    this.#scores = new Float64Array(k);
  }

  /** Takes a row with its score, each row once. A score that is NaN is left out. */
  offer(row: number, score: number): void {
    if (this.#size === this.#k) {
      const worst = this.#scores[0] ?? Number.POSITIVE_INFINITY;
      if (!(score > worst || (score === worst && this.#isBefore(row, this.#rows[0] ?? 0)))) return;
      this.#rows[0] = row;
      this.#scores[0] = score;
      this.#sink();
    } else if (!Number.isNaN(score)) {
      this.#rows[this.#size] = row;
      this.#scores[this.#size] = score;
      this.#size++;
      this.#rise();
    }
  }

  /** The rows kept, the largest score first. */
  sorted(): { readonly rows: Int32Array; readonly scores: Float64Array } {
    const order = Array.from({ length: this.#size }, (_, i) => i).sort((i, j) => (this.#worse(i, j) ? 1 : -1));
    return {
      rows: Int32Array.from(order, (i) => this.#rows[i] ?? 0),
      scores: Float64Array.from(order, (i) => this.#scores[i] ?? 0),
    };
  }

  #worse(i: number, j: number): boolean {
    const [x = 0, y = 0] = [this.#scores[i], this.#scores[j]];
    return x < y || (x === y && this.#isBefore(this.#rows[j] ?? 0, this.#rows[i] ?? 0));
  }

  #rise(): void {
    for (let i = this.#size - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!this.#worse(i, parent)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #sink(): void {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      if (left >= this.#size) return;
      const child = right < this.#size && this.#worse(right, left) ? right : left;
      if (!this.#worse(child, i)) return;
      this.#swap(i, child);
      i = child;
    }
  }

  #swap(i: number, j: number): void {
    const [row = 0, score = 0] = [this.#rows[i], this.#scores[i]];
    this.#rows[i] = this.#rows[j] ?? 0;
    this.#scores[i] = this.#scores[j] ?? 0;
    this.#rows[j] = row;
    this.#scores[j] = score;
  }
}
