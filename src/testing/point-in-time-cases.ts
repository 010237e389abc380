import assert from "node:assert/strict";
import type { OfflineStore } from "../contracts/offline-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { joined, rowsOf, valuesOf } from "./offline-rows.ts";

const day = 86_400_000;
const jan = (date: number, hour: number = 0): number => Date.UTC(2024, 0, date, hour);

/**
 * Point-in-time joins, by the numbers of a survey of feature stores' own tests (1–9, 11, 13, 16–18, 27). Each case takes a fresh store.
 * The survey's other cases are of online stores (20–23, 26: `onlineContract`), or of the feature store as a whole.
 */
export const pointInTimeCases: readonly ContractCase<OfflineStore>[] = [
  {
    name: "1: of equal event times the one known later wins, then the one appended later",
    run: async (store) => {
      const spine = [
        [1001n, jan(3)],
        [1003n, jan(3)],
      ];
      const source = [
        [1001n, jan(1), jan(2), 20],
        [1001n, jan(1), jan(1), 10],
        [1003n, jan(1), jan(1), 1],
        [1003n, jan(1), jan(1), 2],
      ];
      assert.deepEqual(valuesOf(await joined(store, source, spine, { useKnown: true })), [20, 2]);
    },
  },
  {
    name: "2: a later event time beats a later known time",
    run: async (store) => {
      const source = [
        [1002n, jan(1), jan(2), 30],
        [1002n, jan(2), jan(1), 40],
      ];
      assert.deepEqual(valuesOf(await joined(store, source, [[1002n, jan(4)]], { useKnown: true })), [40]);
    },
  },
  {
    name: "3: the time to live bounds the past; expired is told from unmatched",
    run: async (store) => {
      const source = [
        [1n, jan(0), null, 11],
        [1n, jan(2), null, 22],
        [1n, jan(3), null, 33],
        [2n, Date.UTC(2023, 0, 3), null, 22],
        [3n, jan(1), jan(3), 10],
        [3n, jan(1), jan(2), 20],
      ];
      const result = await joined(
        store,
        source,
        [
          [1n, jan(1)],
          [1n, jan(2)],
          [2n, jan(1)],
          [3n, jan(3)],
          [4n, jan(3)],
        ],
        { ttlMs: 10 * day, useKnown: true },
      );
      assert.deepEqual(valuesOf(result), [11, 22, undefined, 10, undefined]);
      assert.deepEqual([...result.matched], [1, 1, 2, 1, 0]);
      assert.equal(result.eventTimeMs[1], jan(2));
    },
  },
  {
    name: "4: without a time to live the past is unbounded",
    run: async (store) => {
      assert.deepEqual(valuesOf(await joined(store, [[1n, -1e12, null, 7]], [[1n, jan(1)]])), [7]);
    },
  },
  {
    name: "5: with a known time, a correction counts only from when it was known",
    run: async (store) => {
      const source = [
        [1n, jan(1, 10), jan(1, 12), 0.4],
        [1n, jan(1, 10), jan(3), 0.6],
      ];
      assert.deepEqual(
        valuesOf(
          await joined(
            store,
            source,
            [
              [1n, jan(2)],
              [1n, jan(3)],
            ],
            { useKnown: true },
          ),
        ),
        [0.4, 0.6],
      );
    },
  },
  {
    name: "5b: without it, it counts at once",
    run: async (store) => {
      const source = [
        [1n, jan(1, 10), jan(1, 12), 0.4],
        [1n, jan(1, 10), jan(3), 0.6],
      ];
      assert.deepEqual(valuesOf(await joined(store, source, [[1n, jan(2)]])), [0.6]);
    },
  },
  {
    name: "6: the event time stands in for a known time that is null",
    run: async (store) => {
      const source = [
        [1n, jan(1, 10), jan(1, 12), 0.4],
        [1n, jan(1, 11), null, 0.6],
      ];
      assert.deepEqual(
        valuesOf(
          await joined(
            store,
            source,
            [
              [1n, jan(1, 11)],
              [1n, jan(2)],
            ],
            { useKnown: true },
          ),
        ),
        [0.6, 0.6],
      );
    },
  },
  {
    name: "7: a row all of whose candidates became known later is kept, unmatched",
    run: async (store) => {
      const result = await joined(
        store,
        [[1n, jan(1), jan(5), 1]],
        [
          [1n, jan(2)],
          [1n, jan(6)],
        ],
        { useKnown: true },
      );
      assert.deepEqual(valuesOf(result), [undefined, 1]);
    },
  },
  {
    name: "8: an entity never borrows another's value",
    run: async (store) => {
      const source = [
        [1n, jan(1), jan(1), 0.4],
        [2n, jan(1), jan(9), 0.9],
      ];
      assert.deepEqual(
        valuesOf(
          await joined(
            store,
            source,
            [
              [1n, jan(2)],
              [2n, jan(2)],
            ],
            { useKnown: true },
          ),
        ),
        [0.4, undefined],
      );
    },
  },
  {
    name: "a delay is added to the known time",
    run: async (store) => {
      const result = await joined(
        store,
        [[1n, jan(1), jan(1), 1]],
        [
          [1n, jan(2) - 1],
          [1n, jan(2)],
        ],
        { useKnown: true, knownDelayMs: day },
      );
      assert.deepEqual(valuesOf(result), [undefined, 1]);
    },
  },
  {
    name: "11: without keys the join is on time alone",
    run: async (store) => {
      await store.append(
        "g",
        rowsOf({ time: "instant", v: "f64" }, [
          [10, 1],
          [20, 2],
        ]),
      );
      const spine = rowsOf({ at: "instant" }, [[25], [15], [5]]);
      const result = await store.pointInTimeJoin({
        source: "g",
        spine,
        at: "at",
        keys: [],
        eventTime: "time",
        columns: ["v"],
      });
      assert.deepEqual(valuesOf(result), [2, 1, undefined]);
    },
  },
  {
    name: "27: composite keys are never confused; duplicates of the spine are kept in order",
    run: async (store) => {
      await store.append(
        "c",
        rowsOf({ a: "utf8", b: "utf8", time: "instant", v: "f64" }, [
          ["1", "12", 1, 100],
          ["11", "2", 1, 200],
          [null, "2", 1, 300],
        ]),
      );
      const spine = rowsOf({ a: "utf8", b: "utf8", at: "instant" }, [
        ["11", "2", 5],
        ["1", "12", 5],
        ["11", "2", 5],
        ["1", "2", 5],
        [null, "2", 5],
      ]);
      const result = await store.pointInTimeJoin({
        source: "c",
        spine,
        at: "at",
        keys: ["a", "b"],
        eventTime: "time",
        columns: ["v"],
      });
      assert.deepEqual(valuesOf(result), [200, 100, 200, undefined, undefined]);
    },
  },
  {
    name: "27: both bounds are included, and nothing beyond them",
    run: async (store) => {
      const result = await joined(
        store,
        [[1n, 1000, null, 1]],
        [
          [1n, 1000],
          [1n, 999.999],
          [1n, 1100],
          [1n, 1100.001],
        ],
        { ttlMs: 100 },
      );
      assert.deepEqual([...result.matched], [1, 0, 1, 2]);
    },
  },
  {
    name: "27: large keys, distant times, and the three states of a cell survive",
    run: async (store) => {
      const large = 2n ** 53n + 1n;
      const year9999 = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
      const source = [
        [large, -5e11 + 0.25, null, -0],
        [large - 1n, 1, null, 5],
        [7n, 1, null, null],
        [8n, 1, null, undefined],
        [9n, year9999, null, Number.NaN],
      ];
      const result = await joined(store, source, [
        [large, 5],
        [large - 1n, 5],
        [7n, 5],
        [8n, 5],
        [9n, year9999],
      ]);
      assert.deepEqual(valuesOf(result), [-0, 5, null, undefined, Number.NaN]);
      assert.deepEqual([...result.matched], [1, 1, 1, 1, 1]);
      assert.equal(result.eventTimeMs[0], -5e11 + 0.25);
    },
  },
];
