import { requireNonNegative } from "../../stats/require-argument.ts";
import type { AnomalyStrategy } from "./anomaly-strategy.ts";
import { calmHistory, type HistoryOptions } from "./calm-history.ts";
import { type Interval, requireFiniteSeries, verdictOf } from "./interval.ts";
import { requireLimit } from "./require-limit.ts";
import { historyOptions } from "./strategy-options.ts";

/** How much a value may change; at least one of the two must be given. */
export interface ChangeOptions extends HistoryOptions {
  /** The greatest increase. @default no limit */
  readonly maxIncrease?: number;
  /** The greatest decrease, as a number of at least 0. @default no limit */
  readonly maxDecrease?: number;
}

/**
 * The value differs from the one before by no more than stated, in the metric's unit. A value that did is left out when the next is judged.
 * `insufficientHistory` for the first value. Throws `argument/invalid` without a limit or for a negative one.
 *
 * @example
 * ```ts
 * import { absoluteChange } from "sluice/data";
 * const strategy = absoluteChange({ maxIncrease: 50, maxDecrease: 20 });
 * if (strategy.judge([100, 110], 85).outcome !== "anomaly") throw new Error("25 less");
 * if (strategy.judge([100, 900], 110).outcome !== "normal") throw new Error("the spike of 900 does not count");
 * ```
 */
export function absoluteChange(options: ChangeOptions): AnomalyStrategy {
  requireLimit(options);
  const own = historyOptions(options);
  const up = requireNonNegative("maxIncrease", options.maxIncrease ?? Number.MAX_VALUE);
  const down = requireNonNegative("maxDecrease", options.maxDecrease ?? Number.MAX_VALUE);
  const limits = (kept: readonly number[]): Interval | undefined => {
    const expected = kept[kept.length - 1];
    return expected === undefined
      ? undefined
      : {
          expected,
          lower: options.maxDecrease === undefined ? Number.NEGATIVE_INFINITY : expected - down,
          upper: options.maxIncrease === undefined ? Number.POSITIVE_INFINITY : expected + up,
        };
  };
  return {
    strategy: "absoluteChange",
    params: { maxIncrease: options.maxIncrease ?? null, maxDecrease: options.maxDecrease ?? null, ...own },
    judge: (history, value) => {
      requireFiniteSeries(history, value);
      return verdictOf(value, limits(calmHistory(history, own, limits)));
    },
  };
}
