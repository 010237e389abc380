import type { Digest } from "../core/digest.ts";
import type {
  DecisionComparison,
  DecisionCounts,
  EvaluationCode,
  Reliability,
  ScoreCurve,
  RobustnessMeasurement,
  TaskKind,
  ThresholdChoice,
  WorstSlices,
} from "./evaluation-detail.ts";
import type { MetricEstimate, Metrics } from "./metric-estimate.ts";
import type { Reproduction } from "./reproduction.ts";

/** The comparison with the champion on the same rows. */
export interface ChampionComparison {
  readonly champion: { readonly version: number; readonly artifactDigest: Digest };
  readonly metric: string;
  /** This model minus the champion; higher is better. */
  readonly difference: MetricEstimate;
  readonly championMetrics: Metrics;
  /** Where the interval comes from: DeLong's test, a paired BCa bootstrap, the rows' influences, or a jackknife. @default the metric's own */
  readonly method?: "delong" | "bootstrap" | "influence" | "jackknife";
  /** McNemar's test of the decisions; absent = there are none. */
  readonly decisions?: DecisionComparison;
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
  /**
   * `demographicParityDifference`, `equalisedOddsDifference`, `equalOpportunityDifference`, `predictiveParityDifference`: the largest difference
   * between two groups, in [0, 1]; `demographicParityRatio`: the least share called positive over the largest.
   */
  readonly metrics: Metrics;
  /** A row is called positive from this prediction on. */
  readonly threshold?: number;
  /** `selectionRate`, `truePositiveRate`, `falsePositiveRate`, `precision` of each group that was compared. */
  readonly byGroup?: readonly { readonly value: string; readonly rows: number; readonly metrics: Metrics }[];
  /** Groups with too few rows to be compared. */
  readonly small?: readonly { readonly value: string; readonly rows: number }[];
}

/** What the held-out rows share with the rows the model was trained on. */
export interface LeakageMeasurement {
  /** Digest of the training set they were compared with. */
  readonly training: Digest;
  /** The columns that say which row is which: the key, and the event time. */
  readonly key: readonly string[];
  /** Measured rows that were compared: all of them, unless one has no value in its key. */
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
  /** What the model predicts. @default "binary" */
  readonly kind?: TaskKind;
  /** The classes in the order of the predictions; absent but for several classes. */
  readonly classes?: readonly string[];
  /** Absent for regression. */
  readonly decisions?: DecisionCounts;
  /** Absent where nothing predicts probabilities. */
  readonly reliability?: Reliability;
  /** Absent but for binary models, and in reports of before it was measured. */
  readonly curve?: ScoreCurve;
  /** Thresholds chosen on these rows, or why there is none; absent = not asked for. */
  readonly thresholds?: readonly (ThresholdChoice | { readonly by: string; readonly notComputable: string })[];
  /** Absent = not searched. */
  readonly worstSlices?: WorstSlices | { readonly notComputable: string };
  /** Absent = not measured. */
  readonly robustness?: readonly RobustnessMeasurement[];
  /** As `latency`, of calls with a batch of rows; absent = not measured. */
  readonly batchLatency?: LatencyMeasurement;
  /** What came of training again; absent = not repeated. */
  readonly reproduction?: Reproduction;
  /** Absent = not known. */
  readonly code?: EvaluationCode;
}
