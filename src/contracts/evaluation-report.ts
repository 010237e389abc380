import type { Digest } from "../core/digest.ts";

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

/** The comparison with the champion on the same rows. */
export interface ChampionComparison {
  readonly champion: { readonly version: number; readonly artifactDigest: Digest };
  readonly metric: string;
  /** This model minus the champion; higher is better. */
  readonly difference: MetricEstimate;
  readonly championMetrics: Metrics;
}

/** A model judged on held-out data, bound to model, data and code by digest. */
export interface EvaluationReport {
  readonly schema: 1;
  /** Digest of everything else in the report. */
  readonly digest: Digest;
  readonly model: string;
  readonly artifactDigest: Digest;
  /** Digest of the held-out set. */
  readonly dataset: Digest;
  /** The dataset versions the held-out set was computed from. */
  readonly sources: readonly { readonly dataset: string; readonly version: Digest }[];
  readonly serviceHash: Digest;
  readonly label: string;
  readonly rows: number;
  /** Rows left out because the label or a feature was missing. */
  readonly excludedRows: number;
  readonly metrics: Metrics;
  readonly slices: readonly {
    readonly column: string;
    readonly value: string;
    readonly rows: number;
    readonly metrics: Metrics;
  }[];
  readonly comparison: ChampionComparison | null;
}
