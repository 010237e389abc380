import type { ScalarValue } from "../core/cell-type.ts";
import type { ServiceDefinition } from "./feature-service.ts";

/** The status of a feature cell in a vector, as a byte. */
export const featureStatus: { readonly null: 0; readonly present: 1; readonly missing: 2; readonly expired: 3 } = {
  null: 0,
  present: 1,
  missing: 2,
  expired: 3,
};

/** Dense feature vectors, row-major in the service's feature order. Booleans are 0 or 1; text features cannot enter a vector. */
export interface FeatureVectors {
  readonly rows: number;
  /** Feature names, `view.feature`. */
  readonly names: readonly string[];
  readonly values: Float64Array;
  /** One {@link featureStatus} a cell. */
  readonly statuses: Uint8Array;
  /** The instant T each row was read at, epoch ms. */
  readonly atMs: Float64Array;
}

/** An input row as plain values: entity keys and request fields. */
export type FeatureInputRow = { readonly [field: string]: ScalarValue };

/** How an online read is made. */
export interface OnlineReadOptions {
  /** The instant to read at, epoch ms. @default one reading of the clock per request */
  readonly atMs?: number;
  readonly signal?: AbortSignal;
}

/** Reads features for requests. Implemented by the features stage, used by serving. */
export interface FeatureReader {
  /** One request's features, typed, each with value, status and event time. Errors: `features/invalid-input`. */
  online<In, F>(
    service: ServiceDefinition<string, In, F>,
    input: NoInfer<In>,
    options?: OnlineReadOptions,
  ): Promise<{ readonly features: F; readonly atMs: number }>;
  /** Many requests' features as dense vectors; `atMs` gives each row its instant. */
  vectors(
    service: ServiceDefinition,
    inputs: readonly FeatureInputRow[],
    options?: { readonly atMs?: Float64Array; readonly signal?: AbortSignal },
  ): Promise<FeatureVectors>;
}
