import type { OnlineEvents } from "../../contracts/online-store.ts";

/** Where the events of some windows lie: indices below `end` are before their end; windows from the latest start to the earliest. */
export interface WindowReading {
  readonly events: OnlineEvents;
  readonly atMs: number;
  readonly end: number;
  readonly starts: readonly number[];
  /** Window indices, latest start first. */
  readonly order: readonly number[];
}

/** Goes over a column's values, newest first; after the last one of each window that window is ended. */
export function eachValue(
  reading: WindowReading,
  column: number,
  take: (value: number, index: number) => void,
  end: (window: number) => void,
): void {
  const { events, atMs, starts, order } = reading;
  const values = events.values[column] ?? events.eventTimeMs;
  const present = events.present[column];
  let i = reading.end - 1;
  for (const window of order) {
    const start = starts[window] ?? 0;
    for (; i >= 0 && (events.eventTimeMs[i] ?? 0) >= start; i--) {
      if ((events.knownTimeMs[i] ?? 0) > atMs || (present !== undefined && present[i] !== 1)) continue;
      take(values[i] ?? 0, i);
    }
    end(window);
  }
}
