import type { SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import type { WindowStates } from "./window-states.ts";

/** The extremes of one column in one window. */
interface Extremes {
  readonly window: number;
  readonly column: number;
  readonly values: Float64Array;
  readonly present: Uint8Array | undefined;
  /** The places that they are taken over. */
  first: number;
  end: number;
  least: number;
  greatest: number;
}

/**
 * Minima and maxima of one key's events in the windows that end before T: such windows lie side by side, so that each is gone over once, and
 * what comes to count later is merged in.
 */
export class WindowExtremes {
  readonly #columns: number;
  readonly #known: Uint8Array;
  readonly #all: readonly Extremes[];

  /** @param known - Kept by the caller: 1 where the event at a place is known. */
  constructor(spec: WindowSpec, events: SortedEvents, known: Uint8Array) {
    this.#columns = spec.columns.length;
    this.#known = known;
    this.#all = spec.groups.flatMap(({ windows, columns }) =>
      windows.flatMap((window) => {
        if (spec.windows[window]?.kind !== "tumbling") return [];
        return columns.flatMap((column) => {
          const use = spec.columns[column];
          const own = events.columns[column];
          if (own === undefined || !(use?.min === true || use?.max === true)) return [];
          return [{ window, column, ...own, first: 0, end: 0, least: 0, greatest: 0 }];
        });
      }),
    );
  }

  /** Whether there is anything for it to keep. */
  get isUsed(): boolean {
    return this.#all.length > 0;
  }

  /** Starts a key. */
  open(): void {
    for (const extremes of this.#all) extremes.first = extremes.end = 0;
  }

  /** An event comes to count. */
  insert(place: number): void {
    for (const extremes of this.#all) if (place >= extremes.first && place < extremes.end) merge(extremes, place);
  }

  /** Writes the extremes of a window at the places `first … end`. */
  write(window: number, first: number, end: number, states: WindowStates): void {
    for (const extremes of this.#all) {
      if (extremes.window !== window) continue;
      if (extremes.first !== first || extremes.end !== end) this.#takeAnew(extremes, first, end);
      const at = window * this.#columns + extremes.column;
      states.mins[at] = extremes.least;
      states.maxs[at] = extremes.greatest;
    }
  }

  #takeAnew(extremes: Extremes, first: number, end: number): void {
    extremes.first = first;
    extremes.end = end;
    extremes.least = Number.POSITIVE_INFINITY;
    extremes.greatest = Number.NEGATIVE_INFINITY;
    for (let place = first; place < end; place++) if (this.#known[place] === 1) merge(extremes, place);
  }
}

function merge(extremes: Extremes, place: number): void {
  if (extremes.present !== undefined && extremes.present[place] !== 1) return;
  const value = extremes.values[place] ?? 0;
  extremes.least = Math.min(extremes.least, value);
  extremes.greatest = Math.max(extremes.greatest, value);
}
