import assert from "node:assert/strict";
import type { OnlineRow, OnlineStore } from "../contracts/online-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { eventsOf, readEventRows } from "./online-events.ts";
import { onlineCallCases } from "./online-call-cases.ts";
import { onlineNewestCases } from "./online-newest-cases.ts";
import { onlineTrimCases } from "./online-trim-cases.ts";
import { onlineValueCases } from "./online-value-cases.ts";

const row = (key: string, eventTimeMs: number, text: string, knownTimeMs: number = eventTimeMs): OnlineRow => ({
  key,
  eventTimeMs,
  knownTimeMs,
  bytes: new TextEncoder().encode(text),
});

async function textOf(store: OnlineStore, view: string, key: string): Promise<string | undefined> {
  const [found] = await store.readRows(view, [key]);
  return found === undefined ? undefined : new TextDecoder().decode(found.bytes);
}

/** What every online store must do; each case takes a fresh store. Numbers are those of a survey of feature stores' own tests. */
export const onlineContract: readonly ContractCase<OnlineStore>[] = [
  {
    name: "20: an older row never replaces a newer one; a newer one does",
    run: async (store) => {
      await store.writeRows("v", [row("1", 1000, "hi")]);
      await store.writeRows("v", [row("1", 500, "bye")]);
      assert.equal(await textOf(store, "v", "1"), "hi");
      await store.writeRows("v", [row("1", 2000, "latest")]);
      assert.equal(await textOf(store, "v", "1"), "latest");
    },
  },
  {
    name: "21: rows of one batch in any order leave the latest",
    run: async (store) => {
      await store.writeRows("v", [row("1", 2, "b"), row("1", 3, "c"), row("1", 1, "a")]);
      assert.equal(await textOf(store, "v", "1"), "c");
    },
  },
  {
    name: "22: at equal event times the later known time wins, else the first write",
    run: async (store) => {
      await store.writeRows("v", [row("1", 5, "first", 7)]);
      await store.writeRows("v", [row("1", 5, "again", 7)]);
      assert.equal(await textOf(store, "v", "1"), "first");
      await store.writeRows("v", [row("1", 5, "corrected", 8)]);
      assert.equal(await textOf(store, "v", "1"), "corrected");
    },
  },
  {
    name: "23: other views and keys are untouched; unknown keys are undefined; repeated keys are answered in order",
    run: async (store) => {
      await store.writeRows("v", [row("1", 1, "v1"), row("a\u0000b", 1, "nul"), row("", 1, "empty")]);
      await store.writeRows("w", [row("1", 1, "w1")]);
      await store.writeRows("v", [row("1", 2, "v2")]);
      assert.equal(await textOf(store, "w", "1"), "w1");
      assert.equal(await textOf(store, "v", "a"), undefined);
      assert.equal(await textOf(store, "v", "a\u0000b"), "nul");
      assert.equal(await textOf(store, "v", ""), "empty");
      const found = await store.readRows("v", ["1", "2", "1"]);
      assert.deepEqual(
        found.map((one) => one?.eventTimeMs),
        [2, undefined, 2],
      );
    },
  },
  {
    name: "any bytes and any keys come back as they were",
    run: async (store) => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const keys = ["}", "{}", "{a}:b", "\r\n*1", "ключ", '["1","2"]', "view:v"];
      const rows = keys.map((key, i) => ({
        key,
        eventTimeMs: i - 2.5,
        knownTimeMs: 0.5 - i,
        bytes: bytes.subarray(i * 32),
      }));
      await store.writeRows("v:{w}", rows);
      assert.deepEqual(
        (await store.readRows("v:{w}", keys)).map((found) => found && { ...found, bytes: [...found.bytes] }),
        rows.map((written) => ({ ...written, bytes: [...written.bytes] })),
      );
      await store.writeRows("empty", [row("k", 1, "")]);
      assert.equal(await textOf(store, "empty", "k"), "");
      await store.appendEvents("v:{w}", eventsOf(...keys.map((key, i) => [key, i, i, i, i] as const)));
      for (const [i, key] of keys.entries())
        assert.deepEqual(await readEventRows(store, "v:{w}", key, 0), [[i, i, i, i]]);
    },
  },
  {
    name: "a call of many rows writes and reads them all; the latest of a key wins wherever it stands",
    run: async (store) => {
      const keys = Array.from({ length: 2500 }, (_, i) => `k${i}`);
      const older = keys.map((key) => row(key, 1, `older ${key}`));
      const newer = keys.map((key) => row(key, 2, key));
      await store.writeRows("v", [...older.slice(0, 1000), ...newer, ...older.slice(1000)]);
      const found = await store.readRows("v", [...keys, "none"]);
      assert.deepEqual(
        found.map((one) => one && new TextDecoder().decode(one.bytes)),
        [...keys, undefined],
      );
    },
  },
  {
    name: "an id counts once in its view, for the entity that had it first; in another view it is another event",
    run: async (store) => {
      assert.equal(await store.appendEvents("v", eventsOf(["a", 1, 10, 10, 1], ["a", 2, 20, 20, 2])), 2);
      const pushed = eventsOf(["b", 1, 10, 10, 1], ["b", 3, 30, 30, 3], ["c", 3, 30, 30, 3], ["a", 3, 30, 30, 3]);
      assert.equal(await store.appendEvents("v", pushed), 1);
      assert.equal(await store.appendEvents("v", pushed), 0);
      assert.deepEqual(await readEventRows(store, "v", "a", 0), [
        [1, 10, 10, 1],
        [2, 20, 20, 2],
      ]);
      assert.deepEqual(await readEventRows(store, "v", "b", 0), [[3, 30, 30, 3]]);
      assert.deepEqual(await readEventRows(store, "v", "c", 0), []);
      assert.equal(await store.appendEvents("w", eventsOf(["b", 1, 10, 10, 1])), 1);
      // What was forgotten counts as new, for whichever entity; so does what was dropped.
      await store.trimEvents("v", 15, { keepLatest: false });
      assert.equal(await store.appendEvents("v", eventsOf(["b", 1, 16, 16, 1], ["b", 2, 20, 20, 2])), 1);
      await store.dropView("v");
      assert.equal(await store.appendEvents("v", eventsOf(["c", 1, 10, 10, 1], ["c", 2, 20, 20, 2])), 2);
    },
  },
  {
    name: "events come back sorted by event time, then id, whatever their order of arrival",
    run: async (store) => {
      await store.appendEvents("v", eventsOf(["k", 3, 30, 31, 3], ["k", 1, 10, 90, 1], ["k", 5, 20, 21, 5]));
      await store.appendEvents("v", eventsOf(["k", 4, 20, 22, 4], ["k", 2, 5, 6, 2]));
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [
        [2, 5, 6, 2],
        [1, 10, 90, 1],
        [4, 20, 22, 4],
        [5, 20, 21, 5],
        [3, 30, 31, 3],
      ]);
      assert.deepEqual(await readEventRows(store, "v", "k", 20), [
        [4, 20, 22, 4],
        [5, 20, 21, 5],
        [3, 30, 31, 3],
      ]);
    },
  },
  {
    name: "an event is added once by its id, within a call and across calls, per view",
    run: async (store) => {
      const batch = eventsOf(["k", 7, 10, 10, 1], ["k", 7, 10, 10, 1], ["l", 8, 11, 11, 2]);
      assert.equal(await store.appendEvents("v", batch), 2);
      assert.equal(await store.appendEvents("v", batch), 0);
      assert.equal(await store.appendEvents("w", batch), 2);
      assert.deepEqual(await readEventRows(store, "v", "k", 0), [[7, 10, 10, 1]]);
    },
  },
  {
    name: "nulls, NaN, −0, infinities, large ids and fractional times come back as they were",
    run: async (store) => {
      const large = Number.MAX_SAFE_INTEGER;
      await store.appendEvents(
        "v",
        eventsOf(
          ["k", 1, -5.5, -5.25, null],
          ["k", 2, 1, 1, Number.NaN],
          ["k", large, 2, 2, -0],
          ["k", -3, 3, 3, Number.NEGATIVE_INFINITY],
        ),
      );
      assert.deepEqual(await readEventRows(store, "v", "k", -10), [
        [1, -5.5, -5.25, null],
        [2, 1, 1, Number.NaN],
        [large, 2, 2, -0],
        [-3, 3, 3, Number.NEGATIVE_INFINITY],
      ]);
    },
  },
  {
    name: "26: unknown keys have no events; repeated keys are answered in order",
    run: async (store) => {
      await store.appendEvents("v", eventsOf(["1,12", 1, 1, 1, 1], ["11,2", 2, 1, 1, 2]));
      const { events: found } = await store.readEvents("v", ["11,2", "x", "1,12", "11,2"], 0);
      assert.deepEqual(
        found.map((events) => (events.count === 0 ? undefined : events.ids[0])),
        [2, undefined, 1, 2],
      );
    },
  },
  {
    name: "a read of many keys answers each with its own events, in order, whatever the keys are",
    run: async (store) => {
      const keys = Array.from({ length: 40 }, (_, i) => `k${i}`).concat("\0", "a\0b", "'é😀\"", "{}", "");
      const own = (at: number): number[] => Array.from({ length: at % 4 }, (_, i) => at * 10 + i);
      const events = keys.flatMap((key, at) =>
        own(at).map((id) => [key, id, -id, id + 0.5, id % 3 === 0 ? null : id] as const),
      );
      await store.appendEvents("v", eventsOf(...events));
      const plain = keys.slice(0, 40);
      for (const asked of [plain, keys, [...plain].reverse().concat(plain), [...keys, "none", ...keys]]) {
        const { events: found } = await store.readEvents("v", asked, -395);
        assert.deepEqual(
          found.map(({ count, ids }) => [...ids.subarray(0, count)]),
          asked.map((key) =>
            own(Math.max(0, keys.indexOf(key)))
              .filter((id) => id <= 395)
              .reverse(),
          ),
        );
        const cells = found.map(({ count, values, present }) =>
          Array.from({ length: count }, (_, i) => (present[0]?.[i] === 0 ? null : values[0]?.values[i])),
        );
        const ids = found.map(({ count, ids: its }) => [...its.subarray(0, count)]);
        assert.deepEqual(
          cells,
          ids.map((its) => its.map((id) => (id % 3 === 0 ? null : id))),
        );
      }
    },
  },
  ...onlineNewestCases,
  ...onlineTrimCases,
  ...onlineValueCases,
  ...onlineCallCases,
];
