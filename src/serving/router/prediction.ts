import type { SluiceError } from "../../core/errors.ts";

/** An answer of a router. */
export interface Prediction<out Output> {
  readonly output: Output;
  /** Names the answer in the prediction log; pass it to `outcome()` when the truth is known. */
  readonly predictionId: string;
  /** The version that answered. */
  readonly version: number;
  readonly role: "champion" | "challenger";
  /** The challenger's share of units when the request was assigned, in [0, 1). */
  readonly share: number;
  /** The unit's bucket in [0, 1). */
  readonly bucket: number;
  /** Whether the challenger failed and the champion answered in its place. */
  readonly fellBack: boolean;
}

/** One row's result of a batch: an answer, or the error of that row alone. */
export type PredictionResult<Output> =
  | { readonly ok: true; readonly prediction: Prediction<Output> }
  | { readonly ok: false; readonly error: SluiceError };
