import type { AggregateName, WindowedAggregate } from "../../contracts/feature-definition.ts";
import type { Duration } from "../../core/duration.ts";
import { definitionMs } from "./definition-duration.ts";
import { definitionError } from "./definition-error.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** The step at which a window's start moves, milliseconds: 5 min for windows below 12 h, 1 h below 12 d, else 1 d. */
export function hopMsOf(overMs: number): number {
  if (overMs < 12 * hourMs) return 5 * minuteMs;
  return overMs < 12 * dayMs ? hourMs : dayMs;
}

/** A numeric aggregate that waits for its window. */
export interface NumericAggregate<out C extends string> {
  /** Over the window `[floor((T − window)/hop)·hop, T)`. Errors: `definition/invalid` unless the window is positive. */
  over(window: Duration): WindowedAggregate<C, "f64", true>;
}

/** The mean of a numeric column's values in a window, correctly rounded sum over count; null when there are none. */
export function mean<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("mean", column);
}

/** The correctly rounded sum of a numeric column's values in a window; null when there are none. */
export function sum<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("sum", column);
}

/** The least of a numeric column's values in a window; null when there are none. */
export function min<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("min", column);
}

/** The greatest of a numeric column's values in a window; null when there are none. */
export function max<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("max", column);
}

/**
 * The sample variance (divisor n − 1) of a numeric column's values in a window; null for fewer than two. It is taken from the exact sums of the
 * values and of their squares, so that neither the order of events nor a mean far from 0 costs a digit that matters.
 */
export function variance<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("variance", column);
}

/** The square root of the {@link variance}. */
export function sd<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("sd", column);
}

/** The value of the oldest event in a window that has one; of equal event times the one known first, then the first appended. */
export function first<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("first", column);
}

/** The value of the newest event in a window that has one; of equal event times the one known last, then the last appended. */
export function last<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("last", column);
}

/**
 * A quantile of a numeric column's values in a window, exact: linear between order statistics (type 7 of R. Hyndman and Y. Fan, 1996); p = 0.5
 * is the median. Null when there are none. Errors: `definition/invalid` unless p lies in [0, 1].
 */
export function quantile<const C extends string>(column: C, p: number): NumericAggregate<C> {
  if (!(p >= 0 && p <= 1))
    throw definitionError(`quantile("${column}")`, `p = ${p}`, "a share in [0, 1]", "Pass 0.5 for the median.");
  return numeric("quantile", column, p);
}

/** How many distinct values a numeric column has in a window, exact; 0 and −0 are one value, so are all NaN. 0 when there are none. */
export function distinct<const C extends string>(column: C): DistinctCount<C> {
  return {
    over: (window) => {
      const overMs = windowMs(`distinct("${column}")`, window);
      return { aggregate: "distinct", column, overMs, hopMs: hopMsOf(overMs), type: { tag: "f64", nullable: false } };
    },
  };
}

/** A count of distinct values that waits for its window. */
export interface DistinctCount<out C extends string> {
  /** Over the window `[floor((T − window)/hop)·hop, T)`. Errors: `definition/invalid` unless the window is positive. */
  over(window: Duration): WindowedAggregate<C, "f64", false>;
}

/** A count that waits for its window. */
export interface EventCount {
  /** Over the window `[floor((T − window)/hop)·hop, T)`. Errors: `definition/invalid` unless the window is positive. */
  over(window: Duration): WindowedAggregate<never, "f64", false>;
}

/** The number of events in a window; 0 when there are none, also for an entity that was never seen. */
export function count(): EventCount {
  return {
    over: (window) => {
      const overMs = windowMs("count()", window);
      return {
        aggregate: "count",
        column: undefined,
        overMs,
        hopMs: hopMsOf(overMs),
        type: { tag: "f64", nullable: false },
      };
    },
  };
}

function numeric<C extends string>(aggregate: AggregateName, column: C, p?: number): NumericAggregate<C> {
  return {
    over: (window) => {
      const overMs = windowMs(`${aggregate}("${column}")`, window);
      const type = { tag: "f64", nullable: true } as const;
      return { aggregate, column, ...(p !== undefined && { p }), overMs, hopMs: hopMsOf(overMs), type };
    },
  };
}

function windowMs(aggregate: string, window: Duration): number {
  return definitionMs(aggregate, "window", window, "more than 0");
}
