import { expect } from "vitest";
import type { OnlineStore } from "../../../src/contracts/online-store.ts";
import { FeatureStore, featureService, featureView } from "../../../src/features/index.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import type { Workbench } from "../feature-workbench.ts";
import { answers, column, served, trained } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { commitRatings, driver, hour, idRatings, jan, ratingService } from "./drivers.ts";
import { untouchable } from "./untouchable-stores.ts";

const now = jan(10);
const options = { source: idRatings, entities: [driver] };
const latest = featureView("latest", { ...options, latest: { v: "v" } });
const other = featureView("other", { ...options, latest: { v: "v" }, ttl: "30d" });
const service = featureService("pushed", [latest]);
const v = "latest.v";

/** An id, an event time, a value, and when it was known where that is not the event time. */
type Event = readonly [id: number, time: number, v: number, created?: number];

async function push({ store }: Workbench, events: readonly Event[], target = latest): Promise<void> {
  const rows = events.map(([id, time, value, created = time]) => ({ id, driver: 1n, time, created, v: value }));
  await store.push(target, tableFromRows(rows, idRatings.columns));
}

async function valueAt({ store }: Workbench, atMs: number): Promise<unknown> {
  const { features } = await store.online(service, { driver: 1n }, { atMs });
  return features[v].status === "present" ? features[v].value : features[v].status;
}

/** What the online store holds and answers, when it is written in whatever order. */
export const online: readonly ConformanceCase[] = [
  {
    number: 19,
    name: "materialized in two intervals, online and history say the same at the end of each",
    run: async (bench) => {
      const instant = (text: string): number => Date.parse(text);
      const end = instant("2024-01-10T12:00:00Z");
      await commitRatings(bench, [
        [1n, end - 4 * hour, null, 0.1],
        [2n, end, null, null],
        [1n, end - 3 * hour, null, 0.3],
        [3n, instant("2024-01-10T09:00:00+01:00"), null, 4],
        [3n, instant("2024-01-10T03:00:00-08:00"), null, 5],
      ]);
      const split = end - 2.5 * hour;
      const rated = ratingService();
      const asked = (at: number) => [1n, 2n, 3n].map((id) => ({ driver: id, at }));
      const { store } = bench;
      expect(await store.backfill(rated, { from: end - 5 * hour, to: split })).toMatchObject({ events: 3 });
      const first = await served(bench, rated, asked(split));
      expect(column(first, "rating.v")).toEqual([0.3, undefined, 4]);
      expect(await trained(bench, rated, asked(split))).toEqual(first);
      expect(await store.materialize(rated, { to: end })).toMatchObject({ events: 2 });
      const second = await served(bench, rated, asked(end));
      expect(column(second, "rating.v")).toEqual([0.3, null, 5]);
      expect(await trained(bench, rated, asked(end))).toEqual(second);
      expect(await store.materialize(rated, { to: end })).toMatchObject({ events: 0 });
    },
  },
  {
    number: 20,
    name: "an older write, and a materialization of older rows, replace nothing newer",
    run: async (bench) => {
      await push(bench, [[1, now, 1]]);
      await push(bench, [[2, now - hour, 2]]);
      expect(await valueAt(bench, now + 2 * hour)).toBe(1);
      await push(bench, [[3, now + hour, 3]]);
      expect(await valueAt(bench, now + 2 * hour)).toBe(3);
      const rows = [{ id: 4, driver: 1n, time: now - hour / 2, created: now, v: 4 }];
      await bench.datasets.commit(idRatings, [tableFromRows(rows, idRatings.columns)]);
      await bench.store.materialize(service, { to: now + hour });
      expect(await valueAt(bench, now + 2 * hour)).toBe(3);
      expect(await valueAt(bench, now - 1)).toBe(2);
    },
  },
  {
    number: 21,
    name: "one batch in any order leaves the latest value",
    run: async (bench) => {
      const events: readonly Event[] = [
        [1, now, 1],
        [2, now + 1, 2],
        [3, now + 2, 3],
      ];
      for (const order of ["012", "021", "102", "120", "201", "210"]) {
        const batch = [...order].map((i) => events[Number(i)] ?? events[0]) as readonly Event[];
        // Each order under ids of its own, a millisecond after the one before.
        const round = Number(order);
        await push(
          bench,
          batch.map(([id, time, value]) => [round * 10 + id, time + round, round + value / 10]),
        );
        expect(await valueAt(bench, now + hour)).toBe(round + 0.3);
      }
    },
  },
  {
    number: 22,
    name: "of one event time the row known later counts; written again under its id, the first",
    run: async (bench) => {
      await push(bench, [[1, now, 1, now + 1]]);
      await push(bench, [[1, now, 2, now + 1]]);
      expect(await valueAt(bench, now + hour)).toBe(1);
      await push(bench, [[2, now, 3, now + 2]]);
      expect([await valueAt(bench, now + 1), await valueAt(bench, now + 2)]).toEqual([1, 3]);
      await push(bench, [[3, now, 4, now + 1]]);
      expect(await valueAt(bench, now + hour)).toBe(3);
    },
  },
  {
    number: 23,
    name: "a newer write counts, and other views and entities are as they were",
    run: async (bench) => {
      const both = featureService("both", [latest, other]);
      await bench.store.register(both);
      const rows = [1n, 2n].map((id, i) => ({ id: i, driver: id, time: now, created: now, v: 1 }));
      await bench.store.push(idRatings, tableFromRows(rows, idRatings.columns));
      await push(bench, [[9, now + 1, 2]]);
      const { values } = await bench.store.vectors(both, [{ driver: 1n }, { driver: 2n }], {
        atMs: Float64Array.of(now + hour, now + hour),
      });
      expect([...values]).toEqual([2, 1, 1, 1]);
    },
  },
  {
    number: 24,
    name: "a value is gone when its time to live is over, online as in training",
    run: async (bench) => {
      await commitRatings(bench, [[1n, now, null, 7]]);
      const questions = [0, 999, 1000, 1000.5, 5000].map((ms) => ({ driver: 1n, at: now + ms }));
      const found = await answers(bench, ratingService({ ttl: "1s" }), questions, now);
      expect(column(found, "rating.v")).toEqual([7, 7, 7, undefined, undefined]);
      const { features } = await bench.store.online(ratingService({ ttl: "1s" }), { driver: 1n }, { atMs: now + 1001 });
      expect(features).toMatchObject({ "rating.v": { status: "expired" } });
    },
  },
  {
    number: 25,
    name: "a missing, null or empty key is an error before anything is read",
    run: async ({ options: wired }) => {
      const places = featureView("places", {
        source: { ...idRatings, columns: { ...idRatings.columns, place: { tag: "utf8", nullable: false } } },
        entities: [{ kind: "entity", name: "place", keys: { place: { tag: "utf8", nullable: false } } }],
        latest: { v: "v" },
      });
      const store = new FeatureStore({ ...wired, ...untouchable });
      const named = featureService("places", [places]);
      for (const [input, found] of [
        [{}, 'nothing for "place" in row 0'],
        [{ place: null }, 'null for "place" in row 0'],
        [{ place: "" }, 'an empty entity key "place" in row 0 of a request of feature service "places"'],
        [{ place: 1 }, '1 for "place" in row 0'],
      ] as const) {
        const refused = { code: "features/invalid-input", found };
        await expect(store.online(named, input as never)).rejects.toMatchObject(refused);
        await expect(store.vectors(named, [input])).rejects.toMatchObject(refused);
      }
    },
  },
  {
    number: 26,
    name: "an entity that is asked for twice in a request is read once, and answered at each place",
    run: async ({ options: wired, store }) => {
      const reads: (readonly string[])[] = [];
      const watched: OnlineStore = {
        ...bound(wired.online),
        readEvents: async (view, keys, fromMs) => {
          reads.push(keys);
          return await wired.online.readEvents(view, keys, fromMs);
        },
        readNewest: async (view, keys) => {
          reads.push(keys);
          return await wired.online.readNewest(view, keys);
        },
      };
      await store.register(service);
      const rows = [1n, 2n].map((id) => ({ id: Number(id), driver: id, time: now, created: now, v: Number(id) }));
      await store.push(idRatings, tableFromRows(rows, idRatings.columns));
      const watching = new FeatureStore({ ...wired, online: watched });
      const inputs = [2n, 1n, 3n, 2n, 1n, 2n].map((id) => ({ driver: id }));
      const { values, statuses } = await watching.vectors(service, inputs, {
        atMs: new Float64Array(inputs.length).fill(now),
      });
      expect([...values]).toEqual([2, 1, Number.NaN, 2, 1, 2]);
      expect([...statuses]).toEqual([1, 1, 2, 1, 1, 1]);
      expect(reads).toEqual([["2", "1", "3"]]);
    },
  },
];

/** A store's methods, whether it is an object of functions or of a class. */
function bound(store: OnlineStore): OnlineStore {
  return {
    capabilities: store.capabilities,
    writeRows: async (view, rows, call) => await store.writeRows(view, rows, call),
    readRows: async (view, keys, call) => await store.readRows(view, keys, call),
    appendEvents: async (view, batch, call) => await store.appendEvents(view, batch, call),
    readEvents: async (view, keys, fromMs, call) => await store.readEvents(view, keys, fromMs, call),
    readNewest: async (view, keys, call) => await store.readNewest(view, keys, call),
    trimEvents: async (view, beforeMs, trim) => await store.trimEvents(view, beforeMs, trim),
    dropView: async (view, call) => await store.dropView(view, call),
    extent: async (view, call) => await store.extent(view, call),
    close: async () => await store.close(),
  };
}
