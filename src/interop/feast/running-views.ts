/** The views that a handler is materializing. */
export class RunningViews {
  readonly #counts = new Map<string, number>();

  /** Those of some views that are under way. */
  among(views: readonly string[]): readonly string[] {
    return views.filter((view) => this.#counts.has(view));
  }

  /** Takes views for under way until work on them ends. */
  async during<T>(views: readonly string[], work: Promise<T>): Promise<T> {
    for (const view of views) this.#add(view, 1);
    try {
      return await work;
    } finally {
      for (const view of views) this.#add(view, -1);
    }
  }

  #add(view: string, by: number): void {
    const count = (this.#counts.get(view) ?? 0) + by;
    if (count === 0) this.#counts.delete(view);
    else this.#counts.set(view, count);
  }
}
