import type { OnlineStore } from "../../contracts/online-store.ts";
import type { Logger } from "../../core/logger.ts";
import type { WindowedPlan } from "./windowed-plan.ts";

/** Nothing of an entity and nothing at all look alike in an answer: at a view's first read, the log tells them apart. */
export class EmptyViews {
  readonly #online: OnlineStore;
  readonly #logger: Logger;
  readonly #readBefore = new Set<string>();

  constructor(online: OnlineStore, logger: Logger) {
    this.#online = online;
    this.#logger = logger;
  }

  /** Whether a view was not read before. */
  isNew({ view }: WindowedPlan): boolean {
    return !this.#readBefore.has(view.hash);
  }

  /** Warns of a view that was never filled, once. */
  async warnOf({ view }: WindowedPlan): Promise<void> {
    if (this.#readBefore.has(view.hash)) return;
    this.#readBefore.add(view.hash);
    const { newestMs, keptFromMs } = await this.#online.extent(view.hash);
    if (newestMs !== Number.NEGATIVE_INFINITY || keptFromMs !== Number.NEGATIVE_INFINITY) return;
    const message = `view "${view.name}" has no events in the online store: materialize or push first`;
    this.#logger.warn({ view: view.name, hash: view.hash }, message);
  }
}
