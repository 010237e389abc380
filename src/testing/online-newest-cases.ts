import assert from "node:assert/strict";
import type { OnlineRead, OnlineStore } from "../contracts/online-store.ts";
import { seededRandom } from "../core/random.ts";
import type { ContractCase } from "./contract-case.ts";
import { eventsOf } from "./online-events.ts";

type Event = readonly [key: string, id: number, eventMs: number, knownMs: number, value: number | null];

/** By event time, then known time, then id. */
function isNewer([, id, eventMs, knownMs]: Event, than: Event): boolean {
  if (eventMs !== than[2]) return eventMs > than[2];
  return knownMs === than[3] ? id > than[1] : knownMs > than[3];
}

function newestOf(events: readonly Event[], key: string): Event | undefined {
  return events
    .filter(([own]) => own === key)
    .reduce<Event | undefined>((best, event) => (best === undefined || isNewer(event, best) ? event : best), undefined);
}

/** The newest event of each key that was read. */
function newestIn({ events: found }: OnlineRead, keys: readonly string[]): readonly (Event | undefined)[] {
  return found.map(({ count, ids, eventTimeMs, knownTimeMs, values, present }, at) => {
    const key = keys[at] ?? "";
    const events = Array.from({ length: count }, (_, i): Event => {
      const value = present[0]?.[i] === 0 ? null : Number(values[0]?.values[i]);
      return [key, ids[i] ?? 0, eventTimeMs[i] ?? 0, knownTimeMs[i] ?? 0, value];
    });
    return newestOf(events, key);
  });
}

const names = Array.from({ length: 30 }, (_, i) => `k${i}`).concat("\0", "é\"'");

/** Events of many keys with many ties, some before 1970, in any order. */
function drawn(seed: string, count: number): readonly Event[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, id) => {
    const eventMs = random.int(6) - 3;
    const value = random.int(4) === 0 ? null : random.int(100);
    return [names[random.int(names.length)] ?? "", random.int(2) * 1000 - id, eventMs, eventMs + random.int(3), value];
  });
}

/** What a store must answer when it is asked for newest events. */
export const onlineNewestCases: readonly ContractCase<OnlineStore>[] = [
  {
    name: "the newest event of each key is read: of equal event times the one known last, then of the highest id",
    run: async (store) => {
      const events = drawn("newest", 400);
      const seen: Event[] = [];
      for (let from = 0; from < events.length; from += 80) {
        const some = events.slice(from, from + 80);
        seen.push(...some);
        await store.appendEvents("v", eventsOf(...some));
        for (const asked of [names, names.slice(0, 30), ["k3"], [...names, "none", ...names]]) {
          const read = await store.readNewest("v", asked);
          assert.deepEqual(
            newestIn(read, asked),
            asked.map((key) => newestOf(seen, key)),
          );
          assert.equal(read.keptFromMs, Number.NEGATIVE_INFINITY);
        }
      }
      await store.appendEvents("v", eventsOf(...events)); // again: nothing changes
      assert.deepEqual(
        newestIn(await store.readNewest("v", names), names),
        names.map((key) => newestOf(events, key)),
      );
      assert.deepEqual((await store.readNewest("w", ["k1"])).events[0]?.count, 0);
      assert.deepEqual((await store.readNewest("v", [])).events, []);
    },
  },
  {
    name: "what is forgotten is no newest event; what is spared still is; the watermark comes along",
    run: async (store) => {
      const events: readonly Event[] = [
        ["a", 1, 10, 10, 1],
        ["a", 2, 20, 20, 2],
        ["b", 3, 15, 99, null],
        ["c", 4, 5, 5, 4],
      ];
      for (const view of ["spared", "not"]) {
        await store.appendEvents(view, eventsOf(...events));
        await store.trimEvents(view, 18, { keepLatest: view === "spared" });
      }
      const keys = ["a", "b", "c"];
      const spared = await store.readNewest("spared", keys);
      assert.deepEqual([newestIn(spared, keys), spared.keptFromMs], [[events[1], events[2], events[3]], 18]);
      const rest = await store.readNewest("not", keys);
      assert.deepEqual([newestIn(rest, keys), rest.keptFromMs], [[events[1], undefined, undefined], 18]);
      await store.appendEvents("not", eventsOf(["c", 5, 3, 3, 5]));
      assert.deepEqual(newestIn(await store.readNewest("not", ["c"]), ["c"]), [["c", 5, 3, 3, 5]]);
    },
  },
  {
    name: "the newest event is told where values are of every kind; a dropped view has none",
    run: async (store) => {
      const times = [5, 7, 7, 7, 6];
      const known = [9, 7, 8, 8, 99];
      const ids = [4, 3, 1, 2, -5];
      const texts = ids.map((id) => "x".repeat(id + 5));
      for (const order of [
        [0, 1, 2, 3, 4],
        [3, 2, 4, 1, 0],
      ]) {
        for (const item of order) {
          const one = (values: readonly number[]): Float64Array => Float64Array.of(values[item] ?? 0);
          await store.appendEvents("v", {
            keys: ["k"],
            keyIndex: new Int32Array(1),
            ids: one(ids),
            eventTimeMs: one(times),
            knownTimeMs: one(known),
            values: [{ kind: "text", values: [texts[item] ?? ""] }],
            present: [undefined],
          });
        }
        for (const asked of [["k"], ["k", ...names.slice(0, 30)]]) {
          const read = await store.readNewest("v", asked);
          assert.deepEqual(newestIn(read, asked)[0]?.slice(0, 4), ["k", 2, 7, 8]);
          const [events] = read.events;
          const at = events?.ids.subarray(0, events.count).indexOf(2) ?? -1;
          assert.equal(events?.values[0]?.values[at], texts[3]);
        }
        await store.dropView("v");
        assert.equal((await store.readNewest("v", ["k"])).events[0]?.count, 0);
      }
    },
  },
];
