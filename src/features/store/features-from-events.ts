import type { OnlineStore } from "../../contracts/online-store.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { OneRowCells } from "./cell-pool.ts";
import { EmptyViews } from "./empty-views.ts";
import { rowOf } from "./feature-cells.ts";
import type { ComputedFeatures, InputFrame } from "./frame.ts";
import { featuresOfReads, readViews, type ViewReads } from "./read-online.ts";
import { rowFromNewest } from "./row-from-newest.ts";
import type { FeatureRow } from "./row-shape.ts";
import type { ServicePlan } from "./service-plan.ts";

/** Computes features from the events in the online store. */
export class FeaturesFromEvents {
  readonly #online: OnlineStore;
  readonly #kernel: Kernel;
  readonly #empty: EmptyViews;
  readonly #oneRow = new OneRowCells();

  constructor(online: OnlineStore, kernel: Kernel, logger: Logger = silentLogger) {
    this.#online = online;
    this.#kernel = kernel;
    this.#empty = new EmptyViews(online, logger);
  }

  /** Computes a service for some rows. Errors: `features/not-kept`. */
  async compute(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ComputedFeatures> {
    return featuresOfReads(plan, frame, await this.#read(plan, frame, signal), this.#kernel);
  }

  /** Computes a service for a frame of one row, as typed cells by name. Errors: `features/not-kept`. */
  async computeRow(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<FeatureRow> {
    const reads = await this.#read(plan, frame, signal);
    const { lookUps, shape } = plan;
    const row = lookUps === undefined ? undefined : rowFromNewest(lookUps, shape, reads, frame.atMs[0] ?? Number.NaN);
    return row ?? rowOf(shape, featuresOfReads(plan, frame, reads, this.#kernel, this.#oneRow.begin()), 0);
  }

  async #read(plan: ServicePlan, frame: InputFrame, signal: AbortSignal | undefined): Promise<ViewReads> {
    signal?.throwIfAborted();
    for (const view of plan.reads) if (this.#empty.isNew(view)) await this.#empty.warnOf(view);
    const reads = await readViews(plan, frame, this.#online, signal);
    signal?.throwIfAborted();
    return reads;
  }
}
