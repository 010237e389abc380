import { studentTIsf } from "../../stats/distributions/student-t.ts";
import { requireCount } from "../../stats/require-argument.ts";
import type { AnomalyStrategy } from "./anomaly-strategy.ts";
import { cleanSeason } from "./clean-season.ts";
import { fitHoltWinters } from "./fit-holt-winters.ts";
import { around, type Interval, requireFiniteSeries, verdictOf } from "./interval.ts";
import { type IntervalOptions, intervalOptions } from "./strategy-options.ts";

/** How {@link holtWinters} judges. */
export interface HoltWintersOptions extends Pick<IntervalOptions, "confidence" | "minEffect" | "anomalies"> {
  /** How many values make a season: 7 for daily batches with a weekly rhythm. At least 2. */
  readonly period: number;
}

/** The fewest one-step errors that a spread is taken from. */
const fewestErrors = 6;

/**
 * The value lies where additive exponential smoothing with level, trend and season expects it (C. Holt, 1957; P. Winters, 1960): forecast
 * ± t·s, s the standard deviation of the one-step errors themselves. The three smoothing constants are fitted within [0, 1] to the values
 * before this one; errors are taken after the two seasons that the start is estimated from.
 *
 * Past spikes are replaced by what their season and cycle had in the middle, unless `anomalies` is `"keep"`. Only whole seasons count, back
 * from the newest value. `insufficientHistory` below three seasons (and two and 6 values). Throws `argument/invalid` for options out of range.
 *
 * @example
 * ```ts
 * import { holtWinters } from "sluice/data";
 * const weeks = Array.from({ length: 35 }, (_, day) => (day % 7 < 5 ? 1000 : 200) + day + ((day * 7919) % 13));
 * const strategy = holtWinters({ period: 7 });
 * if (strategy.judge(weeks, 1040).outcome !== "normal") throw new Error("a Monday like the others");
 * if (strategy.judge(weeks, 240).outcome !== "anomaly") throw new Error("a Monday like a Sunday");
 * ```
 */
export function holtWinters(options: HoltWintersOptions): AnomalyStrategy {
  const period = requireCount("period", options.period, 2);
  const { confidence, minEffect, anomalies } = intervalOptions(options, 2, 2);
  const tail = (1 - confidence) / 2;
  const seasons = Math.max(3, Math.ceil((2 * period + fewestErrors) / period));
  return {
    strategy: "holtWinters",
    params: { period, confidence, minEffect, anomalies },
    judge: (history, value) => {
      requireFiniteSeries(history, value);
      const whole = Math.floor(history.length / period) * period;
      if (whole < seasons * period) return verdictOf(value, undefined, confidence);
      const newest = Float64Array.from(history).slice(history.length - whole);
      const fit = fitHoltWinters(anomalies === "keep" ? newest : cleanSeason(newest, period), period);
      const half = studentTIsf(tail, fit.dof) * fit.sd;
      const interval: Interval = around(fit.forecast, Math.max(half, minEffect));
      return verdictOf(value, interval, confidence);
    },
  };
}
