import type { MetricEstimate } from "../../contracts/evaluation-report.ts";

/** A metric's value, or why it has none. */
export type MetricResult = MetricEstimate | { readonly notComputable: string };

/** A metric of a binary outcome: labels are 0 or 1, predictions finite numbers of the same rows. */
export interface EvaluationMetric {
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** The metric with its 95% interval. */
  estimate(labels: Uint8Array, predictions: Float64Array): MetricResult;
  /** This model against another on the same rows, with the 95% interval of the paired difference: above 0 means that `predictions` are better. */
  advantage(labels: Uint8Array, predictions: Float64Array, others: Float64Array): MetricResult;
}

/** The 97.5% quantile of the standard normal distribution: half the width of a 95% interval in standard errors. */
export const z95: number = 1.959963984540054;

/** An estimate with a normal interval; a standard error that is not known gives none. */
export function withNormalInterval(value: number, standardError: number | undefined, n: number): MetricEstimate {
  if (standardError === undefined || !Number.isFinite(standardError)) return { value, n };
  return { value, lower: value - z95 * standardError, upper: value + z95 * standardError, n };
}
