import type { OnlineRead, OnlineStore } from "../../contracts/online-store.ts";
import type { EntityKeys } from "./entity-keys.ts";
import { newestKnown } from "./newest-known.ts";

/** What features are read from. */
export type EventReader = Pick<OnlineStore, "readEvents" | "readNewest">;

/**
 * Reads events of entities among which is, for every row, the newest one known at its T. Mostly that is the newest of all; only of entities
 * whose newest event happened or was known after a row's T all events are read.
 */
export async function readLatestKnown(
  view: string,
  { keys, keyIndex }: EntityKeys,
  atMs: Float64Array,
  store: EventReader,
  signal?: AbortSignal,
): Promise<OnlineRead> {
  const newest = await store.readNewest(view, keys, { signal });
  const unknown = new Set<number>();
  for (let row = 0; row < keyIndex.length; row++) {
    const at = atMs[row] ?? 0;
    const events = newest.events[keyIndex[row] ?? -1];
    if (events === undefined || events.count === 0) continue;
    const last = newestKnown(events, Number.POSITIVE_INFINITY, true);
    if ((events.eventTimeMs[last] ?? 0) > at || (events.knownTimeMs[last] ?? 0) > at) unknown.add(keyIndex[row] ?? -1);
  }
  if (unknown.size === 0) return newest;
  const places = [...unknown];
  const all = await store.readEvents(
    view,
    places.map((place) => keys[place] ?? ""),
    Number.NEGATIVE_INFINITY,
    { signal },
  );
  const events = [...newest.events];
  places.forEach((place, i) => {
    const own = all.events[i];
    if (own !== undefined) events[place] = own;
  });
  return { events, keptFromMs: Math.max(newest.keptFromMs, all.keptFromMs) };
}
