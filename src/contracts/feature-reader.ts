import type { ScalarValue } from "../core/cell-type.ts";
import type { ServiceDefinition } from "./feature-service.ts";

/** The status of a feature cell in a vector, as a byte. */
export const featureStatus: { readonly null: 0; readonly present: 1; readonly missing: 2; readonly expired: 3 } = {
  null: 0,
  present: 1,
  missing: 2,
  expired: 3,
};

/**
 * Dense feature vectors, row-major in the service's feature order. Booleans are 0 or 1; a vector of a fixed size is all of its numbers, side by side;
 * texts, and lists of any length, cannot enter.
 */
export interface FeatureVectors {
  readonly rows: number;
  /** What each number of a row is: `view.feature`, or `view.feature[0]`, `view.feature[1]` … for those of a vector. */
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

/** What the values of a feature are as a column: numbers (booleans 0 or 1, instants epoch ms), 64-bit integers, texts, or lists of numbers. */
export type FeatureValues<V> = [V] extends [string]
  ? readonly string[]
  : [V] extends [bigint]
    ? BigInt64Array
    : [V] extends [readonly unknown[]]
      ? readonly V[]
      : Float64Array;

/** One feature of many rows, column by column. All arrays have one cell a row. */
export interface FeatureColumn<V = unknown> {
  /** Where the status is not `present`, the value is NaN, an empty text, or otherwise no value at all: look at the status first. */
  readonly values: FeatureValues<V>;
  /** One {@link featureStatus} a row. */
  readonly statuses: Uint8Array;
  /** When the facts happened, epoch ms; NaN where the status is `missing` or `expired`. */
  readonly eventTimeMs: Float64Array;
}

/** Columns by feature name, `view.feature`, in the service's order. */
export type FeatureColumnsOf<F> = { readonly [K in keyof F]: FeatureColumn<PresentValue<F[K]>> };
type PresentValue<C> = C extends { readonly status: "present"; readonly value: infer V } ? V : never;

/** The features of many rows. The arrays are the reader's own result: nothing else holds them. */
export interface ManyFeatures<F> {
  readonly rows: number;
  /** The instant T each row was read at, epoch ms. */
  readonly atMs: Float64Array;
  readonly columns: FeatureColumnsOf<F>;
  /** One row's features, as `online` gives them. Errors: `argument/invalid` for a row that is not there. */
  row(row: number): F;
  /** All rows' features, as `online` gives them. */
  toRows(): F[];
}

/** How a read of many rows is made. */
export interface ManyReadOptions {
  /** The instant to read at, epoch ms: one for all rows, or one a row. @default one reading of the clock per request */
  readonly atMs?: number | Float64Array;
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

/** Reads features of many rows as columns. Implemented by the features stage, used by those who answer many rows at once. */
export interface ManyFeatureReader {
  /**
   * Many requests' features, typed, as columns: one reading of the clock and one read of the store a view, however many rows.
   * Errors: `features/invalid-input`, `features/not-kept`, `store/unavailable`.
   */
  onlineMany<In, F>(
    service: ServiceDefinition<string, In, F>,
    inputs: readonly NoInfer<In>[],
    options?: ManyReadOptions,
  ): Promise<ManyFeatures<F>>;
}
