import type { OnlineStore } from "../../contracts/online-store.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { EmptyViews } from "./empty-views.ts";
import { type ComputedFeatures, computeFeatures, type InputFrame } from "./frame.ts";
import { readOnline } from "./read-online.ts";
import type { ServicePlan } from "./service-plan.ts";

/** Computes features from the events in the online store. */
export class FeaturesFromEvents {
  readonly #online: OnlineStore;
  readonly #kernel: Kernel;
  readonly #empty: EmptyViews;

  constructor(online: OnlineStore, kernel: Kernel, logger: Logger = silentLogger) {
    this.#online = online;
    this.#kernel = kernel;
    this.#empty = new EmptyViews(online, logger);
  }

  /** Computes a service for some rows. Errors: `features/not-kept`. */
  async compute(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ComputedFeatures> {
    return await computeFeatures(plan, frame, async (view) => {
      signal?.throwIfAborted();
      await this.#empty.warnOf(view);
      return await readOnline(view, frame, this.#online, this.#kernel, signal);
    });
  }
}
