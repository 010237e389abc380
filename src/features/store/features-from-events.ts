import type { OnlineStore } from "../../contracts/online-store.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { OneRowCells } from "./cell-pool.ts";
import { rowOf } from "./feature-cells.ts";
import type { ComputedFeatures, InputFrame } from "./frame.ts";
import { featuresOfReads, readViews, type ViewReads } from "./read-online.ts";
import type { FeatureRow } from "./row-shape.ts";
import { type ServicePlan, type WindowedPlan, windowedPlans } from "./service-plan.ts";

/** Computes features from the events in the online store. */
export class FeaturesFromEvents {
  readonly #online: OnlineStore;
  readonly #kernel: Kernel;
  readonly #logger: Logger;
  readonly #oneRow = new OneRowCells();
  readonly #readBefore = new Set<string>();

  constructor(online: OnlineStore, kernel: Kernel, logger: Logger = silentLogger) {
    this.#online = online;
    this.#kernel = kernel;
    this.#logger = logger;
  }

  /** Computes a service for some rows. Errors: `features/not-kept`. */
  async compute(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ComputedFeatures> {
    return featuresOfReads(plan, frame, await this.#read(plan, frame, signal), this.#kernel);
  }

  /** Computes a service for a frame of one row, as typed cells by name. Errors: `features/not-kept`. */
  async computeRow(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<FeatureRow> {
    const reads = await this.#read(plan, frame, signal);
    return rowOf(plan.shape, featuresOfReads(plan, frame, reads, this.#kernel, this.#oneRow.begin()), 0);
  }

  async #read(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ViewReads> {
    signal?.throwIfAborted();
    for (const view of windowedPlans(plan)) if (!this.#readBefore.has(view.view.hash)) await this.#warnIfEmpty(view);
    const reads = await readViews(plan, frame, this.#online);
    signal?.throwIfAborted();
    return reads;
  }

  /** Nothing of an entity and nothing at all look alike in an answer: at a view's first read, the log tells them apart. */
  async #warnIfEmpty({ view }: WindowedPlan): Promise<void> {
    this.#readBefore.add(view.hash);
    const { newestMs, keptFromMs } = await this.#online.extent(view.hash);
    if (newestMs !== Number.NEGATIVE_INFINITY || keptFromMs !== Number.NEGATIVE_INFINITY) return;
    const message = `view "${view.name}" has no events in the online store: materialize or push first`;
    this.#logger.warn({ view: view.name, hash: view.hash }, message);
  }
}
