import type { OnlineRow, OnlineStore } from "../../contracts/online-store.ts";
import { requireWellFormed } from "../online/event-values.ts";
import { roomForNewest } from "../online/newest-events.ts";
import { ViewEvents } from "./view-events.ts";

const noEvents = new ViewEvents();

/**
 * An online store in the memory of the process: typed arrays per entity, nothing durable.
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
export function memoryOnline(): OnlineStore {
  const rows = new Map<string, Map<string, OnlineRow>>();
  const views = new Map<string, ViewEvents>();
  const viewNamed = (view: string): ViewEvents => {
    const known = views.get(view) ?? new ViewEvents();
    views.set(view, known);
    return known;
  };
  return {
    capabilities: { durable: false, atomicBatches: true },
    writeRows: async (view, batch, options) => {
      options?.signal?.throwIfAborted();
      const known = rows.get(view) ?? new Map<string, OnlineRow>();
      rows.set(view, known);
      for (const row of batch) {
        const old = known.get(row.key);
        if (old === undefined || isLater(row, old)) known.set(row.key, { ...row, bytes: row.bytes.slice() });
      }
    },
    readRows: async (view, keys, options) => {
      options?.signal?.throwIfAborted();
      const known = rows.get(view);
      return keys.map((key) => known?.get(key));
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

function isLater(row: OnlineRow, old: OnlineRow): boolean {
  if (row.eventTimeMs !== old.eventTimeMs) return row.eventTimeMs > old.eventTimeMs;
  return row.knownTimeMs > old.knownTimeMs;
}
