import { interpolatedQuantile } from "../../stats/quantile.ts";
import { mostFrequentOf } from "./most-frequent-of.ts";
import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import { setList, type WindowStates } from "./window-states.ts";

/** The values of one column of a key, in order, each once, and how often each occurs in each window. */
interface RankedColumn {
  readonly column: number;
  readonly values: Float64Array;
  readonly present: Uint8Array | undefined;
  /** The distinct values of the key, ascending, NaN last. */
  readonly distinct: Float64Array;
  size: number;
  /** The rank of each of the key's places, from 1 on; 0 where there is no value. */
  readonly ranks: Int32Array;
  readonly windows: readonly (RankedWindow | undefined)[];
}

interface RankedWindow {
  /** How often each rank occurs. */
  readonly counts: Int32Array;
  /** A Fenwick tree of the counts (P. Fenwick, 1994). */
  readonly tree: Int32Array;
  distinct: number;
  count: number;
}

/** The values of one key's events in all windows, in their order: what distinct counts, quantiles and the most frequent values are read from. Exact; logarithmic an
 * event; the most frequent values take time in the distinct values of a key at every row. */
export class WindowRanks {
  readonly #spec: WindowSpec;
  readonly #columns: readonly RankedColumn[];
  #from = 0;

  /** Whether any feature needs them. */
  get isUsed(): boolean {
    return this.#columns.length > 0;
  }

  constructor(spec: WindowSpec, events: SortedEvents) {
    this.#spec = spec;
    this.#columns = spec.columns.flatMap((use, column) => {
      const own = events.columns[column];
      if (own === undefined || !use.ranks) return [];
      const windows = spec.windows.map((_, window) =>
        spec.features.some((feature) => feature.window === window && feature.column === column)
          ? {
              counts: new Int32Array(events.largest + 1),
              tree: new Int32Array(events.largest + 1),
              distinct: 0,
              count: 0,
            }
          : undefined,
      );
      const distinct = new Float64Array(events.largest);
      return [{ column, ...own, distinct, size: 0, ranks: new Int32Array(events.largest), windows }];
    });
  }

  /** Starts a key whose events are at `from … to`. */
  open(from: number, to: number): void {
    this.#from = from;
    for (const column of this.#columns) rankValues(column, from, to);
  }

  /** An event comes into a window (1), or leaves it (−1). */
  change(window: number, place: number, sign: 1 | -1): void {
    for (const { ranks, size, windows } of this.#columns) {
      const own = windows[window];
      const rank = ranks[place - this.#from] ?? 0;
      if (own === undefined || rank === 0) continue;
      const before = own.counts[rank] ?? 0;
      own.counts[rank] = before + sign;
      own.count += sign;
      if (before === 0) own.distinct++;
      else if (before + sign === 0) own.distinct--;
      for (let j = rank; j <= size; j += j & -j) own.tree[j] = (own.tree[j] ?? 0) + sign;
    }
  }

  /** Writes a window's distinct counts, quantiles and most frequent values into states. */
  write(window: number, states: WindowStates): void {
    for (const ranked of this.#columns) {
      const own = ranked.windows[window];
      if (own === undefined) continue;
      states.distincts[window * this.#spec.columns.length + ranked.column] = own.distinct;
      this.#spec.features.forEach((feature, i) => {
        if (feature.window !== window || feature.column !== ranked.column || own.count === 0) return;
        const rankedValue = (rank: number): number => ranked.distinct[rank] ?? 0;
        if (feature.p !== undefined)
          states.quantiles[i] = quantileBy(own.count, feature.p, (k) => rankedValue(rankAt(own, ranked.size, k)));
        if (feature.aggregate === "mostFrequent") {
          const ranks = mostFrequentOf(feature.k ?? 1, ranked.size, (rank) => own.counts[rank + 1] ?? 0);
          setList(states, i, Float64Array.from(ranks, rankedValue));
        }
      });
    }
  }
}

function rankValues(column: RankedColumn, from: number, to: number): void {
  const { values, present, distinct, ranks, windows } = column;
  let held = 0;
  for (let place = from; place < to; place++)
    if (present === undefined || present[place] === 1) distinct[held++] = (values[place] ?? 0) + 0;
  distinct.subarray(0, held).sort();
  let size = 0;
  for (let i = 0; i < held; i++) {
    const value = distinct[i] ?? 0;
    const isNew =
      size === 0 || !(distinct[size - 1] === value || (Number.isNaN(value) && Number.isNaN(distinct[size - 1])));
    if (isNew) distinct[size++] = value;
  }
  column.size = size;
  for (let place = from; place < to; place++)
    ranks[place - from] =
      present === undefined || present[place] === 1 ? 1 + placeIn(distinct, size, values[place] ?? 0) : 0;
  for (const own of windows) {
    if (own === undefined) continue;
    own.counts.fill(0, 0, size + 1);
    own.tree.fill(0, 0, size + 1);
    own.distinct = 0;
    own.count = 0;
  }
}

/** Where a value stands among distinct ones; NaN is the last. */
function placeIn(distinct: Float64Array, size: number, value: number): number {
  if (Number.isNaN(value)) return size - 1;
  let low = 0;
  let high = size - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((distinct[middle] ?? 0) >= value || Number.isNaN(distinct[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The place among the distinct values of the k-th smallest value of a window, counted from 0. */
function rankAt({ tree }: RankedWindow, size: number, k: number): number {
  let rank = 0;
  let left = k;
  for (let step = 2 ** Math.floor(Math.log2(Math.max(1, size))); step >= 1; step /= 2) {
    const next = rank + step;
    if (next > size || (tree[next] ?? 0) > left) continue;
    rank = next;
    left -= tree[next] ?? 0;
  }
  return rank;
}

/** A quantile of n sorted values that are asked for one by one: the one rule for training and for serving. */
export function quantileBy(n: number, p: number, valueAt: (k: number) => number): number {
  const place = (n - 1) * p;
  const below = Math.floor(place);
  const share = place - below;
  const a = valueAt(below);
  return share === 0 ? a : interpolatedQuantile([a, valueAt(below + 1)], share);
}
