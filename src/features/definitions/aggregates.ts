import type { AggregateName, WindowedAggregate, WindowFrame } from "../../contracts/feature-definition.ts";
import type { CellTag } from "../../core/cell-type.ts";
import type { Duration } from "../../core/duration.ts";
import { definitionError } from "./definition-error.ts";
import {
  sawtoothFrame,
  type SessionOptions,
  sessionFrame,
  type TumblingOptions,
  tumblingFrame,
} from "./window-frames.ts";

/** An aggregate that waits for its window. Every window holds events before T that were known by T, and none else. */
export interface AggregateOfWindow<out C extends string, out T extends CellTag, out N extends boolean> {
  /** Over the window `[floor((T − window)/hop)·hop, T)`. Errors: `definition/invalid` unless the window is positive. */
  over(window: Duration): WindowedAggregate<C, T, N>;
  /**
   * Over the last complete one of windows that lie side by side: `[end − size, end)`, where `end` is the last whole `size` (after the offset) in UTC that is not after T.
   * `tumbling("1d")` is yesterday, all day long. Its late events count from when they are known.
   *
   * Errors: `definition/invalid` unless the size is positive and the offset shorter.
   *
   * @example
   * ```ts
   * import { sum } from "sluice/features";
   * const { window } = sum("price").tumbling("1d", { offset: "6h" });
   * if (window.kind !== "tumbling" || window.offsetMs !== 21_600_000) throw new Error("days that begin at six");
   * ```
   */
  tumbling(size: Duration, options?: TumblingOptions): WindowedAggregate<C, T, N>;
  /**
   * Over the session of the newest event: that event, and those before it as long as none is more than `gap` after the one before it. It goes no further back than
   * `max` from its newest event, and is read until `keep` after it. A late event that lies between two sessions makes them one from when it is known.
   *
   * Errors: `definition/invalid` unless the gap is positive, and `max` and `keep` are at least the gap.
   *
   * @example
   * ```ts
   * import { count } from "sluice/features";
   * const { window } = count().session({ gap: "30m", keep: "30m" });
   * if (window.kind !== "session" || window.keepMs !== window.gapMs) throw new Error("the open session alone");
   * ```
   */
  session(options: SessionOptions): WindowedAggregate<C, T, N>;
}

/** A numeric aggregate that waits for its window. */
export type NumericAggregate<C extends string> = AggregateOfWindow<C, "f64", true>;

/** A count of distinct values that waits for its window. */
export type DistinctCount<C extends string> = AggregateOfWindow<C, "f64", false>;

/** A count that waits for its window. */
export type EventCount = AggregateOfWindow<never, "f64", false>;

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
 * The sample variance (divisor n − 1) of a numeric column's finite values in a window; null for fewer than two. The double nearest to the exact value,
 * whatever their size and order: 0 for a constant, ∞ beyond the largest double. NaN where a value is not finite.
 */
export function variance<const C extends string>(column: C): NumericAggregate<C> {
  return numeric("variance", column);
}

/** The square root of the {@link variance}, within one unit in the last place; also where the variance itself is beyond the doubles. */
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
  const type = { tag: "f64", nullable: false } as const;
  return aggregateOfWindow(`distinct("${column}")`, (window) => ({ aggregate: "distinct", column, window, type }));
}

/** The number of events in a window; 0 when there are none, also for an entity that was never seen. */
export function count(): EventCount {
  const type = { tag: "f64", nullable: false } as const;
  return aggregateOfWindow<never, "f64", false>("count()", (window) => ({
    aggregate: "count",
    column: undefined,
    window,
    type,
  }));
}

function numeric<C extends string>(aggregate: AggregateName, column: C, p?: number): NumericAggregate<C> {
  requireAggregated(aggregate, column);
  const type = { tag: "f64", nullable: true } as const;
  return aggregateOfWindow(`${aggregate}("${column}")`, (window) => ({
    aggregate,
    column,
    ...(p !== undefined && { p }),
    window,
    type,
  }));
}

/** Without a column an aggregate would be taken for one of events. Errors: `definition/invalid`. */
export function requireAggregated(aggregate: AggregateName, column: unknown): void {
  if (typeof column === "string" && column !== "") return;
  throw definitionError(
    `${aggregate}(…)`,
    "no column",
    "a column of the source",
    `Name one, as ${aggregate}("delay").`,
  );
}

/** An aggregate of a column, made for the window that is chosen. */
export function aggregateOfWindow<C extends string, T extends CellTag, N extends boolean>(
  label: string,
  make: (window: WindowFrame) => WindowedAggregate<C, T, N>,
): AggregateOfWindow<C, T, N> {
  return {
    over: (window) => make(sawtoothFrame(label, window)),
    tumbling: (size, options = {}) => make(tumblingFrame(label, size, options)),
    session: (options) => make(sessionFrame(label, options)),
  };
}
