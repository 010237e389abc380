import type { PredictionBatch, PredictionLog } from "../contracts/prediction-log.ts";
import type { FeatureServiceRef } from "../contracts/feature-service.ts";
import type { ServedVectorReader, ServedVectors } from "../contracts/served-vectors.ts";
import { requireParts } from "../core/known-options.ts";

/** What must be known of model versions to tell what their predictions were read with. */
export interface VersionsOfServices {
  /** Every version that has a feature service. */
  versions(): Promise<
    readonly { readonly name: string; readonly version: number; readonly service: FeatureServiceRef }[]
  >;
}

/** What {@link PredictedVectors} reads from. */
export interface PredictedVectorsOptions {
  readonly predictions: PredictionLog;
  readonly models: VersionsOfServices;
}

/**
 * The vectors that models were served with, as the prediction log has them: what a router serves is logged once, with its predictions.
 * Shadow answers are left out, for they were read with the answer they shadow.
 *
 * @example
 * ```ts
 * import { PredictedVectors } from "sluice/workflows";
 * const none = { versions: async () => [] };
 * const log: ConstructorParameters<typeof PredictedVectors>[0]["predictions"] = {
 *   append: async () => {}, outcomes: async () => {}, readOutcomes: async () => new Map(),
 *   read: async function* () {}, follow: async function* () {},
 * };
 * const served = new PredictedVectors({ predictions: log, models: none });
 * for await (const _ of served.read({ name: "trips", hash: `sha256:${"0".repeat(64)}` }, 0, 1)) throw new Error("nothing was served");
 * ```
 */
export class PredictedVectors implements ServedVectorReader {
  readonly #options: PredictedVectorsOptions;

  /** Errors: `argument/invalid` without what it needs. */
  constructor(options: PredictedVectorsOptions) {
    requireParts("new PredictedVectors(options)", options, { predictions: "required", models: "required" });
    this.#options = options;
  }

  async *read(service: ServedVectors["service"], fromMs: number, toMs: number): AsyncIterable<ServedVectors> {
    const versions = await this.#options.models.versions();
    const own = versions.filter((version) => version.service.hash === service.hash);
    for (const model of new Set(own.map(({ name }) => name))) {
      const numbers = new Set(own.filter(({ name }) => name === model).map(({ version }) => version));
      for await (const batch of this.#options.predictions.read(model, fromMs, toMs)) {
        const isOwn = (row: number): boolean => batch.role[row] !== "shadow" && numbers.has(batch.version[row] ?? -1);
        const rows = Array.from({ length: batch.rows }, (_, row) => row).filter(isOwn);
        if (rows.length > 0) yield servedOf(batch, rows, service);
      }
    }
  }
}

/** Rows of predictions as vectors that were served of a service. */
export function servedOf(
  batch: PredictionBatch,
  rows: readonly number[],
  service: ServedVectors["service"],
): ServedVectors {
  const width = batch.featureNames.length;
  const values = new Float64Array(rows.length * width);
  const statuses = new Uint8Array(rows.length * width);
  for (const [at, row] of rows.entries()) {
    values.set(batch.features.subarray(row * width, (row + 1) * width), at * width);
    statuses.set(batch.statuses.subarray(row * width, (row + 1) * width), at * width);
  }
  return {
    service: { name: service.name, hash: service.hash },
    rows: rows.length,
    names: batch.featureNames,
    values,
    statuses,
    atMs: Float64Array.from(rows, (row) => batch.atMs[row] ?? Number.NaN),
    servedAtMs: Float64Array.from(rows, (row) => batch.timeMs[row] ?? Number.NaN),
    inputs: rows.map((row) => batch.inputs[row] ?? "{}"),
    predictionIds: rows.map((row) => batch.ids[row] ?? ""),
  };
}
