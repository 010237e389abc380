import { newestValues } from "./newest-values.ts";
import type { EventColumn, SortedEvents } from "./sorted-events.ts";
import type { WindowSpec } from "./window-spec.ts";
import { setList, type WindowStates } from "./window-states.ts";

interface Tail extends EventColumn {
  readonly feature: number;
  readonly window: number;
  readonly k: number;
}

/** The last values of one key's events in all windows: found from the newest known event on, when they are asked for. */
export class WindowTails {
  readonly #events: SortedEvents;
  readonly #isKnown: (place: number) => boolean;
  readonly #tails: readonly Tail[];
  /** The place of the newest event that is known; −1 before the first. */
  #newest = -1;

  /** @param known - Kept by the caller: 1 where the event at a place is known. */
  constructor(spec: WindowSpec, events: SortedEvents, known: Uint8Array) {
    this.#events = events;
    this.#isKnown = (place) => known[place] === 1;
    this.#tails = spec.features.flatMap(({ aggregate, window, column, k = 1 }, feature) => {
      const own = events.columns[column];
      return own === undefined || aggregate !== "lastK" ? [] : [{ ...own, feature, window, k }];
    });
  }

  /** Whether there is anything for it to keep. */
  get isUsed(): boolean {
    return this.#tails.length > 0;
  }

  /** Starts a key. */
  open(): void {
    this.#newest = -1;
  }

  /** An event comes to count. */
  insert(place: number): void {
    this.#newest = Math.max(this.#newest, place);
  }

  /** Writes the last values of the window at the places `first … end`. */
  write(window: number, first: number, end: number, states: WindowStates): void {
    const { eventTimeMs, knownTimeMs } = this.#events;
    for (const { feature, window: own, k, values, present } of this.#tails) {
      if (own !== window) continue;
      const column = { values, present, eventTimeMs, knownTimeMs };
      setList(states, feature, newestValues(column, k, first, Math.min(end, this.#newest + 1), this.#isKnown));
    }
  }
}
