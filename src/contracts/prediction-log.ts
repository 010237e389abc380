import type { Digest } from "../core/digest.ts";

/**
 * Who answered. A `shadow` row answered nobody: its id is the answer's id followed by `.shadow`. Where the challenger
 * failed and the champion answered, the role is `champion` and `fellBack` is 1.
 */
export type Role = "champion" | "challenger" | "shadow";

/** A batch of predictions, column by column; all arrays have `rows` entries, vectors are row-major. */
export interface PredictionBatch {
  readonly model: string;
  readonly rows: number;
  /** Prediction ids, unique. */
  readonly ids: readonly string[];
  readonly timeMs: Float64Array;
  readonly version: Int32Array;
  /** The certificate each version answered under, by version number. */
  readonly certificates: { readonly [version: number]: Digest };
  readonly role: readonly Role[];
  /** The challenger's share of traffic at that moment. */
  readonly share: Float64Array;
  /** The unit's bucket in [0, 1). */
  readonly bucket: Float64Array;
  /** 1 where the challenger failed and the champion answered. */
  readonly fellBack: Uint8Array;
  /** Feature names, in the service's order. */
  readonly featureNames: readonly string[];
  readonly features: Float64Array;
  /** One feature status a cell. */
  readonly statuses: Uint8Array;
  /** The instant T the features were read at. */
  readonly atMs: Float64Array;
  /**
   * The feature inputs (keys and request fields) as canonical JSON, one a row; an integer of 64 bits is `{"i64": "…"}`,
   * and NaN, −0 and ±Infinity are `{"f64": "…"}`.
   */
  readonly inputs: readonly string[];
  readonly outputNames: readonly string[];
  readonly outputs: Float64Array;
}

/** Predictions as they were stored together. */
export interface StoredPredictions {
  /** Grows with every segment that is stored, from 1. */
  readonly segment: number;
  readonly batch: PredictionBatch;
}

/** A late truth about a prediction. Upserted by id: the last one wins. */
export interface Outcome {
  readonly predictionId: string;
  readonly timeMs: number;
  readonly values: { readonly [name: string]: number | boolean };
}

/** The log of predictions and their outcomes. */
export interface PredictionLog {
  /** Stores predictions durably; when it resolves nothing of them can be lost. */
  append(batch: PredictionBatch): Promise<void>;
  /** Stores outcomes durably; they may come before or long after their prediction. */
  outcomes(model: string, outcomes: readonly Outcome[]): Promise<void>;
  /** Predictions with time in `[fromMs, toMs)`, segment by segment in time order. */
  read(model: string, fromMs: number, toMs: number): AsyncIterable<PredictionBatch>;
  /**
   * Predictions in the order they were stored: the whole segments from number `fromSegment` on that hold a row at or after `fromMs`. What is
   * stored later has a higher number, so whoever remembers how far it has read misses nothing and sees nothing twice, whatever the rows' times.
   */
  follow(model: string, fromSegment: number, fromMs: number): AsyncIterable<StoredPredictions>;
  /** The newest outcome of each id with outcome time < `untilMs`. */
  readOutcomes(model: string, untilMs?: number): Promise<ReadonlyMap<string, Outcome>>;
}
