import type { OnlineStore } from "../../contracts/online-store.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type ComputedFeatures, computeFeatures, type InputFrame } from "./frame.ts";
import { readOnline } from "./read-online.ts";
import type { ServicePlan, WindowedPlan } from "./service-plan.ts";

/** Computes features from the events in the online store. */
export class FeaturesFromEvents {
  readonly #online: OnlineStore;
  readonly #kernel: Kernel;
  readonly #logger: Logger;
  readonly #readBefore = new Set<string>();

  constructor(online: OnlineStore, kernel: Kernel, logger: Logger = silentLogger) {
    this.#online = online;
    this.#kernel = kernel;
    this.#logger = logger;
  }

  /** Computes a service for some rows. Errors: `features/not-kept`. */
  async compute(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ComputedFeatures> {
    return await computeFeatures(plan, frame, async (view) => {
      signal?.throwIfAborted();
      await this.#warnIfEmpty(view);
      return await readOnline(view, frame, this.#online, this.#kernel, signal);
    });
  }

  /** Nothing of an entity and nothing at all look alike in an answer: at a view's first read, the log tells them apart. */
  async #warnIfEmpty({ view }: WindowedPlan): Promise<void> {
    if (this.#readBefore.has(view.hash)) return;
    this.#readBefore.add(view.hash);
    const { newestMs, keptFromMs } = await this.#online.extent(view.hash);
    if (newestMs !== Number.NEGATIVE_INFINITY || keptFromMs !== Number.NEGATIVE_INFINITY) return;
    const message = `view "${view.name}" has no events in the online store: materialize or push first`;
    this.#logger.warn({ view: view.name, hash: view.hash }, message);
  }
}
