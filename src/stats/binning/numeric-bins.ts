import { SluiceError } from "../../core/errors.ts";
import { type NotComputable, notComputable } from "../not-computable.ts";
import { requireCount } from "../require-argument.ts";
import { sortDoubles } from "../sort-doubles.ts";
import { binCounter } from "./bin-counter.ts";
import type { Column } from "./column.ts";
import type { NumericBins } from "./reference-bins.ts";

/** How {@link quantileBins} cuts. */
export interface QuantileBinsOptions {
  /** The most bins; fewer where values are tied. With no more distinct values than this, each gets its own bin. @default 10 */
  readonly bins?: number;
}

/**
 * Freezes bins on a reference column: equal shares between its own values (quantiles of type 1), so that ties never fall on both sides
 * of an edge. Infinite values are counted below or above, NaN and missing ones in their own slots.
 *
 * `notComputable` when the column has no finite value.
 *
 * @example
 * ```ts
 * import { binCounts, isNotComputable, psi, quantileBins } from "sluice/stats";
 * const bins = quantileBins({ values: Float64Array.from({ length: 1000 }, (_, i) => i) }, { bins: 4 });
 * if (isNotComputable(bins) || bins.uppers.join() !== "249,499,749,999") throw new Error("not quarters");
 * const current = binCounts(bins, { values: [-5, 3, Number.NaN, 2000] });
 * if (current.join() !== "1,1,0,0,0,1,1,0") throw new Error("each has its slot");
 * ```
 */
export function quantileBins(reference: Column, options: QuantileBinsOptions = {}): NumericBins | NotComputable {
  const most = requireCount("bins", options.bins ?? 10, 1);
  const sorted = sortDoubles(finiteValues(reference));
  if (sorted.length === 0) return notComputable("empty", "the reference has no finite value");
  const distinct = distinctUpTo(sorted, most);
  const uppers = distinct ?? quantiles(sorted, most);
  return withCounts(distinct === undefined ? "quantiles" : "distinct", sorted[0] as number, uppers, reference);
}

/**
 * Freezes bins with edges that the caller states: `edges[0]` is the lower end, each further edge the upper end of a bin.
 *
 * Throws `argument/invalid` unless there are at least two finite edges in ascending order.
 */
export function explicitBins(edges: readonly number[], reference: Column): NumericBins {
  const ascending = edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > (edges[i - 1] as number)));
  if (edges.length < 2 || !ascending) {
    throw new SluiceError("argument/invalid", {
      found: `the edges [${edges.join(", ")}]`,
      expected: "at least two finite edges in ascending order",
      fix: "Sort the edges and remove repeated ones.",
    });
  }
  return withCounts("explicit", edges[0] as number, edges.slice(1), reference);
}

/** The record of bins with the counts of their reference. */
export function withCounts(
  rule: NumericBins["rule"],
  min: number,
  uppers: readonly number[],
  reference: Column,
): NumericBins {
  const bins: NumericBins = { kind: "numeric", version: 1, rule, min, uppers, counts: [] };
  const counter = binCounter(bins);
  counter.addAll(reference);
  return { ...bins, counts: Array.from(counter.counts()) };
}

/** The finite values of a column. */
export function finiteValues({ values, validity }: Column): Float64Array {
  const kept = new Float64Array(values.length);
  let used = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (validity !== undefined && (((validity[i >> 3] ?? 0) >> (i & 7)) & 1) === 0) continue;
    kept[used] = value;
    used++;
  }
  return kept.subarray(0, used);
}

/** The distinct values if there are at most `most`, else `undefined`. */
function distinctUpTo(sorted: Float64Array, most: number): number[] | undefined {
  const distinct: number[] = [];
  for (const value of sorted) {
    if (distinct.length > 0 && distinct[distinct.length - 1] === value) continue;
    if (distinct.length === most) return undefined;
    distinct.push(value);
  }
  return distinct;
}

function quantiles(sorted: Float64Array, parts: number): number[] {
  const uppers: number[] = [];
  for (let i = 1; i <= parts; i++) {
    const upper = sorted[Math.ceil((i * sorted.length) / parts) - 1] as number;
    if (upper !== uppers[uppers.length - 1]) uppers.push(upper);
  }
  return uppers;
}
