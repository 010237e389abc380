import { lowerBound } from "../../core/lower-bound.ts";
import { ExactSum } from "../../stats/sums/exact-sum.ts";
import { roundTotal, type TotalledColumn, totalledSquares, totalledValues, unitsOfTotal } from "./column-total.ts";
import type { SortedEvents } from "./sorted-events.ts";
import { exactSpread, quickVariance } from "./variance-of.ts";
import { WindowRanks } from "./window-ranks.ts";
import type { WindowSpec } from "./window-spec.ts";
import { WindowSpread } from "./window-spread.ts";
import type { WindowStates } from "./window-states.ts";

/** Running figures of one column in one window. */
interface Running {
  readonly column: number;
  readonly present: Uint8Array | undefined;
  readonly values: RunningTotal | undefined;
  readonly squares: RunningTotal | undefined;
  count: number;
}

/** The one sum of a window that holds no other figure but its count: of a column without nulls whose values are their own limb. */
interface LoneSum {
  readonly values: Float64Array;
  readonly sums: Float64Array;
}

interface RunningTotal extends TotalledColumn {
  readonly sums: Float64Array;
}

/**
 * Counts and sums of one key's events in all windows, kept while T moves on: an event is added when it comes to count or a window's end passes it, and taken
 * out when its start does. Sums are kept in limbs, whose additions and subtractions are exact, so that taking out
 * leaves no residue and no order of events changes a bit.
 */
export class SlidingWindows {
  readonly #events: SortedEvents;
  readonly #windows: readonly Running[][];
  /** By window: what most windows hold is changed without looking for more. */
  readonly #lone: readonly (LoneSum | undefined)[];
  /** The place of the first event of each window, and the place after its last one: that after the key's last where the window ends at T. */
  readonly #first: Float64Array;
  readonly #end: Float64Array;
  /** By window: whether it ends before T. */
  readonly #ends: readonly boolean[];
  readonly #counts: Float64Array;
  readonly #ranks: WindowRanks;
  readonly #rounded: Float64Array = new Float64Array(2);
  /** 1 where the event at a place is known. */
  readonly known: Uint8Array;

  constructor(spec: WindowSpec, events: SortedEvents) {
    this.#events = events;
    this.#ranks = new WindowRanks(spec, events);
    const values = events.columns.map((column, c) =>
      spec.columns[c]?.sum === true ? totalledValues(column, events.largest) : undefined,
    );
    const squares = events.columns.map((column, c) =>
      spec.columns[c]?.squares === true ? totalledSquares(column, events.largest) : undefined,
    );
    this.#windows = spec.windows.map((_, w) => {
      const used = spec.columns
        .map((_column, c) => c)
        .filter((c) => spec.features.some((f) => f.window === w && f.column === c));
      return used.map((column) => ({
        column,
        present: events.columns[column]?.present,
        values: running(values[column]),
        squares: running(squares[column]),
        count: 0,
      }));
    });
    this.#lone = this.#windows.map((columns) => (this.#ranks.isUsed ? undefined : loneSum(columns)));
    this.#first = new Float64Array(spec.windows.length);
    this.#end = new Float64Array(spec.windows.length);
    this.#ends = spec.windows.map(({ kind }) => kind === "tumbling");
    this.#counts = new Float64Array(spec.windows.length);
    this.known = new Uint8Array(events.eventTimeMs.length);
  }

  /** Starts a key whose events are at `from … to`: nothing known, every window open to the past. */
  open(from: number, to: number): void {
    this.#first.fill(from);
    for (let w = 0; w < this.#ends.length; w++) this.#end[w] = this.#ends[w] === true ? from : to;
    this.#counts.fill(0);
    this.#ranks.open(from, to);
    for (const columns of this.#windows) {
      for (const running of columns) {
        running.values?.sums.fill(0);
        running.squares?.sums.fill(0);
        running.count = 0;
      }
    }
  }

  /** An event comes to count. */
  insert(place: number): void {
    this.known[place] = 1;
    for (let w = 0; w < this.#windows.length; w++)
      if (place >= (this.#first[w] ?? 0) && place < (this.#end[w] ?? 0)) this.#change(w, place, 1);
  }

  /** Moves a window's start; the key's events are at `from … to`. Returns the place of its first event. */
  moveTo(window: number, startMs: number, from: number, to: number): number {
    const times = this.#events.eventTimeMs;
    const end = this.#end[window] ?? to;
    let first = this.#first[window] ?? from;
    for (; first < to && (times[first] ?? 0) < startMs; first++)
      if (first < end && this.known[first] === 1) this.#change(window, first, -1);
    for (; first > from && (times[first - 1] ?? 0) >= startMs; first--)
      if (first <= end && this.known[first - 1] === 1) this.#change(window, first - 1, 1);
    this.#first[window] = first;
    if (first > end) this.#end[window] = first;
    return first;
  }

  /** Moves the end of a window that ends before T on, its start being moved already. Returns the place after its last event. */
  moveEndTo(window: number, endMs: number, to: number): number {
    const times = this.#events.eventTimeMs;
    let end = this.#end[window] ?? to;
    for (; end < to && (times[end] ?? 0) < endMs; end++) if (this.known[end] === 1) this.#change(window, end, 1);
    this.#end[window] = end;
    return end;
  }

  /** Writes a window's counts and sums into states. */
  write(window: number, columns: number, atMs: number, states: WindowStates): void {
    states.events[window] = this.#counts[window] ?? 0;
    const runnings = this.#windows[window] ?? [];
    for (let i = 0; i < runnings.length; i++) {
      const running = runnings[i];
      if (running === undefined) continue;
      const at = window * columns + running.column;
      states.counts[at] = running.present === undefined ? (this.#counts[window] ?? 0) : running.count;
      if (running.values !== undefined) this.#writeTotal(running, running.values, window, at, atMs, states);
    }
    this.#ranks.write(window, states);
  }

  #change(window: number, place: number, sign: 1 | -1): void {
    this.#counts[window] = (this.#counts[window] ?? 0) + sign;
    const lone = this.#lone[window];
    if (lone !== undefined) {
      lone.sums[0] = (lone.sums[0] ?? 0) + sign * (lone.values[place] ?? 0);
      return;
    }
    this.#ranks.change(window, place, sign);
    const runnings = this.#windows[window];
    if (runnings === undefined) return;
    for (let i = 0; i < runnings.length; i++) {
      const running = runnings[i];
      if (running === undefined) continue;
      const { present, values, squares } = running;
      if (present !== undefined) {
        if (present[place] !== 1) continue;
        running.count += sign;
      }
      if (values !== undefined) change(values, place, sign);
      if (squares !== undefined) change(squares, place, sign);
    }
  }

  #writeTotal(
    running: Running,
    values: RunningTotal,
    window: number,
    at: number,
    atMs: number,
    states: WindowStates,
  ): void {
    const { squares } = running;
    if (values.limbs === undefined || (squares !== undefined && squares.limbs === undefined)) {
      this.#addUpAnew(running, window, at, atMs, states);
      return;
    }
    roundTotal(values.sums, this.#rounded);
    const [sum = 0, sumTail = 0] = this.#rounded;
    states.sums[at] = sum;
    const count = states.counts[at] ?? 0;
    if (squares === undefined || count < 2) return;
    roundTotal(squares.sums, this.#rounded);
    const variance = quickVariance(count, sum, sumTail, this.#rounded[0] ?? 0, this.#rounded[1] ?? 0);
    if (!Number.isNaN(variance)) {
      states.variances[at] = variance;
      states.sds[at] = Math.sqrt(variance);
      return;
    }
    const exact = exactSpread(count, unitsOfTotal(values.sums), unitsOfTotal(squares.sums) << 1074n);
    states.variances[at] = exact.variance;
    states.sds[at] = exact.sd;
  }

  /** The exact sum and spread event by event, for columns that no limbs can hold. */
  #addUpAnew(
    { column, present, squares }: Running,
    window: number,
    at: number,
    atMs: number,
    states: WindowStates,
  ): void {
    const sum = new ExactSum();
    const spread = squares === undefined ? undefined : new WindowSpread(sum);
    const values = this.#events.columns[column]?.values;
    const first = this.#first[window] ?? 0;
    const end = lowerBound(this.#events.eventTimeMs, atMs, first, this.#end[window] ?? first);
    for (let place = first; place < end; place++) {
      if (this.known[place] !== 1 || (present !== undefined && present[place] !== 1)) continue;
      const value = values?.[place] ?? 0;
      sum.add(value);
      spread?.add(value);
    }
    states.sums[at] = sum.value();
    spread?.write(states.counts[at] ?? 0, at, states);
  }
}

function loneSum(columns: readonly Running[]): LoneSum | undefined {
  const [only] = columns;
  if (columns.length !== 1 || only?.values === undefined) return undefined;
  if (only.present !== undefined || only.squares !== undefined || only.values.limbs?.length !== 1) return undefined;
  const [values] = only.values.limbs;
  return values && { values, sums: only.values.sums };
}

function running(column: TotalledColumn | undefined): RunningTotal | undefined {
  return column && { ...column, sums: new Float64Array(column.limbs?.length ?? 0) };
}

function change({ limbs, sums }: RunningTotal, place: number, sign: 1 | -1): void {
  if (limbs === undefined) return;
  for (let l = 0; l < limbs.length; l++) sums[l] = (sums[l] ?? 0) + sign * (limbs[l]?.[place] ?? 0);
}
