import type { MetricEstimate, Metrics } from "../../contracts/metric-estimate.ts";

/** Which end of a metric's interval a gate looks at. */
export type MetricEnd = "lower" | "point" | "upper";

/** The ends of an interval, for what comes without types. */
export const metricEnds: readonly MetricEnd[] = ["lower", "point", "upper"];

/** One end of a metric's interval, or why there is none. */
export type MetricReading =
  | { readonly measured: true; readonly value: number; readonly estimate: MetricEstimate }
  | { readonly measured: false; readonly reason: string };

/** Rounding may put an end of an interval this far on the wrong side of its value. */
const rounding = 1e-9;

/** Reads one end of a metric's 95% interval. Whatever is missing, not computable or not finite is not measured. */
export function readMetric(metrics: Metrics | undefined, metric: string, end: MetricEnd): MetricReading {
  const estimate = metrics !== undefined && Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  return readEstimate(estimate, metric, end);
}

/** Reads one end of an estimate. One with a part that is not finite, without rows, or with its value outside its interval is not measured. */
export function readEstimate(estimate: Metrics[string] | undefined, metric: string, end: MetricEnd): MetricReading {
  const unmeasured = (reason: string): MetricReading => ({ measured: false, reason: `"${metric}" ${reason}` });
  if (estimate === undefined || estimate === null) return unmeasured("was not measured");
  if ("notComputable" in estimate) return unmeasured(`was not computable: ${estimate.notComputable}`);
  const { value: point, lower, upper, n } = estimate;
  if (!Number.isFinite(point)) return unmeasured(`is ${point}`);
  for (const side of [lower, upper])
    if (side !== undefined && !Number.isFinite(side)) return unmeasured(`has an end of its interval at ${side}`);
  if (!(Number.isSafeInteger(n) && n >= 1)) return unmeasured(`was measured on ${n} rows`);
  if ((lower ?? point) > point + rounding || (upper ?? point) < point - rounding)
    return unmeasured(`is ${point}, outside its own interval`);
  const value = end === "point" ? point : estimate[end];
  if (value === undefined) return unmeasured(`has no ${end} end of an interval`);
  return { measured: true, value, estimate };
}

/** A number as messages show it: six significant digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
