import type { Digest } from "../core/digest.ts";
import type { Table } from "../table/table.ts";
import type { FeatureServiceRef } from "./feature-service.ts";

/** Where a training set came from, by digests: what a run and a model version keep. */
export interface TrainingSetRef {
  /** Digest over spine, service hash and source versions. */
  readonly digest: Digest;
  readonly rows: number;
  readonly service: FeatureServiceRef;
  /** The dataset versions the features were computed from. */
  readonly sources: readonly { readonly dataset: string; readonly version: Digest }[];
  readonly spineDigest: Digest;
}

/** Spine rows completed with point-in-time correct features. */
export interface TrainingSet extends TrainingSetRef {
  /** The spine's columns, then one column per feature, named `view.feature`; a missing or expired cell is absent, a null is null. */
  readonly table: Table;
  /** Names of the feature columns, in the service's order. */
  readonly features: readonly string[];
}
