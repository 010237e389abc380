import type { Digest } from "../core/digest.ts";

/** What is measured of a column of every batch; left out where it cannot be computed, as the mean of no values. */
export interface ColumnMetrics {
  /** The share of rows that hold a value, in [0, 1]. */
  readonly completeness?: number;
  /** How many distinct values there are: exact up to 2,048 of them, beyond that an estimate with a standard error of 0.8%. */
  readonly distinct?: number;
  /** Of finite numbers; instants as epoch ms, booleans as 0 and 1, texts by their length in code points. */
  readonly mean?: number;
  /** Their standard deviation, with the divisor n − 1. */
  readonly sd?: number;
  readonly min?: number;
  readonly max?: number;
}

/** The name of a metric of a column. */
export type ColumnMetric = keyof ColumnMetrics;

/** What was measured of one committed batch. */
export interface BatchMetrics {
  readonly dataset: string;
  /** The version that the batch became. */
  readonly version: Digest;
  readonly committedAtMs: number;
  /** Accepted rows. */
  readonly rows: number;
  readonly columns: { readonly [column: string]: ColumnMetrics };
}
