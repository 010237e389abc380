import assert from "node:assert/strict";
import type { OfflineStore } from "../contracts/offline-store.ts";
import type { CellTag, CellValue } from "../core/cell-type.ts";
import { cellAt } from "../table/cell-at.ts";
import type { ContractCase } from "./contract-case.ts";
import { forecastCases } from "./forecast-cases.ts";
import { joined, rowsOf, scanned } from "./offline-rows.ts";
import { pointInTimeCases } from "./point-in-time-cases.ts";
import { pointInTimeEdges } from "./point-in-time-edges.ts";
import { rejectsWith } from "./rejects-with.ts";
import { agreesWithOracle } from "./point-in-time-oracle.ts";

const awkwardNumbers: readonly number[] = [
  ...[-0, 0, 1, -1.5, 0.1, 1 / 3, 1e21, -1e-7, 5e-324, Number.MAX_VALUE],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
];

/** What every offline store must do; each case takes a fresh store. */
export const offlineContract: readonly ContractCase<OfflineStore>[] = [
  ...pointInTimeCases,
  ...forecastCases,
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
        g: "json",
        h: "f64[]",
        i: "utf8[]",
      };
      const rows: (readonly (CellValue | undefined)[])[] = [
        [-0, -1, 2n ** 62n, "é😀", true, 1.5, '{"a":[1]}', awkwardNumbers, ["", "a,b", '"]', "\u0000\u0001", "é😀"]],
        [Number.NaN, 2, -3n, "", false, -1, "null", [], []],
        Object.keys(tags).map(() => null),
        Object.keys(tags).map(() => undefined),
        [0, 0, 0n, "x", true, 0, "1", [0.1, 1e300], ["null"]],
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
    name: "lists are joined to the bit: of a match its list, the empty one too; of none, and of a null, none; they are no keys",
    run: async (store) => {
      const tags: { readonly [name: string]: CellTag } = { id: "i32", time: "instant", v: "f64[]", w: "utf8[]" };
      const source = rowsOf(tags, [
        [1, 10, awkwardNumbers, ["a"]],
        [1, 20, [], null],
        [2, 10, [7], []],
      ]);
      await store.append("s", source);
      const spine = rowsOf({ id: "i32", at: "instant" }, [
        [1, 25],
        [1, 15],
        [3, 15],
        [2, 15],
        [1, 15],
      ]);
      const request = { source: "s", spine, at: "at", keys: ["id"], eventTime: "time", columns: ["v", "w"] };
      const { columns } = await store.pointInTimeJoin(request);
      const { v, w } = columns.columns;
      assert.ok(v !== undefined && w !== undefined);
      assert.deepEqual(
        [0, 1, 2, 3, 4].map((row) => [cellAt(v, row), cellAt(w, row)]),
        [
          [[], null],
          [awkwardNumbers, ["a"]],
          [undefined, undefined],
          [[7], []],
          [awkwardNumbers, ["a"]],
        ],
      );
      const listed = rowsOf({ v: "f64[]", at: "instant" }, [[[7], 15]]);
      await rejectsWith("table/type-mismatch", store.pointInTimeJoin({ ...request, spine: listed, keys: ["v"] }));
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
  {
    name: "a join whose signal has aborted rejects with its reason, and one whose signal has not answers",
    run: async (store) => {
      const tags: { readonly [name: string]: CellTag } = { id: "i32", time: "instant", v: "f64" };
      await store.append("stopped", rowsOf(tags, [[1, 10, 3]]));
      const spine = rowsOf({ id: "i32", at: "instant" }, [[1, 15]]);
      const request = { source: "stopped", spine, at: "at", keys: ["id"], eventTime: "time", columns: ["v"] };
      const stop = new AbortController();
      const { signal } = stop;
      assert.deepEqual([...(await store.pointInTimeJoin({ ...request, signal })).matched], [1]);
      const reason = new Error("stopped");
      stop.abort(reason);
      await assert.rejects(store.pointInTimeJoin({ ...request, signal }), reason);
    },
  },
];
