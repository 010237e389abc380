/** One number about predictions, and how many rows it rests on. */
export interface QualityValue {
  /** The number. */
  readonly value: number;
  /** The rows it was computed from. */
  readonly rows: number;
}
