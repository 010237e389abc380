import { studentTIsf } from "../../stats/distributions/student-t.ts";
import type { AnomalyStrategy } from "./anomaly-strategy.ts";
import { calmHistory } from "./calm-history.ts";
import { around, type Interval, requireFiniteSeries, verdictOf } from "./interval.ts";
import { medianOf } from "./median.ts";
import { type IntervalOptions, intervalOptions, outlierTail } from "./strategy-options.ts";

/**
 * The value lies in a prediction interval about the median of the values before it, whose width is taken from their median absolute
 * deviation: up to half of them may be spikes and it hardly moves (F. Hampel, 1974). The width for n values is t·1.4826·MAD with degrees of
 * freedom and a factor fitted to simulations of normal values from n = 7 on, so that false alarms are close to 1 − confidence.
 *
 * `insufficientHistory` below `minHistory` values (default and least 7). Where more than half of the values are equal, only `minEffect`
 * allows a difference. Throws `argument/invalid` for options out of range.
 *
 * @example
 * ```ts
 * import { robustInterval } from "sluice/data";
 * const spiky = [100, 9000, 101, 99, 102, 8000, 98, 100, 101];
 * if (robustInterval().judge(spiky, 103).outcome !== "normal") throw new Error("as most of them");
 * if (robustInterval().judge(spiky, 9000).outcome !== "anomaly") throw new Error("a spike, though not the first");
 * ```
 */
export function robustInterval(options: IntervalOptions = {}): AnomalyStrategy {
  const own = intervalOptions(options, 7, 7, 100);
  const { confidence, minEffect, minHistory, window } = own;
  const tail = (1 - confidence) / 2;
  const limits = (kept: readonly number[], upper: number): Interval | undefined => {
    if (kept.length < minHistory) return undefined;
    const recent = kept.slice(-window);
    const median = medianOf(recent);
    const spread = medianOf(recent.map((value) => Math.abs(value - median)));
    return around(median, Math.max(widthOf(recent.length, upper) * spread, minEffect));
  };
  return {
    strategy: "robustInterval",
    params: { ...own },
    judge: (history, value) => {
      requireFiniteSeries(history, value);
      const kept = calmHistory(history, own, (values) => limits(values, outlierTail(tail)));
      return verdictOf(value, limits(kept, tail), confidence);
    },
  };
}

/**
 * How many median absolute deviations the next of n + 1 normal values may lie off the median of the first n. The quantiles of that ratio
 * (40,000 simulated samples for each of 27 sizes) are those of Student's t within 2%, with these degrees of freedom and this factor; a
 * sample of odd size knows less, since one of its deviations is 0.
 */
function widthOf(n: number, upper: number): number {
  const dof = 0.375 * n + (n % 2 === 0 ? 0.7 : 0.3);
  const factor = 1 + (0.85 + 6.5 / n) / n;
  return 1.4826 * factor * studentTIsf(upper, dof);
}
