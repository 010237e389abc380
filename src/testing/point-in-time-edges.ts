import assert from "node:assert/strict";
import type { OfflineStore, PointInTimeRequest } from "../contracts/offline-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { joined, rowsOf, scanned, valuesOf } from "./offline-rows.ts";
import { rejectsWith } from "./rejects-with.ts";

const hour = 3_600_000;

/** Two columns of values per driver, hour by hour. */
async function drivers(store: OfflineStore): Promise<PointInTimeRequest> {
  await store.append(
    "drivers",
    rowsOf({ driver_id: "i64", time: "instant", rate: "f64", city: "utf8" }, [
      [1n, hour, 20, "Rome"],
      [1n, 2 * hour, 30, "Oslo"],
      [2n, hour, 40, null],
    ]),
  );
  const spine = rowsOf({ label: "bool", driver_id: "i64", at: "instant" }, [
    [true, 2n, 3 * hour],
    [false, 1n, 1.5 * hour],
    [true, 3n, 3 * hour],
  ]);
  return { source: "drivers", spine, at: "at", keys: ["driver_id"], eventTime: "time", columns: ["city", "rate"] };
}

/** What a join answers and refuses beside the rule itself: 9, 13, 16–18 and more of 27. Each case takes a fresh store. */
export const pointInTimeEdges: readonly ContractCase<OfflineStore>[] = [
  {
    name: "9: a source whose key has another name is joined once it is renamed",
    run: async (store) => {
      const source = rowsOf({ id: "i64", time: "instant", v: "f64" }, [
        [1n, 1, 20],
        [2n, 1, 40],
      ]);
      const { id, ...rest } = source.columns;
      assert.ok(id !== undefined);
      await store.append("s", { ...source, columns: { driver_id: id, ...rest } });
      const spine = rowsOf({ driver_id: "i64", at: "instant" }, [
        [1n, 5],
        [2n, 5],
      ]);
      const keys = ["driver_id"];
      const request = { source: "s", spine, at: "at", keys, eventTime: "time", columns: ["v"] };
      assert.deepEqual(valuesOf(await store.pointInTimeJoin(request)), [20, 40]);
    },
  },
  {
    name: "13: a column that the source does not have, and a source that does not exist, are errors that name it",
    run: async (store) => {
      const request = await drivers(store);
      const without = async (change: Partial<PointInTimeRequest>): Promise<void> => {
        await store.pointInTimeJoin({ ...request, ...change });
      };
      await rejectsWith("data/missing-column", without({ columns: ["rating"] }));
      await rejectsWith("data/missing-column", without({ eventTime: "when" }));
      await rejectsWith("data/missing-column", without({ knownTime: "known" }));
      await rejectsWith("data/missing-column", without({ at: "when" }));
      await rejectsWith("data/missing-column", without({ keys: ["rider_id"] }));
      await rejectsWith("data/version-not-found", without({ source: "riders" }));
      await rejectsWith("data/missing-column", scanned(store, "drivers", ["rating"]));
      await rejectsWith("data/version-not-found", scanned(store, "riders", ["rate"]));
    },
  },
  {
    name: "13: a key or a time of another type than the source's is an error",
    run: async (store) => {
      const request = await drivers(store);
      const spine = rowsOf({ driver_id: "utf8", at: "instant" }, [["1", 5]]);
      await rejectsWith("table/type-mismatch", store.pointInTimeJoin({ ...request, spine }));
      await rejectsWith("table/type-mismatch", store.pointInTimeJoin({ ...request, eventTime: "rate" }));
      await rejectsWith("table/type-mismatch", store.pointInTimeJoin({ ...request, knownTime: "rate" }));
      await rejectsWith("table/type-mismatch", store.pointInTimeJoin({ ...request, at: "label" }));
    },
  },
  {
    name: "16: the answer has the columns that were asked for, in that order, and the spine's rows",
    run: async (store) => {
      const request = await drivers(store);
      const { columns, matched, eventTimeMs } = await store.pointInTimeJoin(request);
      assert.deepEqual(Object.keys(columns.columns), ["city", "rate"]);
      assert.equal(columns.rowCount, 3);
      assert.deepEqual([...matched], [1, 1, 0]);
      assert.deepEqual([...eventTimeMs.subarray(0, 2)], [hour, hour]);
      const none = await store.pointInTimeJoin({ ...request, columns: [] });
      assert.deepEqual(Object.keys(none.columns.columns), []);
      assert.deepEqual([...none.matched], [1, 1, 0]);
    },
  },
  {
    name: "17: each entity asked once at the end of an interval gives its latest values, all inside it",
    run: async (store) => {
      const request = await drivers(store);
      const end = 2 * hour;
      const spine = rowsOf({ driver_id: "i64", at: "instant" }, [
        [1n, end],
        [2n, end],
      ]);
      const { columns, matched, eventTimeMs } = await store.pointInTimeJoin({ ...request, spine, ttlMs: hour });
      assert.deepEqual([...matched], [1, 1]);
      assert.deepEqual([...(columns.columns["rate"]?.values ?? [])], [30, 40]);
      assert.ok(eventTimeMs.every((ms) => ms >= end - hour && ms <= end));
    },
  },
  {
    name: "18: what a join gave, appended and read back, is what it gave",
    run: async (store) => {
      const { columns } = await store.pointInTimeJoin(await drivers(store));
      await store.append("saved", columns);
      const saved = await scanned(store, "saved", ["city", "rate"]);
      assert.deepEqual(saved, [
        [null, 40],
        ["Rome", 20],
        [undefined, undefined],
      ]);
    },
  },
  {
    name: "27: a missing key matches nothing, not even another missing key; a missing instant has no answer",
    run: async (store) => {
      const source = [
        [null, 1, null, 1],
        [undefined, 1, null, 2],
        [1n, null, null, 3],
        [1n, Number.NaN, null, 4],
      ];
      await store.append("s", rowsOf({ id: "i64", time: "instant", known: "instant", v: "f64" }, source));
      const spine = rowsOf({ id: "i64", at: "instant" }, [
        [null, 9],
        [undefined, 9],
        [1n, null],
        [1n, Number.NaN],
        [1n, 9],
      ]);
      const request = { source: "s", spine, at: "at", keys: ["id"], eventTime: "time", columns: ["v"] };
      assert.deepEqual([...(await store.pointInTimeJoin(request)).matched], [0, 0, 0, 0, 0]);
    },
  },
  {
    name: "27: ties of event and known time go to the row appended last, within an append and across appends",
    run: async (store) => {
      const spine = [
        [1n, 5],
        [2n, 5],
      ];
      const first = [
        [1n, 1, 2, 10],
        [2n, 1, 2, 20],
        [2n, 1, 2, 21],
      ];
      assert.deepEqual(valuesOf(await joined(store, first, spine, { useKnown: true })), [10, 21]);
      assert.deepEqual(valuesOf(await joined(store, [[1n, 1, 2, 11]], spine, { useKnown: true })), [11, 21]);
    },
  },
];
