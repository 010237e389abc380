import type { VectorSpace } from "../../contracts/vector-store.ts";

/** What is held of each space, by view and feature. */
export class Spaces<T> {
  readonly #views = new Map<string, Map<string, T>>();

  get({ view, feature }: VectorSpace): T | undefined {
    return this.#views.get(view)?.get(feature);
  }

  /** What is held of a space, made where nothing is. */
  opened(space: VectorSpace, make: () => T): T {
    const features = this.#views.get(space.view) ?? new Map<string, T>();
    this.#views.set(space.view, features);
    const held = features.get(space.feature) ?? make();
    features.set(space.feature, held);
    return held;
  }

  drop(view: string): void {
    this.#views.delete(view);
  }

  clear(): void {
    this.#views.clear();
  }
}
