import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { Turns } from "../../core/turns.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { claimColumns } from "./claim-columns.ts";
import { computeOffline } from "./compute-offline.ts";
import { type ComputedFeatures, type FeatureColumn, featureSteps, type InputFrame } from "./frame.ts";
import type { ServicePlan } from "./service-plan.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { SourceHistory, type SourceVersions } from "./source-history.ts";

/** Computes features from the history of their sources. */
export class FeaturesFromHistory {
  readonly #offline: OfflineStore;
  readonly #kernel: Kernel;
  readonly #history: SourceHistory;

  constructor(datasets: DatasetReader, offline: OfflineStore, kernel: Kernel) {
    this.#offline = offline;
    this.#kernel = kernel;
    this.#history = new SourceHistory(datasets, offline);
  }

  /** The versions that views are computed from: those given, else the heads. Errors: `data/version-not-found`. */
  async versions(plans: readonly WindowedPlan[], given: SourceVersions | undefined): Promise<SourceVersions> {
    return await this.#history.versions(plans, given);
  }

  /** Computes a service for some rows. */
  async compute(
    plan: ServicePlan,
    frame: InputFrame,
    sources: SourceVersions,
    options: WorkOptions,
  ): Promise<ComputedFeatures> {
    const turns = new Turns(options.signal);
    const work = { offline: this.#offline, kernel: this.#kernel, turns, signal: options.signal };
    const found = new Map<WindowedPlan, readonly FeatureColumn[]>();
    for (const view of plan.reads) {
      await turns.take();
      const columns = await this.reading(view, sources, options, async (source) =>
        computeOffline(view, frame, { ...work, source }),
      );
      found.set(view, columns);
      const [done, total] = [found.size, plan.reads.length];
      options.onProgress?.({ stage: "computing features", done, total, unit: "views" });
    }
    return await turns.run(featureSteps(plan, frame, (view) => found.get(view) ?? []));
  }

  /** Runs work that reads a view's source in the offline store, under the name that it is given. */
  async reading<R>(
    { body, keys }: WindowedPlan,
    sources: SourceVersions,
    options: WorkOptions,
    work: (source: Digest) => Promise<R>,
  ): Promise<R> {
    const digest = sources[body.source.name] ?? missingSource(body.source.name);
    const { name, id, columns } = body.source;
    const source = { name, id, columns, claims: claimColumns(body.source, keys) };
    return await this.#history.reading(source, digest, options, work);
  }
}

function missingSource(name: string): never {
  throw new SluiceError("data/version-not-found", {
    found: `no version of dataset "${name}"`,
    expected: "one version per source",
    fix: "Name it in `sources`, or ingest some rows.",
  });
}
