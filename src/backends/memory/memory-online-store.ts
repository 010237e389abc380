import type {
  OnlineEventBatch,
  OnlineEvents,
  OnlineRow,
  OnlineStore,
  TrimOptions,
} from "../../contracts/online-store.ts";
import { requireWellFormed } from "../online/event-values.ts";
import { EventBlock } from "./event-block.ts";
import { NumberSet } from "./number-set.ts";

/** The events of one view. */
interface ViewEvents {
  readonly blocks: Map<string, EventBlock>;
  ids: NumberSet;
  keptFromMs: number;
  oldestMs: number;
  newestMs: number;
}

function noView(): ViewEvents {
  return {
    blocks: new Map(),
    ids: new NumberSet(),
    keptFromMs: Number.NEGATIVE_INFINITY,
    oldestMs: Number.POSITIVE_INFINITY,
    newestMs: Number.NEGATIVE_INFINITY,
  };
}

const noEvents: OnlineEvents = {
  count: 0,
  ids: new Float64Array(0),
  eventTimeMs: new Float64Array(0),
  knownTimeMs: new Float64Array(0),
  values: [],
  present: [],
};

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
    const known = views.get(view) ?? noView();
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
      return appendEvents(viewNamed(view), batch);
    },
    readEvents: async (view, keys, fromMs, options) => {
      options?.signal?.throwIfAborted();
      const { blocks, keptFromMs } = views.get(view) ?? noView();
      return { events: keys.map((key) => blocks.get(key)?.from(fromMs) ?? noEvents), keptFromMs };
    },
    readNewest: async (view, keys, options) => {
      options?.signal?.throwIfAborted();
      const { blocks, keptFromMs } = views.get(view) ?? noView();
      return { events: keys.map((key) => blocks.get(key) ?? noEvents), keptFromMs };
    },
    trimEvents: async (view, beforeMs, options) => {
      options.signal?.throwIfAborted();
      trimEvents(viewNamed(view), beforeMs, options);
    },
    dropView: async (view, options) => {
      options?.signal?.throwIfAborted();
      rows.delete(view);
      views.delete(view);
    },
    extent: async (view, options) => {
      options?.signal?.throwIfAborted();
      const { keptFromMs, oldestMs, newestMs } = views.get(view) ?? noView();
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

function appendEvents(view: ViewEvents, batch: OnlineEventBatch): number {
  const blocks: (EventBlock | undefined)[] = new Array(batch.keys.length);
  const kinds = batch.values.map(({ kind }) => kind);
  let added = 0;
  for (let item = 0; item < batch.ids.length; item++) {
    if (!view.ids.add(batch.ids[item] ?? 0)) continue;
    const key = batch.keyIndex[item] ?? 0;
    let block = blocks[key];
    if (block === undefined) {
      const name = batch.keys[key] ?? "";
      block = view.blocks.get(name) ?? new EventBlock(kinds);
      view.blocks.set(name, block);
      blocks[key] = block;
    }
    block.insert(batch, item);
    const eventMs = batch.eventTimeMs[item] ?? 0;
    if (eventMs < view.oldestMs) view.oldestMs = eventMs;
    if (eventMs > view.newestMs) view.newestMs = eventMs;
    added++;
  }
  return added;
}

function trimEvents(view: ViewEvents, beforeMs: number, { keepLatest, unlessNewerMs }: TrimOptions): void {
  if (unlessNewerMs !== undefined && view.newestMs > unlessNewerMs) return;
  view.keptFromMs = Math.max(view.keptFromMs, beforeMs);
  const ids = new NumberSet();
  for (const [key, block] of view.blocks) {
    block.trim(keepLatest ? block.latestKnownMs(beforeMs) : beforeMs);
    if (block.count === 0) view.blocks.delete(key);
    for (let i = 0; i < block.count; i++) ids.add(block.ids[i] ?? 0);
  }
  view.ids = ids;
}
