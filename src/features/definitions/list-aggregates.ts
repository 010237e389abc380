import type { AggregateName } from "../../contracts/feature-definition.ts";
import { type AggregateOfWindow, aggregateOfWindow, requireAggregated } from "./aggregates.ts";
import { definitionError } from "./definition-error.ts";

/** The tags of lists: of numbers, and of texts. */
export type ListTag = "f64[]" | "utf8[]";

/** A list of a column's values that waits for its window: of texts where the column holds texts, of numbers where it holds numbers. */
export type ListAggregate<C extends string> = AggregateOfWindow<C, ListTag, true>;

/** How many values a list over a window has at most. */
const mostValues = 1000;

/**
 * The last k values of a column of numbers or texts in a window, oldest first: fewer where it holds fewer, null where it holds none. Of equal event times the one known
 * last is the newer, then the last appended; nulls are passed over.
 *
 * Errors: `definition/invalid` unless k is an integer from 1 to 1000.
 *
 * @example
 * ```ts
 * import { lastK } from "sluice/features";
 * const { aggregate, k } = lastK("page", 3).session({ gap: "30m" });
 * if (aggregate !== "lastK" || k !== 3) throw new Error("the last three pages of a visit");
 * ```
 */
export function lastK<const C extends string>(column: C, k: number): ListAggregate<C> {
  return listed("lastK", column, k);
}

/**
 * The k most frequent values of a column of numbers or texts in a window (top-k), exact: most frequent first, of equally frequent ones the smaller number, or the text that
 * comes first by code point. Fewer where the window holds fewer distinct values, null where it holds none. 0 and −0 are one value (0), so are all NaN, which come after every
 * number.
 *
 * Errors: `definition/invalid` unless k is an integer from 1 to 1000.
 *
 * @example
 * ```ts
 * import { mostFrequent } from "sluice/features";
 * const { aggregate, k } = mostFrequent("category", 5).over("7d");
 * if (aggregate !== "mostFrequent" || k !== 5) throw new Error("the five categories seen most");
 * ```
 */
export function mostFrequent<const C extends string>(column: C, k: number): ListAggregate<C> {
  return listed("mostFrequent", column, k);
}

function listed<C extends string>(aggregate: AggregateName, column: C, k: number): ListAggregate<C> {
  requireAggregated(aggregate, column);
  const label = `${aggregate}("${column}")`;
  if (!(Number.isInteger(k) && k >= 1 && k <= mostValues))
    throw definitionError(label, `k = ${k}`, `an integer from 1 to ${mostValues}`, "Ask for fewer values.");
  // The view that takes it sets the tag by the column's type.
  const type = { tag: "f64[]", nullable: true } as const;
  return aggregateOfWindow<C, ListTag, true>(label, (window) => ({ aggregate, column, k, window, type }));
}
