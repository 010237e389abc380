import type { EventRecord } from "./event-record.ts";

/** Up to so many events every set is tried. */
export const allSetsUpTo = 11;
/** Up to so many events every pair is tried. */
const pairsUpTo = 40;

/**
 * Sets of events that may not have been there yet, likeliest first: the last ones by known time or by event time (a store that lags), any run by
 * known time (an outage, one late event), pairs, and of few events every set.
 */
export function* omissions(events: readonly EventRecord[]): Generator<readonly EventRecord[]> {
  const byKnown = events.toSorted((a, b) => a.knownMs - b.knownMs || a.eventMs - b.eventMs || a.id - b.id);
  const byEvent = events.toSorted((a, b) => a.eventMs - b.eventMs || a.id - b.id);
  const count = events.length;
  for (let left = count - 1; left >= 0; left--) {
    yield byKnown.slice(left);
    yield byEvent.slice(left);
  }
  if (count <= allSetsUpTo) {
    for (let set = 1; set < 2 ** count; set++) yield byKnown.filter((_, i) => (set & (1 << i)) !== 0);
    return;
  }
  for (let length = 1; length < count; length++) {
    for (let from = 0; from + length < count; from++) yield byKnown.slice(from, from + length);
  }
  if (count > pairsUpTo) return;
  for (let i = 0; i < count; i++) {
    for (let j = i + 2; j < count; j++) yield byKnown.filter((_, at) => at === i || at === j);
  }
}
