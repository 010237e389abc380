import type { TaskKind } from "../../contracts/evaluation-detail.ts";
import type { MetricEstimate } from "../../contracts/metric-estimate.ts";
import { isNotComputable, type NotComputable } from "../../stats/not-computable.ts";
import { wilsonInterval } from "../../stats/quality/wilson-interval.ts";
import { powerOfTwoScale } from "../../stats/tests/power-of-two-scale.ts";
import { type EvaluationMetric, type MetricResult, z95 } from "./evaluation-metric.ts";
import { sameOrder, samePredictions } from "./same-order.ts";
import { t95 } from "./t95.ts";

/** A metric's value, and how far each row moves it. */
export interface Influenced {
  readonly value: number;
  /**
   * The empirical influence of each row, of mean 0: n times the derivative of the metric by the row's weight. Left out where none is known: then
   * there is no interval.
   */
  readonly influence?: Float64Array;
  /** The rows that a value at an end of the range rests on. @default all rows */
  readonly support?: number;
  /** How far one decision that goes the other way moves its row: of a metric that counts decisions. */
  readonly flip?: number;
}

/** What {@link influenceMetric} makes a metric of. */
export interface InfluenceMetric {
  readonly name: string;
  readonly kinds: readonly TaskKind[];
  readonly higherIsBetter: boolean;
  /** The values that the metric can have. @default the real line */
  readonly range?: readonly [lowest: number, highest: number];
  /** Whether it rests on the order of the predictions alone. @default false */
  readonly ofOrder?: boolean;
  /** The value with its influences (without them where they are not asked for), or why there is none. */
  measure(labels: ArrayLike<number>, predictions: Float64Array, influences: boolean): Influenced | NotComputable;
}

/**
 * Makes a metric of its influence function: the standard error is that of the mean influence (the infinitesimal jackknife: L. A. Jaeckel, 1972;
 * B. Efron, "The jackknife, the bootstrap and other resampling plans", 1982, chapter 6), with Student's quantile, and the difference of two models on the same
 * rows has the influence of one minus that of the other, so that what they share cancels. An error of 0 at an end of a bounded range (every row right, say)
 * says nothing; then the interval is Wilson's for as many trials as rows support it. Nor does one between two models that are not the same: see {@link alikeInterval}. Of
 * decisions two more are taken to differ than do (D. G. Bonett, R. M. Price, 2012): on few rows hardly any does, and the error would be too small.
 */
export function influenceMetric(metric: InfluenceMetric): EvaluationMetric {
  const [lowest, highest] = metric.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  // What differences of a bounded metric leave by rounding is no error.
  const rounding = Number.isFinite(highest - lowest) ? 1e-9 * (highest - lowest) : 0;
  const isNone = (error: number, value: number): boolean => error <= Math.max(rounding, alike * Math.abs(value));
  const within = (value: number): number => Math.min(highest, Math.max(lowest, value));
  const { name, kinds, higherIsBetter, measure, ofOrder = false } = metric;
  return {
    name,
    kinds,
    higherIsBetter,
    value: (labels, predictions) => {
      const found = measure(labels, predictions, false);
      return isNotComputable(found) ? Number.NaN : found.value;
    },
    estimate: (labels, predictions): MetricResult => {
      const found = measure(labels, predictions, true);
      if (isNotComputable(found)) return { notComputable: found.detail };
      const { value, influence } = found;
      const n = labels.length;
      const error = influence === undefined ? undefined : errorOf(influence);
      if (error === undefined) return { value, n };
      if (isNone(error, value)) return atEnd(value, n, found.support ?? n, [lowest, highest]);
      const half = t95(n - 1) * error;
      return { value, lower: within(value - half), upper: within(value + half), n };
    },
    advantage: (labels, predictions, others): MetricResult => {
      const own = measure(labels, predictions, true);
      if (isNotComputable(own)) return { notComputable: own.detail };
      const theirs = measure(labels, others, true);
      if (isNotComputable(theirs)) return { notComputable: theirs.detail };
      const sign = higherIsBetter ? 1 : -1;
      const value = sign * (own.value - theirs.value) + 0;
      const n = labels.length;
      if (own.influence === undefined || theirs.influence === undefined) return { value, n };
      if (n > 1 && samePredictions(predictions, others)) return { value, lower: value, upper: value, n };
      const seen = errorOf(own.influence, theirs.influence);
      // Models that differ alike on every row: few rows may do so by chance, and no interval would say it.
      if (seen === undefined || (value !== 0 && isNone(seen, value))) return { value, n };
      const flip = Math.max(own.flip ?? 0, theirs.flip ?? 0);
      const error = Math.sqrt(seen * seen + (2 * flip * flip) / (n - 1) / n);
      if (isNone(error, value)) {
        const isExact = ofOrder && sameOrder(predictions, others, predictions.length / n);
        return alikeInterval(n, isExact ? 0 : highest - lowest, Math.min(own.support ?? n, theirs.support ?? n));
      }
      const half = t95(n - 1) * error;
      const span = highest - lowest;
      return { value, lower: Math.max(-span, value - half), upper: Math.min(span, value + half), n };
    },
  };
}

/** Two models that do not differ on any row, and yet are not the same: as far as other rows may tell them apart, by Wilson's interval of no success; `span` 0: they cannot. */
export function alikeInterval(n: number, span: number, support: number): MetricEstimate {
  if (!Number.isFinite(span)) return { value: 0, n };
  const half = (span * z95 * z95) / (support + z95 * z95);
  return { value: 0, lower: 0 - half, upper: half, n };
}

/** Numbers that are alike but for rounding have an error of this much of their mean, or less. */
const alike = 1e-12;

/** The standard error that influences of mean 0 give, or their differences; `undefined` for fewer than two rows. */
function errorOf(own: Float64Array, theirs?: Float64Array): number | undefined {
  const n = own.length;
  if (n < 2) return undefined;
  const gap = (i: number): number => (own[i] as number) - (theirs === undefined ? 0 : (theirs[i] as number));
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(gap(i)));
  const scale = powerOfTwoScale(largest);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (gap(i) * scale) ** 2;
  return Math.sqrt(squares / (n - 1) / n) / scale;
}

/** A value without an error: at an end of a bounded range by Wilson's interval on that range, elsewhere without an interval. */
function atEnd(value: number, n: number, support: number, [lowest, highest]: readonly [number, number]): MetricResult {
  const share = (value - lowest) / (highest - lowest);
  if (!(Math.abs(share) < 1e-12 || Math.abs(share - 1) < 1e-12)) return { value, n };
  const interval = wilsonInterval({ successes: share < 0.5 ? 0 : support, trials: support });
  if (isNotComputable(interval)) return { value, n };
  const at = (end: number): number => lowest + end * (highest - lowest);
  return { value, lower: Math.min(value, at(interval.lower)), upper: Math.max(value, at(interval.upper)), n };
}
