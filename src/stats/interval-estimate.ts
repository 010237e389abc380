/** How sure an interval is to be. */
export interface ConfidenceOptions {
  /** The chance that such an interval holds the truth, strictly between 0 and 1. @default 0.95 */
  readonly confidence?: number;
}

/** An estimate with its interval. */
export interface IntervalEstimate {
  /** The estimate. */
  readonly value: number;
  /** The lower end. */
  readonly lower: number;
  /** The upper end. */
  readonly upper: number;
  /** The chance that such an interval holds the truth. */
  readonly confidence: number;
}
