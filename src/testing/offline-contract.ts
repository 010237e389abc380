import assert from "node:assert/strict";
import type { OfflineStore } from "../contracts/offline-store.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";
import type { ContractCase } from "./contract-case.ts";
import { joined, rowsOf, scanned } from "./offline-rows.ts";
import { pointInTimeCases } from "./point-in-time-cases.ts";
import { pointInTimeEdges } from "./point-in-time-edges.ts";
import { agreesWithOracle } from "./point-in-time-oracle.ts";

/** What every offline store must do; each case takes a fresh store. */
export const offlineContract: readonly ContractCase<OfflineStore>[] = [
  ...pointInTimeCases,
  ...pointInTimeEdges,
  {
    name: "27: random histories are joined as the rule read literally says",
    run: async (store) => await agreesWithOracle(store, "offline contract", 24),
  },
  {
    name: "what was appended comes back in order, with every type, through any number of appends",
    run: async (store) => {
      const tags: { readonly [name: string]: CellTag } = {
        a: "f64",
        b: "i32",
        c: "i64",
        d: "utf8",
        e: "bool",
        f: "instant",
      };
      const rows: (readonly (CellValue | undefined)[])[] = [
        [-0, -1, 2n ** 62n, "é😀", true, 1.5],
        [Number.NaN, 2, -3n, "", false, -1],
        [null, null, null, null, null, null],
        [undefined, undefined, undefined, undefined, undefined, undefined],
      ];
      assert.equal(await store.has("t"), false);
      await store.append("t", rowsOf(tags, rows.slice(0, 1)));
      await store.append("t", rowsOf(tags, rows.slice(1)));
      assert.equal(await store.has("t"), true);
      assert.deepEqual(await scanned(store, "t", Object.keys(tags)), rows);
      assert.deepEqual(
        await scanned(store, "t", ["d"]),
        rows.map((row) => [row[3]]),
      );
      await store.drop("t");
      assert.equal(await store.has("t"), false);
    },
  },
  {
    name: "an append of several tables is one: all of it, or after an error nothing",
    run: async (store) => {
      const table = (...values: number[]) =>
        rowsOf(
          { v: "f64" },
          values.map((value) => [value]),
        );
      const other = rowsOf({ w: "f64" }, [[9]]);
      await assert.rejects(store.append("t", [table(1), other]));
      assert.equal(await store.has("t"), false);
      await store.append("t", [table(1, 2), table(3)]);
      await assert.rejects(store.append("t", [table(4), other]));
      assert.deepEqual(await scanned(store, "t", ["v"]), [[1], [2], [3]]);
      await store.append("t", [table(4)]);
      assert.deepEqual(await scanned(store, "t", ["v"]), [[1], [2], [3], [4]]);
    },
  },
  {
    name: "a join and an append beside a running scan take nothing from it",
    run: async (store) => {
      const tags: { readonly [name: string]: CellTag } = { time: "instant", v: "f64" };
      await store.append("t", [rowsOf(tags, [[1, 1]]), rowsOf(tags, [[2, 2]])]);
      let rows = 0;
      for await (const part of store.scan("t", ["v"])) {
        const spine = rowsOf({ at: "instant" }, [[3]]);
        const request = { source: "t", spine, at: "at", keys: [], eventTime: "time", columns: ["v"] };
        assert.deepEqual([...(await store.pointInTimeJoin(request)).matched], [1]);
        rows += part.rowCount;
      }
      assert.equal(rows, 2);
    },
  },
  {
    name: "a known time that is NaN never comes",
    run: async (store) => {
      const source = [
        [1n, 10, 10, 1],
        [1n, 20, Number.NaN, 2],
      ];
      assert.deepEqual([...(await joined(store, source, [[1n, 1e15]], { useKnown: true })).eventTimeMs], [10]);
    },
  },
  {
    name: "a source without rows, and a spine without rows, are answered",
    run: async (store) => {
      assert.deepEqual([...(await joined(store, [], [[1n, 5]])).matched], [0]);
      assert.deepEqual([...(await joined(store, [[1n, 1, null, 1]], [])).matched], []);
    },
  },
];
