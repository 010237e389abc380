/** A distance of two samples or histograms, with all that is needed to read it. */
export interface Distance {
  /** Which distance it is. */
  readonly metric: DistanceMetric;
  /** The distance: 0 for equal distributions. */
  readonly value: number;
  /** Rows on the reference side. */
  readonly n: number;
  /** Rows on the current side. */
  readonly m: number;
  /** The base of the logarithm, where the metric has one. */
  readonly base?: "e" | "2";
}

/** The names of the distances. */
export type DistanceMetric =
  | "psi"
  | "kullbackLeibler"
  | "jensenShannon"
  | "hellinger"
  | "totalVariation"
  | "lInfinity"
  | "wasserstein"
  | "energy";
