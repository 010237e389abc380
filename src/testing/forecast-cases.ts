import assert from "node:assert/strict";
import type { OfflineStore } from "../contracts/offline-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { joined, valuesOf } from "./offline-rows.ts";

const hour = 3_600_000;
const jan = (date: number, hours: number = 0): number => Date.UTC(2024, 0, date, hours);

/** Joins of rows that are known before they happen, as forecasts are. Each case takes a fresh store. */
export const forecastCases: readonly ContractCase<OfflineStore>[] = [
  {
    name: "1: of forecasts for one event time the one issued last counts, from the event time on, in whatever order they were appended",
    run: async (store) => {
      const [noon, tomorrow] = [jan(2, 12), jan(3, 12)];
      const source = [
        [1n, noon, jan(1, 18), 18],
        [1n, noon, jan(1, 23), 23],
        [1n, noon, jan(1, 6), 6],
        [1n, tomorrow, jan(1, 6), 0],
        [2n, noon, jan(1, 6), 1],
        [2n, noon, jan(2, 13), 13],
        [2n, noon, jan(1, 7), 2],
        [3n, noon, jan(1, 6), 1],
        [3n, noon, null, 12],
        [3n, noon, jan(1, 7), 2],
        [4n, noon, jan(1, 6), 1],
        [4n, noon, jan(1, 7), 2],
        [4n, noon, jan(1, 7), 3],
        [4n, noon, jan(1, 5), 4],
      ];
      const asked = [noon - 1, noon, jan(2, 13), tomorrow - 1];
      const spine = [1n, 2n, 3n, 4n].flatMap((id) => asked.map((at) => [id, at]));
      const found = valuesOf(await joined(store, source, spine, { useKnown: true }));
      const none = undefined;
      assert.deepEqual(found, [none, 23, 23, 23, none, 2, 13, 13, none, 12, 12, 12, none, 3, 3, 3]);
    },
  },
  {
    name: "1: a forecast that a known delay brings past its event time counts from then on",
    run: async (store) => {
      const noon = jan(2, 12);
      const source = [
        [1n, noon, jan(2, 11), 11],
        [1n, noon, jan(2, 9), 9],
        [1n, noon, jan(2, 10), 10],
      ];
      const spine = [noon, noon + hour - 1, noon + hour].map((at) => [1n, at]);
      const delayed = { useKnown: true, knownDelayMs: 2 * hour };
      assert.deepEqual(valuesOf(await joined(store, source, spine, delayed)), [10, 10, 11]);
    },
  },
];
