import type { OnlineEvents, OnlineNewest, OnlineStore } from "../../contracts/online-store.ts";
import type { EntityKeys } from "./entity-keys.ts";

/** What features are read from. */
export type EventReader = Pick<OnlineStore, "readEvents" | "readNewest">;

/** The newest events of entities; of those whose newest one is after the T of a row all events, by their places. */
export interface NewestKnown {
  readonly newest: OnlineNewest;
  readonly late: ReadonlyMap<number, OnlineEvents> | undefined;
}

/**
 * Reads events of entities in some views among which is, for every row, the newest one known at its T. Mostly that is the newest of all; only of
 * entities whose newest event happened or was known after a row's T all events are read.
 */
export async function readNewestKnown(
  views: readonly string[],
  entities: EntityKeys,
  atMs: Float64Array,
  store: EventReader,
  signal?: AbortSignal,
): Promise<readonly NewestKnown[]> {
  const found = await store.readNewest(views, entities.keys, { signal });
  const lateIn = found.map((newest) => latePlaces(newest, entities, atMs));
  if (lateIn.every((places) => places.size === 0)) return found.map((newest) => ({ newest, late: undefined }));
  return await Promise.all(
    found.map((newest, i) => withLate(views[i] ?? "", newest, lateIn[i] ?? none, entities, store, signal)),
  );
}

const none: ReadonlySet<number> = new Set();

function latePlaces(
  { eventTimeMs, knownTimeMs }: OnlineNewest,
  { keyIndex }: EntityKeys,
  atMs: Float64Array,
): ReadonlySet<number> {
  let late: Set<number> | undefined;
  for (let row = 0; row < keyIndex.length; row++) {
    const place = keyIndex[row] ?? -1;
    const at = atMs[row] ?? 0;
    const eventMs = eventTimeMs[place] ?? Number.NaN;
    if (!(eventMs > at || (knownTimeMs[place] ?? 0) > at) || Number.isNaN(eventMs)) continue;
    late ??= new Set();
    late.add(place);
  }
  return late ?? none;
}

async function withLate(
  view: string,
  newest: OnlineNewest,
  late: ReadonlySet<number>,
  { keys }: EntityKeys,
  store: EventReader,
  signal: AbortSignal | undefined,
): Promise<NewestKnown> {
  if (late.size === 0) return { newest, late: undefined };
  const places = [...late];
  const asked = places.map((place) => keys[place] ?? "");
  const { events, keptFromMs } = await store.readEvents(view, asked, Number.NEGATIVE_INFINITY, { signal });
  const own = new Map(places.flatMap((place, i) => (events[i] === undefined ? [] : [[place, events[i]] as const])));
  return { newest: { ...newest, keptFromMs: Math.max(newest.keptFromMs, keptFromMs) }, late: own };
}
