import { exactColumn } from "./exact-column.ts";
import { ExactSum } from "../../stats/sums/exact-sum.ts";
import { roundedSum } from "../../stats/sums/rounded-sum.ts";
import { lowerBound } from "../../core/lower-bound.ts";
import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** Running figures of one column in one window. */
interface Running {
  readonly column: number;
  readonly present: Uint8Array | undefined;
  /** Parts of the column whose plain sums are exact; `undefined` where there are none: then the window is summed anew. */
  readonly limbs: readonly Float64Array[] | undefined;
  readonly sums: Float64Array;
  count: number;
}

/**
 * Counts and sums of one key's events in all windows, kept while T moves on: an event is added when it becomes known and taken
 * out when a window's start passes it. Sums are kept in limbs, whose additions and subtractions are exact, so that taking out
 * leaves no residue and no order of events changes a bit.
 */
export class SlidingWindows {
  readonly #events: SortedEvents;
  readonly #windows: readonly Running[][];
  /** The place of the first event of each window. */
  readonly #first: Float64Array;
  readonly #counts: Float64Array;
  /** 1 where the event at a place is known. */
  readonly #known: Uint8Array;

  constructor(spec: WindowSpec, events: SortedEvents) {
    this.#events = events;
    const columns = events.columns.map(({ values, present }, c) =>
      spec.columns[c]?.sum === true ? exactColumn(values, present, events.largest) : { limbs: [] },
    );
    this.#windows = spec.windows.map((_, w) => {
      const used = spec.columns
        .map((_column, c) => c)
        .filter((c) => spec.features.some((f) => f.window === w && f.column === c));
      return used.map((column) => {
        const limbs = columns[column]?.limbs;
        return {
          column,
          present: events.columns[column]?.present,
          limbs,
          sums: new Float64Array(limbs?.length ?? 0),
          count: 0,
        };
      });
    });
    this.#first = new Float64Array(spec.windows.length);
    this.#counts = new Float64Array(spec.windows.length);
    this.#known = new Uint8Array(events.eventTimeMs.length);
  }

  /** Starts a key whose events are at `from` and after: nothing known, every window open to the past. */
  open(from: number): void {
    this.#first.fill(from);
    this.#counts.fill(0);
    for (const columns of this.#windows) {
      for (const running of columns) {
        running.sums.fill(0);
        running.count = 0;
      }
    }
  }

  /** An event becomes known. */
  insert(place: number): void {
    this.#known[place] = 1;
    for (let w = 0; w < this.#windows.length; w++) if (place >= (this.#first[w] ?? 0)) this.#change(w, place, 1);
  }

  /** Moves a window's start; the key's events are at `from … to`. Returns the place of its first event. */
  moveTo(window: number, startMs: number, from: number, to: number): number {
    const times = this.#events.eventTimeMs;
    let first = this.#first[window] ?? from;
    for (; first < to && (times[first] ?? 0) < startMs; first++)
      if (this.#known[first] === 1) this.#change(window, first, -1);
    for (; first > from && (times[first - 1] ?? 0) >= startMs; first--)
      if (this.#known[first - 1] === 1) this.#change(window, first - 1, 1);
    this.#first[window] = first;
    return first;
  }

  /** Writes a window's counts and sums into states. `to` ends the key's events. */
  write(window: number, columns: number, to: number, atMs: number, states: WindowStates): void {
    states.events[window] = this.#counts[window] ?? 0;
    const runnings = this.#windows[window] ?? [];
    for (let i = 0; i < runnings.length; i++) {
      const running = runnings[i];
      if (running === undefined) continue;
      const at = window * columns + running.column;
      states.counts[at] = running.present === undefined ? (this.#counts[window] ?? 0) : running.count;
      states.sums[at] = running.limbs === undefined ? this.#sumAnew(running, window, to, atMs) : totalOf(running.sums);
    }
  }

  #change(window: number, place: number, sign: 1 | -1): void {
    this.#counts[window] = (this.#counts[window] ?? 0) + sign;
    const runnings = this.#windows[window];
    if (runnings === undefined) return;
    for (let i = 0; i < runnings.length; i++) {
      const running = runnings[i];
      if (running === undefined) continue;
      const { present, limbs, sums } = running;
      if (present !== undefined) {
        if (present[place] !== 1) continue;
        running.count += sign;
      }
      if (limbs === undefined) continue;
      for (let l = 0; l < limbs.length; l++) sums[l] = (sums[l] ?? 0) + sign * (limbs[l]?.[place] ?? 0);
    }
  }

  /** The exact sum event by event, for columns that no limbs can hold. */
  #sumAnew({ column, present }: Running, window: number, to: number, atMs: number): number {
    const { eventTimeMs, columns } = this.#events;
    const sum = new ExactSum();
    const first = this.#first[window] ?? 0;
    const end = lowerBound(eventTimeMs, atMs, first, to);
    for (let place = first; place < end; place++) {
      if (this.#known[place] !== 1 || (present !== undefined && present[place] !== 1)) continue;
      sum.add(columns[column]?.values[place] ?? 0);
    }
    return sum.value();
  }
}

function totalOf(sums: Float64Array): number {
  // One addition of two doubles is already the exact sum, rounded once.
  if (sums.length <= 2) return (sums[0] ?? 0) + (sums[1] ?? 0);
  return roundedSum(Array.from(sums));
}
