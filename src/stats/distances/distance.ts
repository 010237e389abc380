import type { NumericBins } from "../binning/reference-bins.ts";

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
  /** The bins it was measured over; absent where samples were compared as they are, or counts whose bins are the caller's. */
  readonly binning?: Binning;
  /** The base of the logarithm, where the metric has one. */
  readonly base?: LogarithmBase;
  /** What the value is counted in, for the Wasserstein distance. */
  readonly unit?: WassersteinUnit;
}

/** The bins behind a {@link Distance}. */
export interface Binning {
  /** How the bins were cut; `categories`: one a category of the reference. */
  readonly rule: NumericBins["rule"] | "categories";
  /** How many bins there are, without the slots for what lies outside and for NaN and missing values. */
  readonly bins: number;
  /** Where the edges come from: cut from the reference by the rule, or given by the caller. They never depend on the current data. */
  readonly edges: "reference" | "given";
}

/** The base of a logarithm. */
export type LogarithmBase = "e" | "2";

/** The words of {@link LogarithmBase}, to check an argument against. */
export const logarithmBases: readonly LogarithmBase[] = ["e", "2"];

/** The unit of a Wasserstein distance: that of the values, or standard deviations of the reference (divisor n). */
export type WassersteinUnit = "raw" | "referenceStd";

/** The distances of two histograms over the same cells: they do not know an order of the cells. */
export type HistogramMetric =
  | "psi"
  | "kullbackLeibler"
  | "jensenShannon"
  | "hellinger"
  | "totalVariation"
  | "lInfinity";

/** The distances of two samples on the line: they know how far values lie apart. */
export type LineMetric = "wasserstein" | "energy";

/** The names of the distances. */
export type DistanceMetric = HistogramMetric | LineMetric;
