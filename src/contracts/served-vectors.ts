import type { FeatureServiceRef } from "./feature-service.ts";

/** Feature vectors as they were served, column by column; all arrays have `rows` entries, `values` and `statuses` are row-major. */
export interface ServedVectors {
  /** The service by name and hash: what the vectors mean. */
  readonly service: Pick<FeatureServiceRef, "name" | "hash">;
  readonly rows: number;
  /** The features, `view.feature`: the service's numbers and booleans. Texts are not logged. */
  readonly names: readonly string[];
  readonly values: Float64Array;
  /** One feature status a cell. */
  readonly statuses: Uint8Array;
  /** The instant T each row was read at, epoch ms. */
  readonly atMs: Float64Array;
  /** When each row was read, by the clock, epoch ms: another instant than T where T was asked for. */
  readonly servedAtMs: Float64Array;
  /** The entity keys and request fields as canonical JSON, one a row, as the prediction log keeps them. */
  readonly inputs: readonly string[];
  /** The prediction each row was read for; `""` where there is none. */
  readonly predictionIds: readonly string[];
}

/** Where vectors that were served can be read again. */
export interface ServedVectorReader {
  /** What was served of exactly this meaning of a service in `[fromMs, toMs)` by the clock, batch by batch. */
  read(service: Pick<FeatureServiceRef, "name" | "hash">, fromMs: number, toMs: number): AsyncIterable<ServedVectors>;
}

/** A log of served vectors, for those that no prediction log keeps. */
export interface FeatureLog extends ServedVectorReader {
  /**
   * Stores a batch of vectors durably; when it resolves nothing of them can be lost. The same batch id of a service again stores nothing: who
   * does not know whether a batch was stored (its acknowledgement was lost) appends it again.
   */
  append(served: ServedVectors, batch: string): Promise<void>;
  /** Forgets what was served before an instant, epoch ms, by whole batches; returns how many rows. */
  forget(beforeMs: number): Promise<number>;
}
