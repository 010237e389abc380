import type { PredictionBatch } from "./prediction-log.ts";

/** A prediction by its place in a batch. */
export interface PredictionRow {
  readonly batch: PredictionBatch;
  readonly row: number;
}

/** Training–serving skew of some predictions' features. */
export interface SkewFigures {
  /** Predictions whose features were computed again. */
  readonly rows: number;
  /** Cells compared. */
  readonly cells: number;
  /** Cells that differ, by cause. */
  readonly causes: {
    readonly definition: number;
    readonly late: number;
    readonly missing: number;
    readonly expired: number;
    readonly unexplained: number;
  };
  /** Σ|a − b| / Σ(|a| + |b|) over cells with a finite value on both sides; `undefined` without such a cell. */
  readonly smape: number | undefined;
  /** The worst cell in words; `""` where none differs. */
  readonly worst: string;
  /** Why the features of the other predictions were not computed again; `""` where all were. */
  readonly notMeasured: string;
}

/** Computes the features of predictions again, from history. */
export interface SkewMeter {
  /** Compares what predictions of a model were made with to what history gives. */
  measure(model: string, predictions: readonly PredictionRow[]): Promise<SkewFigures>;
}
