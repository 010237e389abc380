import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import type { OnlineEventBatch, OnlineStore } from "../../src/contracts/online-store.ts";
import { seededRandom } from "../../src/core/random.ts";

// The bound of the store in memory: the entity read or written longest ago goes first, whole.

/** Events of keys, one each, with ids that name them. */
function eventsOf(keys: readonly string[], ids: readonly number[]): OnlineEventBatch {
  const distinct = [...new Set(keys)];
  const values = Float64Array.from(ids);
  return {
    keys: distinct,
    keyIndex: Int32Array.from(keys, (key) => distinct.indexOf(key)),
    ids: values,
    eventTimeMs: values,
    knownTimeMs: values,
    values: [{ kind: "number", values }],
    present: [undefined],
  };
}

async function newestOf(store: OnlineStore, view: string, keys: readonly string[]): Promise<readonly number[]> {
  const [newest] = await store.readNewest([view], keys);
  return [...(newest?.eventTimeMs ?? [])];
}

/** Entities and their event ids, the one used longest ago first. */
class Model {
  readonly held: Map<string, Set<number>> = new Map();
  readonly max: number;
  dropped = 0;

  constructor(max: number) {
    this.max = max;
  }

  /** `used`: the keys that the same call has written already; a call is one use of a key. */
  add(key: string, id: number, used: Set<string>): number {
    if ([...this.held.values()].some((ids) => ids.has(id))) return 0;
    if (!used.has(key)) this.use(key);
    used.add(key);
    const own = this.held.get(key);
    if (own !== undefined) own.add(id);
    else {
      const [oldest] = this.held.keys();
      if (this.held.size === this.max && oldest !== undefined) {
        this.held.delete(oldest);
        this.dropped++;
      }
      this.held.set(key, new Set([id]));
    }
    return 1;
  }

  use(key: string): void {
    const own = this.held.get(key);
    if (own === undefined) return;
    this.held.delete(key);
    this.held.set(key, own);
  }
}

test("reads and writes of any order leave what a plain LRU list leaves", async () => {
  const random = seededRandom("lru");
  const store = memoryOnline({ maxEntities: 7 });
  const model = new Model(7);
  for (let step = 0; step < 3000; step++) {
    const keys = Array.from({ length: 1 + random.int(3) }, () => `k${random.int(12)}`);
    const kind = random.int(4);
    if (kind === 0) {
      // An id belongs to one key: the key is told by it.
      const ids = keys.map((key) => Number(key.slice(1)) * 1000 + random.int(20));
      let added = 0;
      const used = new Set<string>();
      keys.forEach((key, i) => {
        added += model.add(key, ids[i] ?? 0, used);
      });
      expect(await store.appendEvents("v", eventsOf(keys, ids))).toBe(added);
    } else if (kind === 1) {
      const expected = keys.map((key) => Math.max(...(model.held.get(key) ?? [Number.NaN])));
      for (const key of keys) model.use(key);
      expect(await newestOf(store, "v", keys)).toEqual(expected);
    } else if (kind === 2) {
      const expected = keys.map((key) => [...(model.held.get(key) ?? [])].sort((a, b) => a - b));
      for (const key of keys) model.use(key);
      const { events } = await store.readEvents("v", keys, Number.NEGATIVE_INFINITY);
      expect(events.map(({ ids, count }) => [...ids.subarray(0, count)])).toEqual(expected);
    } else if (random.int(10) === 0) {
      const beforeMs = random.int(12_000);
      await store.trimEvents("v", beforeMs, { keepLatest: false });
      for (const [key, ids] of model.held) {
        for (const id of ids) if (id < beforeMs) ids.delete(id);
        if (ids.size === 0) model.held.delete(key);
      }
    }
    expect(store.evictions).toBe(model.dropped);
  }
  expect(model.dropped).toBeGreaterThan(300);
});

test("latest rows are bounded likewise, each view for itself; a view dropped is empty", async () => {
  const store = memoryOnline({ maxEntities: 2 });
  const row = (key: string, ms: number) => ({ key, eventTimeMs: ms, knownTimeMs: ms, bytes: Uint8Array.of(ms) });
  await store.writeRows("v", [row("a", 1), row("b", 2)]);
  await store.writeRows("w", [row("a", 1), row("b", 2)]);
  await store.readRows("v", ["a"]);
  await store.writeRows("v", [row("c", 3)]);
  const held = async (view: string): Promise<readonly unknown[]> =>
    (await store.readRows(view, ["a", "b", "c"])).map((found) => found?.eventTimeMs);
  expect(await held("v")).toEqual([1, undefined, 3]);
  expect(await held("w")).toEqual([1, 2, undefined]);
  await store.writeRows("v", [row("a", 0), row("d", 4)]); // an older row changes nothing, but is a use
  expect(await held("v")).toEqual([1, undefined, undefined]);
  expect(store.evictions).toBe(2);
  await store.dropView("v");
  expect(await held("v")).toEqual([undefined, undefined, undefined]);
});

test("a bound below one is refused", () => {
  expect(() => memoryOnline({ maxEntities: 0 })).toThrow("whole number of at least 1");
});
