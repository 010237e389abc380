import assert from "node:assert/strict";
import type { OnlineStore } from "../contracts/online-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { eventsOf, readEventRows } from "./online-events.ts";

const row = (key: string): Parameters<OnlineStore["writeRows"]>[1][number] => ({
  key,
  eventTimeMs: 1,
  knownTimeMs: 1,
  bytes: Uint8Array.of(1),
});
const unused = {
  keptFromMs: Number.NEGATIVE_INFINITY,
  oldestMs: Number.POSITIVE_INFINITY,
  newestMs: Number.NEGATIVE_INFINITY,
};

/** What dropping a view and an aborted signal must do; each case takes a fresh store. */
export const onlineCallCases: readonly ContractCase<OnlineStore>[] = [
  {
    name: "a dropped view is as if it had never been used; others stay as they are",
    run: async (store) => {
      const events = eventsOf(["k", 1, 10, 10, 1], ["k", 2, 20, 20, 2], ["l", 3, 5, 5, 3]);
      for (const view of ["v", "w"]) {
        await store.appendEvents(view, events);
        await store.writeRows(view, [row("k"), row("")]);
        await store.trimEvents(view, 10, { keepLatest: false });
      }
      const kept = await store.extent("w");
      await store.dropView("v");
      await store.dropView("v");
      await store.dropView("never used");
      assert.deepEqual(await store.extent("v"), unused);
      assert.deepEqual(await store.readRows("v", ["k", ""]), [undefined, undefined]);
      assert.deepEqual(await readEventRows(store, "v", "k", Number.NEGATIVE_INFINITY), []);
      assert.equal((await store.readEvents("v", [], 0)).keptFromMs, Number.NEGATIVE_INFINITY);
      assert.deepEqual(await store.extent("w"), kept);
      assert.deepEqual(await readEventRows(store, "w", "k", 0), [
        [1, 10, 10, 1],
        [2, 20, 20, 2],
      ]);
      assert.equal((await store.readRows("w", [""]))[0]?.eventTimeMs, 1);
      assert.equal(await store.appendEvents("v", events), 3);
      await store.writeRows("v", [{ ...row("k"), eventTimeMs: 0 }]);
      assert.equal((await store.readRows("v", ["k"]))[0]?.eventTimeMs, 0);
      assert.deepEqual(await store.extent("v"), { ...unused, oldestMs: 5, newestMs: 20 });
    },
  },
  {
    name: "a drop of a view with many entities and of one with many events forgets them all",
    run: async (store) => {
      const keys = Array.from({ length: 3000 }, (_, i) => `k${i % 2 === 0 ? 0 : i}`);
      await store.appendEvents("v", eventsOf(...keys.map((key, i) => [key, i, i, i, i] as const)));
      await store.writeRows("v", [...new Set(keys)].map(row));
      await store.dropView("v");
      const { events } = await store.readEvents("v", [...new Set(keys)], Number.NEGATIVE_INFINITY);
      assert.equal(
        events.reduce((count, own) => count + own.count, 0),
        0,
      );
      assert.ok((await store.readRows("v", keys)).every((found) => found === undefined));
    },
  },
  {
    name: "with a signal that is aborted already, every call rejects with its reason and does nothing",
    run: async (store) => {
      const events = eventsOf(["k", 1, 10, 10, 1]);
      await store.appendEvents("v", events);
      const before = await store.extent("v");
      const reason = new Error("no longer wanted");
      const call = { signal: AbortSignal.abort(reason) };
      const calls: readonly (() => Promise<unknown>)[] = [
        () => store.writeRows("v", [row("k")], call),
        () => store.readRows("v", ["k"], call),
        () => store.appendEvents("v", eventsOf(["k", 2, 20, 20, 2]), call),
        () => store.readEvents("v", ["k"], 0, call),
        () => store.readNewest(["v"], ["k"], call),
        () => store.trimEvents("v", 15, { keepLatest: false, ...call }),
        () => store.dropView("v", call),
        () => store.extent("v", call),
      ];
      for (const run of calls) await assert.rejects(run(), (error) => error === reason);
      assert.deepEqual(await store.readRows("v", ["k"]), [undefined]);
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [[1, 10, 10, 1]]);
      assert.deepEqual(await store.extent("v"), before);
      const { signal } = new AbortController();
      assert.equal((await store.readEvents("v", ["k"], 0, { signal })).events[0]?.count, 1);
    },
  },
];
