import type { MetricEstimate, Metrics } from "../../contracts/evaluation-report.ts";

/** Which end of a metric's interval a gate looks at. */
export type MetricEnd = "lower" | "point" | "upper";

/** One end of a metric's interval, or why there is none. */
export type MetricReading =
  | { readonly measured: true; readonly value: number; readonly estimate: MetricEstimate }
  | { readonly measured: false; readonly reason: string };

/** Reads one end of a metric's 95% interval. Whatever is missing, not computable or not finite is not measured. */
export function readMetric(metrics: Metrics | undefined, metric: string, end: MetricEnd): MetricReading {
  const estimate = metrics !== undefined && Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (estimate === undefined) return { measured: false, reason: `"${metric}" was not measured` };
  if ("notComputable" in estimate)
    return { measured: false, reason: `"${metric}" was not computable: ${estimate.notComputable}` };
  const value = end === "point" ? estimate.value : estimate[end];
  if (value === undefined) return { measured: false, reason: `"${metric}" has no ${end} end of an interval` };
  if (!Number.isFinite(value)) return { measured: false, reason: `"${metric}" is ${value}` };
  return { measured: true, value, estimate };
}

/** A number as messages show it: six significant digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
