import assert from "node:assert/strict";
import type { OnlineStore } from "../contracts/online-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { eventsOf, readEventRows } from "./online-events.ts";

const all = { keepLatest: false };
const sparing = { keepLatest: true };

/** What trimming and its watermark must do; each case takes a fresh store. */
export const onlineTrimCases: readonly ContractCase<OnlineStore>[] = [
  {
    name: "trimming forgets what is older, and nothing else",
    run: async (store) => {
      await store.appendEvents("v", eventsOf(["k", 1, 10, 10, 1], ["k", 2, 20, 20, 2], ["l", 3, 5, 5, 3]));
      await store.appendEvents("w", eventsOf(["k", 1, 10, 10, 1]));
      await store.trimEvents("v", 20, all);
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [[2, 20, 20, 2]]);
      assert.deepEqual(await readEventRows(store, "v", "l", 0), []);
      assert.deepEqual(await readEventRows(store, "w", "k", 0), [[1, 10, 10, 1]]);
      assert.equal(await store.appendEvents("v", eventsOf(["k", 2, 20, 20, 2], ["k", 4, 30, 30, 4])), 1);
    },
  },
  {
    name: "the watermark is that of the view, comes with every read, and only rises",
    run: async (store) => {
      const keptFrom = async (view: string): Promise<number> => (await store.readEvents(view, ["k"], 0)).keptFromMs;
      assert.equal(await keptFrom("v"), Number.NEGATIVE_INFINITY);
      await store.trimEvents("v", 20.5, all);
      assert.equal(await keptFrom("v"), 20.5);
      await store.trimEvents("v", 10, all);
      assert.equal(await keptFrom("v"), 20.5);
      assert.equal((await store.readEvents("v", [], 0)).keptFromMs, 20.5);
      assert.equal(await keptFrom("w"), Number.NEGATIVE_INFINITY);
      await store.appendEvents("v", eventsOf(["k", 1, 10, 10, 1]));
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [[1, 10, 10, 1]]);
    },
  },
  {
    name: "a trim that a newer event stops forgets nothing and leaves the watermark",
    run: async (store) => {
      await store.trimEvents("v", 3, { ...all, unlessNewerMs: Number.NEGATIVE_INFINITY });
      await store.appendEvents("v", eventsOf(["k", 1, 10, 10, 1], ["l", 2, 20, 20, 2]));
      await store.trimEvents("v", 15, { ...all, unlessNewerMs: 19 });
      assert.equal((await store.extent("v")).keptFromMs, 3);
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [[1, 10, 10, 1]]);
      await store.trimEvents("v", 15, { ...all, unlessNewerMs: 20 });
      assert.equal((await store.extent("v")).keptFromMs, 15);
      assert.deepEqual(await readEventRows(store, "v", "k", 0), []);
    },
  },
  {
    name: "the extent tells the oldest and newest event time ever appended, and the watermark",
    run: async (store) => {
      const [none, never] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      assert.deepEqual(await store.extent("v"), { keptFromMs: never, oldestMs: none, newestMs: never });
      await store.appendEvents("v", eventsOf(["k", 1, 10, 99, 1], ["l", 2, -5.5, 7, 2]));
      await store.appendEvents("v", eventsOf(["k", 3, 4, 5, 3]));
      assert.deepEqual(await store.extent("v"), { keptFromMs: never, oldestMs: -5.5, newestMs: 10 });
      await store.trimEvents("v", 100, all);
      assert.deepEqual(await store.extent("v"), { keptFromMs: 100, oldestMs: -5.5, newestMs: 10 });
      await store.trimEvents("w", 3, all);
      assert.deepEqual(await store.extent("w"), { keptFromMs: 3, oldestMs: none, newestMs: never });
    },
  },
  {
    name: "sparing the latest keeps what can still be a key's newest known event",
    run: async (store) => {
      await store.appendEvents(
        "v",
        eventsOf(
          ["k", 1, 10, 10, 1],
          ["k", 2, 12, 13, 2],
          ["k", 3, 12, 15, 3],
          ["k", 4, 14, 40, 4], // known after the trim's instant: until then event 3 is the newest
          ["k", 5, 30, 30, 5],
          ["late", 6, 1, 90, 6],
          ["late", 7, 2, 91, 7],
          ["old", 8, 1, 1, 8],
          ["ahead", 9, 5, 5, 9],
          ["ahead", 10, 6, 4, 10], // known before it happens, as the next ones
          ["ahead", 11, 20, 3, 11], // until after the trim's instant event 10 is the newest
          ["ahead", 12, 25, 3, 12],
        ),
      );
      await store.trimEvents("v", 20, sparing);
      const ids = async (key: string): Promise<unknown[]> =>
        (await readEventRows(store, "v", key, Number.NEGATIVE_INFINITY)).map(([id]) => id);
      assert.deepEqual(await ids("k"), [2, 3, 4, 5]);
      assert.deepEqual(await ids("late"), [6, 7]);
      assert.deepEqual(await ids("old"), [8]);
      assert.deepEqual(await ids("ahead"), [10, 11, 12]);
    },
  },
  {
    name: "a trim of many keys and of one key's many events forgets them all",
    run: async (store) => {
      const rows = Array.from({ length: 3000 }, (_, i) => [`k${i % 2 === 0 ? 0 : i}`, i, i, i, i] as const);
      await store.appendEvents("v", eventsOf(...rows));
      await store.trimEvents("v", 2990, all);
      const keys = [...new Set(rows.map(([key]) => key))];
      const { events } = await store.readEvents("v", keys, Number.NEGATIVE_INFINITY);
      assert.equal(
        events.reduce((count, own) => count + own.count, 0),
        10,
      );
    },
  },
];
