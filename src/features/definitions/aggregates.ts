import type { AggregateName, WindowedAggregate } from "../../contracts/feature-definition.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
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

function numeric<C extends string>(aggregate: AggregateName, column: C): NumericAggregate<C> {
  return {
    over: (window) => {
      const overMs = windowMs(`${aggregate}("${column}")`, window);
      return { aggregate, column, overMs, hopMs: hopMsOf(overMs), type: { tag: "f64", nullable: true } };
    },
  };
}

function windowMs(aggregate: string, window: Duration): number {
  const ms = durationMs(window);
  if (ms > 0) return ms;
  throw definitionError(
    aggregate,
    `the window ${JSON.stringify(window)}`,
    "a positive length of time",
    'Pass one such as "1h".',
  );
}
