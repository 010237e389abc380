import type { MetricEstimate } from "../../contracts/metric-estimate.ts";
import type { TaskKind } from "../../contracts/evaluation-detail.ts";

/** A metric's value, or why it has none. */
export type MetricResult = MetricEstimate | { readonly notComputable: string };

/**
 * A metric of labels and predictions of the same rows. Labels are 0 or 1 (binary), the place of the class (multiclass) or the number itself
 * (regression); predictions are row-major, one number a row, or one a class and row (multiclass).
 */
export interface EvaluationMetric {
  readonly name: string;
  /** The kinds of model it is a metric of. */
  readonly kinds: readonly TaskKind[];
  readonly higherIsBetter: boolean;
  /** Digest of its source text, which reports keep; the library's own have none. */
  readonly code?: string;
  /** The bare value; NaN where it is not computable. */
  value(labels: ArrayLike<number>, predictions: Float64Array): number;
  /** The metric with its 95% interval. */
  estimate(labels: ArrayLike<number>, predictions: Float64Array): MetricResult;
  /** This model against another on the same rows, with the 95% interval of the paired difference: above 0 means that `predictions` are better. */
  advantage(labels: ArrayLike<number>, predictions: Float64Array, others: Float64Array): MetricResult;
}

/** The 97.5% quantile of the standard normal distribution: half the width of a 95% interval in standard errors. */
export const z95: number = 1.959963984540054;

/** An estimate with a normal interval; a standard error that is not known gives none. */
export function withNormalInterval(value: number, standardError: number | undefined, n: number): MetricEstimate {
  if (standardError === undefined || !Number.isFinite(standardError)) return { value, n };
  return { value, lower: value - z95 * standardError, upper: value + z95 * standardError, n };
}
