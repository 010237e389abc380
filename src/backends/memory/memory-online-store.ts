import type { OnlineStore } from "../../contracts/online-store.ts";
import { requireWellFormed } from "../online/event-values.ts";
import { roomForNewest } from "../online/newest-events.ts";
import { SluiceError } from "../../core/errors.ts";
import { ViewEvents } from "./view-events.ts";
import { ViewRows } from "./view-rows.ts";

/** The bound where the host gives none: a million entities of a few events and columns take one to two gigabytes. */
const defaultMaxEntities = 1_000_000;

const noEvents = new ViewEvents(0, { entities: 0 });

/** What {@link memoryOnline} takes. */
export interface MemoryOnlineOptions {
  /**
   * The most entities that are held of each view, an integer from 1. One more drops the entity that was read or written longest ago (LRU), with all its
   * events; latest rows (`writeRows`) and events are counted apart. @default 1000000
   */
  readonly maxEntities?: number;
}

/** An online store in memory, which tells what it had to drop. */
export interface MemoryOnlineStore extends OnlineStore {
  /** Entities dropped since the store was made, over all views: where this grows, `maxEntities` is too small for what is served. */
  readonly evictions: number;
}

/**
 * An online store in the memory of the process: typed arrays per entity, nothing durable, at most `maxEntities` entities of a view.
 *
 * A dropped entity reads as `missing`. Materializing with `from` brings it back whole; a push alone brings back only what is pushed, so that its windows
 * are short until then. Errors: `argument/invalid`.
 *
 * @example
 * ```ts
 * import { memoryOnline } from "sluice/backends/memory";
 * const store = memoryOnline();
 * await store.appendEvents("view", {
 *   keys: ["ATL"], keyIndex: Int32Array.of(0, 0), ids: Float64Array.of(1, 1), eventTimeMs: Float64Array.of(10, 10),
 *   knownTimeMs: Float64Array.of(10, 10), values: [{ kind: "text", values: ["rain", "rain"] }], present: [undefined],
 * });
 * const { events } = await store.readEvents("view", ["ATL"], 0);
 * if (events[0]?.count !== 1) throw new Error("the same event twice is one event");
 * ```
 */
export function memoryOnline(options: MemoryOnlineOptions = {}): MemoryOnlineStore {
  const maxEntities = requireBound(options.maxEntities ?? defaultMaxEntities);
  const rows = new Map<string, ViewRows>();
  const views = new Map<string, ViewEvents>();
  const dropped = { entities: 0 };
  const viewNamed = (view: string): ViewEvents => {
    const known = views.get(view) ?? new ViewEvents(maxEntities, dropped);
    views.set(view, known);
    return known;
  };
  return {
    capabilities: { durable: false, atomicBatches: true },
    get evictions(): number {
      return dropped.entities;
    },
    writeRows: async (view, batch, options) => {
      options?.signal?.throwIfAborted();
      const known = rows.get(view) ?? new ViewRows(maxEntities);
      rows.set(view, known);
      for (const row of batch) dropped.entities += known.write(row);
    },
    readRows: async (view, keys, options) => {
      options?.signal?.throwIfAborted();
      const known = rows.get(view);
      return keys.map((key) => known?.read(key));
    },
    appendEvents: async (view, batch, options) => {
      options?.signal?.throwIfAborted();
      requireWellFormed(batch);
      return viewNamed(view).append(batch);
    },
    readEvents: async (view, keys, fromMs, options) => {
      options?.signal?.throwIfAborted();
      return (views.get(view) ?? noEvents).from(keys, fromMs);
    },
    readNewest: async (asked, keys, options) => {
      options?.signal?.throwIfAborted();
      const found = asked.map((view) => views.get(view) ?? noEvents);
      const columns = found.reduce((sum, view) => sum + view.newestColumns(), 0);
      const room = roomForNewest(keys.length, columns, asked.length);
      return found.map((view) => view.newest(keys, room));
    },
    trimEvents: async (view, beforeMs, options) => {
      options.signal?.throwIfAborted();
      viewNamed(view).trim(beforeMs, options);
    },
    dropView: async (view, options) => {
      options?.signal?.throwIfAborted();
      rows.delete(view);
      views.delete(view);
    },
    extent: async (view, options) => {
      options?.signal?.throwIfAborted();
      const { keptFromMs, oldestMs, newestMs } = views.get(view) ?? noEvents;
      return { keptFromMs, oldestMs, newestMs };
    },
    close: async () => {
      rows.clear();
      views.clear();
    },
  };
}

function requireBound(maxEntities: number): number {
  if (Number.isSafeInteger(maxEntities) && maxEntities >= 1) return maxEntities;
  throw new SluiceError("argument/invalid", {
    found: `maxEntities ${maxEntities}`,
    expected: "a whole number of at least 1",
    fix: `Leave it out for ${defaultMaxEntities}.`,
  });
}
