import type { EventColumn } from "./sorted-events.ts";

/** Events by event time, with one column of theirs. */
export interface TimedValues extends EventColumn {
  readonly eventTimeMs: Float64Array;
  readonly knownTimeMs: Float64Array;
}

/**
 * The values of the k newest events with a value among those at `first … end` that are known, oldest first. Of equal event times the one known last is the newer, then the one
 * at the later place: the one rule for training and for serving.
 */
export function newestValues(
  { values, present, eventTimeMs, knownTimeMs }: TimedValues,
  k: number,
  first: number,
  end: number,
  isKnown: (place: number) => boolean,
): Float64Array {
  // Newest first.
  const places: number[] = [];
  for (let place = end - 1; place >= first; place--) {
    const ms = eventTimeMs[place] ?? 0;
    if (places.length >= k && ms !== eventTimeMs[places[places.length - 1] ?? 0]) break;
    if (!isKnown(place) || (present !== undefined && present[place] !== 1)) continue;
    let at = places.length;
    for (; at > 0; at--) {
      const newer = places[at - 1] ?? 0;
      if (eventTimeMs[newer] !== ms || (knownTimeMs[newer] ?? 0) >= (knownTimeMs[place] ?? 0)) break;
      places[at] = newer;
    }
    places[at] = place;
  }
  return Float64Array.from(places.slice(0, k).reverse(), (place) => values[place] ?? 0);
}
