import type { ChampionComparison } from "../../../contracts/evaluation-report.ts";
import type { MetricEstimate } from "../../../contracts/metric-estimate.ts";
import { seededRandom } from "../../../core/random.ts";
import { bootstrapInterval } from "../../../stats/effects/bootstrap-interval.ts";
import { isNotComputable } from "../../../stats/not-computable.ts";
import type { EvaluationMetric, MetricResult } from "../evaluation-metric.ts";
import { type JudgedRows, pick } from "../judged-rows.ts";
import { finite } from "../measure.ts";
import { customPrefix } from "../metric-names.ts";

/** A paired difference, and where its interval comes from. */
export interface PairedDifference {
  readonly difference: MetricResult;
  readonly method: NonNullable<ChampionComparison["method"]>;
}

/** Up to so many rows are resampled; of more the rows' influences give the same interval, sooner. */
const mostResampledRows = 500;
const resamples = 999;

/**
 * This model minus another on the same rows; above 0 is better. AUC by DeLong's test; other metrics of at most 500 rows by a paired, seeded BCa bootstrap
 * (rows are drawn with both predictions) where that is wider than what the rows' influences say, of more by those alone.
 */
export function pairedDifference(
  metric: EvaluationMetric,
  judged: Pick<JudgedRows, "labels" | "outputs">,
  predictions: Float64Array,
  others: Float64Array,
): PairedDifference {
  const { labels } = judged;
  const difference = finite(metric.advantage(labels, predictions, others));
  if (metric.name === "auc") return { difference, method: "delong" };
  const jackknifed = metric.name.startsWith(customPrefix);
  if (
    "notComputable" in difference ||
    difference.lower === undefined ||
    jackknifed ||
    labels.length > mostResampledRows
  )
    return { difference, method: jackknifed ? "jackknife" : "influence" };
  const found = resampled(metric, judged, predictions, others);
  if (found === undefined || "notComputable" in found) return { difference, method: "influence" };
  return { difference: widest(difference, found), method: "bootstrap" };
}

/** The wider ends of both: a resample of few rows has no row that differs but those that were seen. */
function widest(one: MetricEstimate, other: MetricEstimate): MetricEstimate {
  const { value, lower = value, upper = value, n } = one;
  return { value, lower: Math.min(lower, other.lower ?? lower), upper: Math.max(upper, other.upper ?? upper), n };
}

/** `undefined` where a resample has no such metric (one class only, say), or where all have the same. */
function resampled(
  metric: EvaluationMetric,
  judged: Pick<JudgedRows, "labels" | "outputs">,
  predictions: Float64Array,
  others: Float64Array,
): MetricResult | undefined {
  const n = judged.labels.length;
  const sign = metric.higherIsBetter ? 1 : -1;
  const statistic = (places: Float64Array): number => {
    const own = pick(judged, predictions, places);
    const theirs = pick(judged, others, places);
    return sign * (metric.value(own.labels, own.predictions) - metric.value(theirs.labels, theirs.predictions));
  };
  const places = Float64Array.from({ length: n }, (_, i) => i);
  const found = bootstrapInterval([places], { statistic, random: seededRandom(`paired ${n}`), resamples });
  if (isNotComputable(found)) return undefined;
  const { value, lower, upper } = found;
  return finite({ value, lower: Math.min(value, lower), upper: Math.max(value, upper), n });
}
