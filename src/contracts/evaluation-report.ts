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
  /** The difference in each slice of the report, of the same metric; absent = not compared by slice. */
  readonly slices?: readonly SliceDifference[];
  /** How far the predictions are from the champion's: `meanAbsoluteDifference`, `changedDecisions` (a share), `psi`; absent = not measured. */
  readonly stability?: Metrics;
}

/** This model minus the champion in one slice; higher is better. */
export interface SliceDifference {
  readonly column: string;
  readonly value: string;
  readonly rows: number;
  readonly difference: MetricEstimate | { readonly notComputable: string };
}

/** How long one call took; milliseconds. */
export interface LatencyMeasurement {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Calls that were timed. */
  readonly calls: number;
  /** Rows that each call predicted. */
  readonly rowsPerCall: number;
}

/** How differently the groups of a column are treated. */
export interface FairnessMeasurement {
  readonly column: string;
  /** Groups that were compared. */
  readonly groups: number;
  /** `demographicParityDifference`, `equalisedOddsDifference`: the largest difference between two groups, in [0, 1]. */
  readonly metrics: Metrics;
}

/** What the held-out rows share with the rows the model was trained on. */
export interface LeakageMeasurement {
  /** Digest of the training set they were compared with. */
  readonly training: Digest;
  /** The columns that say which row is which: the key, and the event time. */
  readonly key: readonly string[];
  /** Held-out rows that were compared. */
  readonly rows: number;
  /** Of them, rows whose key and event time are in the training set too. */
  readonly sharedKeys: number;
  /** Of them, rows of the same content as one of the training set. */
  readonly equalRows: number;
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
  /** How far predicted probabilities are from what happened: `ece`, `mce` (expected and largest calibration error, in [0, 1]); absent = not measured. */
  readonly calibration?: Metrics;
  /** Absent = not measured. */
  readonly latency?: LatencyMeasurement;
  /** Size of the artifact's files together; absent = not measured. */
  readonly sizeBytes?: number;
  /** By column; absent = not measured. */
  readonly fairness?: readonly FairnessMeasurement[];
  /** Absent = not measured. */
  readonly leakage?: LeakageMeasurement;
}
