import { studentTIsf } from "../../stats/distributions/student-t.ts";
import { numberMoments } from "../checks/number-moments.ts";
import type { AnomalyStrategy } from "./anomaly-strategy.ts";
import { calmHistory } from "./calm-history.ts";
import { around, type Interval, requireFiniteSeries, verdictOf } from "./interval.ts";
import { type IntervalOptions, intervalOptions, outlierTail } from "./strategy-options.ts";

/**
 * The value lies in Student's prediction interval of the values before it, mean ± t·s·√(1 + 1/n), never computed with the value itself, so
 * that a spike cannot hide in the spread that it makes. On independent normal values its false alarms are exactly 1 − confidence.
 * (W. Hahn and W. Meeker, "Statistical Intervals", 1991.)
 *
 * Past values far outside (a hundredth of the alarms' tail) are left out. `insufficientHistory` below `minHistory` values (default 5; at
 * least 2). Values that never varied allow no change but `minEffect`. Throws `argument/invalid` for options out of range.
 *
 * @example
 * ```ts
 * import { predictionInterval } from "sluice/data";
 * const week = [101, 99, 103, 98, 100, 102, 97];
 * if (predictionInterval().judge(week, 1_000_000).outcome !== "anomaly") throw new Error("a spike as the 8th value");
 * if (predictionInterval().judge([...week, 1_000_000], 104).outcome !== "normal") throw new Error("the spike is not learnt");
 * if (predictionInterval().judge([101, 99], 100).outcome !== "insufficientHistory") throw new Error("two values only");
 * ```
 */
export function predictionInterval(options: IntervalOptions = {}): AnomalyStrategy {
  const own = intervalOptions(options, 2, 5);
  const { confidence, minEffect, minHistory, window } = own;
  const tail = (1 - confidence) / 2;
  const limits = (kept: readonly number[], upper: number): Interval | undefined => {
    if (kept.length < minHistory) return undefined;
    const recent = kept.slice(-window);
    const moments = numberMoments(recent);
    if (moments?.sd === undefined) return undefined;
    const half = studentTIsf(upper, moments.n - 1) * moments.sd * Math.sqrt(1 + 1 / moments.n);
    return around(moments.mean, Math.max(half, minEffect));
  };
  return {
    strategy: "predictionInterval",
    params: { ...own },
    judge: (history, value) => {
      requireFiniteSeries(history, value);
      const kept = calmHistory(history, own, (values) => limits(values, outlierTail(tail)));
      return verdictOf(value, limits(kept, tail), confidence);
    },
  };
}
