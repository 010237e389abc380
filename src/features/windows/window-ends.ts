import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

interface EndColumn {
  readonly column: number;
  readonly values: Float64Array;
  readonly present: Uint8Array | undefined;
  /** The place of the newest event that is known; −1 before the first. */
  newest: number;
}

/** The first and last values of one key's events in all windows. */
export class WindowEnds {
  readonly #events: SortedEvents;
  readonly #columns: readonly EndColumn[];
  readonly #width: number;
  /** 1 where the event at a place is known. */
  readonly #known: Uint8Array;

  /** @param known - Kept by the caller: 1 where the event at a place is known. */
  constructor(spec: WindowSpec, events: SortedEvents, known: Uint8Array) {
    this.#events = events;
    this.#known = known;
    this.#width = spec.columns.length;
    this.#columns = spec.columns.flatMap(({ ends }, column) => {
      const own = events.columns[column];
      return own === undefined || !ends ? [] : [{ column, ...own, newest: -1 }];
    });
  }

  /** Starts a key. */
  open(): void {
    for (const column of this.#columns) column.newest = -1;
  }

  /** An event comes to count. Of equal event times and known times the later one comes later. */
  insert(place: number): void {
    const { eventTimeMs, knownTimeMs } = this.#events;
    const event = eventTimeMs[place] ?? 0;
    for (const column of this.#columns) {
      if (column.present !== undefined && column.present[place] !== 1) continue;
      const { newest } = column;
      const newestEvent = newest < 0 ? Number.NEGATIVE_INFINITY : (eventTimeMs[newest] ?? 0);
      if (event < newestEvent) continue;
      if (newest >= 0 && event === newestEvent && (knownTimeMs[place] ?? 0) < (knownTimeMs[newest] ?? 0)) continue;
      column.newest = place;
    }
  }

  /** Writes the ends of a window that ends at T and starts at place `first`; `to` ends the key's events. Only where it holds a value. */
  write(window: number, first: number, to: number, states: WindowStates): void {
    for (const column of this.#columns) this.#write(column, window, first, to, column.newest, states);
  }

  /** Writes the ends of the window at the places `first … end`. Only where it holds a value. */
  writeBetween(window: number, first: number, end: number, states: WindowStates): void {
    for (const column of this.#columns)
      this.#write(column, window, first, end, this.#newest(column, first, end), states);
  }

  #write(column: EndColumn, window: number, first: number, end: number, newest: number, states: WindowStates): void {
    const at = window * this.#width + column.column;
    if ((states.counts[at] ?? 0) === 0) return;
    states.lasts[at] = column.values[newest] ?? 0;
    states.firsts[at] = column.values[this.#oldest(column, first, end)] ?? 0;
  }

  #newest({ present }: EndColumn, first: number, end: number): number {
    const { eventTimeMs, knownTimeMs } = this.#events;
    let newest = -1;
    for (let place = end - 1; place >= first; place--) {
      if (newest >= 0 && (eventTimeMs[place] ?? 0) !== (eventTimeMs[newest] ?? 0)) break;
      if (this.#known[place] !== 1 || (present !== undefined && present[place] !== 1)) continue;
      if (newest < 0 || (knownTimeMs[place] ?? 0) > (knownTimeMs[newest] ?? 0)) newest = place;
    }
    return newest;
  }

  #oldest({ present }: EndColumn, first: number, to: number): number {
    const { eventTimeMs, knownTimeMs } = this.#events;
    let oldest = -1;
    for (let place = first; place < to; place++) {
      if (oldest >= 0 && (eventTimeMs[place] ?? 0) !== (eventTimeMs[oldest] ?? 0)) break;
      if (this.#known[place] !== 1 || (present !== undefined && present[place] !== 1)) continue;
      if (oldest < 0 || (knownTimeMs[place] ?? 0) < (knownTimeMs[oldest] ?? 0)) oldest = place;
    }
    return oldest;
  }
}
