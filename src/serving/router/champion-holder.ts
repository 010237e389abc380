import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import type { ModelSource } from "../../contracts/model-source.ts";
import type { Clock } from "../../core/clock.ts";
import { loadSlot, type ModelSlot } from "./model-slot.ts";

/** Holds the loaded champion and swaps it when the model source names another. */
export class ChampionHolder {
  readonly #model: ModelDefinition;
  readonly #source: ModelSource;
  readonly #runtimes: readonly ModelRuntime[];
  readonly #clock: Clock;
  readonly #retiring: Set<Promise<void>> = new Set();
  #slot: ModelSlot;
  #revision: number;

  private constructor(
    model: ModelDefinition,
    source: ModelSource,
    runtimes: readonly ModelRuntime[],
    clock: Clock,
    slot: ModelSlot,
    revision: number,
  ) {
    this.#model = model;
    this.#source = source;
    this.#runtimes = runtimes;
    this.#clock = clock;
    this.#slot = slot;
    this.#revision = revision;
  }

  /** Loads the champion. Errors: those of {@link ModelSource.champion} and of loading. */
  static async load(
    model: ModelDefinition,
    source: ModelSource,
    runtimes: readonly ModelRuntime[],
    clock: Clock,
  ): Promise<ChampionHolder> {
    const revision = await source.revision(model.name);
    const slot = await loadSlot(model, await source.champion(model.name), 1, runtimes, clock);
    return new ChampionHolder(model, source, runtimes, clock, slot, revision);
  }

  /** The loaded champion. */
  get slot(): ModelSlot {
    return this.#slot;
  }

  /** Whether anything about the model's versions changed since the last call; a new champion is then loaded. Requests in flight finish on the old one. */
  async refresh(): Promise<boolean> {
    const revision = await this.#source.revision(this.#model.name);
    if (revision === this.#revision) return false;
    const certified = await this.#source.champion(this.#model.name);
    const { version, certificate, validUntilMs } = certified;
    const { slot } = this;
    const isSame =
      version.version === slot.version && certificate.digest === slot.certificate && validUntilMs === slot.validUntilMs;
    if (!isSame) {
      const next = await loadSlot(this.#model, certified, 1, this.#runtimes, this.#clock);
      this.#retire(this.#slot);
      this.#slot = next;
    }
    this.#revision = revision;
    return true;
  }

  /** Disposes the champion and waits for all that were retired. */
  async close(): Promise<void> {
    this.#retire(this.#slot);
    await Promise.all(this.#retiring);
  }

  #retire(slot: ModelSlot): void {
    const retiring = slot.retire();
    this.#retiring.add(retiring);
    const forget = (): void => {
      this.#retiring.delete(retiring);
    };
    retiring.then(forget, () => undefined);
  }
}
