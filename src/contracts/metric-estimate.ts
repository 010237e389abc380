/** A metric with its interval, where one is known. */
export interface MetricEstimate {
  readonly value: number;
  /** Lower end of the 95% interval. */
  readonly lower?: number;
  /** Upper end of the 95% interval. */
  readonly upper?: number;
  /** Rows it was measured on. */
  readonly n: number;
}

/** Metrics by name; a metric that could not be computed says why. */
export type Metrics = { readonly [name: string]: MetricEstimate | { readonly notComputable: string } };
