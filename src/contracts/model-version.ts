import type { Digest } from "../core/digest.ts";
import type { FeatureServiceRef } from "./feature-service.ts";
import type { ModelSignature } from "./model-runtime.ts";
import type { RunRef } from "./run.ts";

/** Where a version stands. A candidate may take shadow traffic and canary shares below 100%, production the whole. */
export type Stage = "registered" | "staging" | "candidate" | "production" | "archived";

/** A version of a registered model. Everything but `stage` and `revision` is immutable. */
export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  readonly artifactDigest: Digest;
  readonly artifactFormat: string;
  readonly signature: ModelSignature;
  /** The features of the input vector, in order. */
  readonly vector: readonly string[];
  readonly run: RunRef;
  readonly service: FeatureServiceRef;
  readonly evaluationDigest: Digest;
  readonly author: string;
  readonly registeredAtMs: number;
  readonly stage: Stage;
  /** Grows by one at every transition. */
  readonly revision: number;
}
