import { requireNonNegative } from "../../stats/require-argument.ts";
import type { ChangeOptions } from "./absolute-change.ts";
import type { AnomalyStrategy } from "./anomaly-strategy.ts";
import { calmHistory } from "./calm-history.ts";
import { type Interval, requireFiniteSeries, verdictOf } from "./interval.ts";
import { requireLimit } from "./require-limit.ts";
import { historyOptions } from "./strategy-options.ts";

/** How much a value may change relative to the one before: 0.5 is half of it. */
export interface RelativeChangeOptions extends ChangeOptions {
  /** Changes are measured against at least this size, so that a series about 0 is not judged by next to nothing. @default 0 */
  readonly floor?: number;
}

/**
 * The value differs from the one before by no more than a share of its size |previous|. Nothing is divided: after 0 every other value is an
 * anomaly, unless `floor` says against what size to measure then. A value that was an anomaly is left out when the next is judged.
 * `insufficientHistory` for the first value. Throws `argument/invalid` without a limit or for a negative one.
 *
 * @example
 * ```ts
 * import { relativeChange } from "sluice/data";
 * const strategy = relativeChange({ maxIncrease: 0.5, maxDecrease: 0.5 });
 * if (strategy.judge([1000], 1600).outcome !== "anomaly") throw new Error("60% more");
 * if (strategy.judge([0], 0).outcome !== "normal") throw new Error("no change");
 * if (strategy.judge([0], 1).outcome !== "anomaly") throw new Error("something out of nothing");
 * ```
 */
export function relativeChange(options: RelativeChangeOptions): AnomalyStrategy {
  requireLimit(options);
  const own = historyOptions(options);
  const up = requireNonNegative("maxIncrease", options.maxIncrease ?? 0);
  const down = requireNonNegative("maxDecrease", options.maxDecrease ?? 0);
  const floor = requireNonNegative("floor", options.floor ?? 0);
  const limits = (kept: readonly number[]): Interval | undefined => {
    const expected = kept[kept.length - 1];
    if (expected === undefined) return undefined;
    const size = Math.max(Math.abs(expected), floor);
    return {
      expected,
      lower: options.maxDecrease === undefined ? Number.NEGATIVE_INFINITY : expected - down * size,
      upper: options.maxIncrease === undefined ? Number.POSITIVE_INFINITY : expected + up * size,
    };
  };
  return {
    strategy: "relativeChange",
    params: { maxIncrease: options.maxIncrease ?? null, maxDecrease: options.maxDecrease ?? null, floor, ...own },
    judge: (history, value) => {
      requireFiniteSeries(history, value);
      return verdictOf(value, limits(calmHistory(history, own, limits)));
    },
  };
}
