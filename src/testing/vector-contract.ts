import assert from "node:assert/strict";
import type { VectorStore } from "../contracts/vector-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { vectorRecallCases } from "./vector-recall-cases.ts";
import { batchOf, keysNear, nearestTo, spaceOf } from "./vector-rows.ts";
import { vectorRefusalCases } from "./vector-refusal-cases.ts";

const axes = batchOf(["east", [2, 0], 10], ["north", [0, 1], 20], ["both", [1, 1], 30], ["nowhere", [0, 0], 40]);
const east = Float64Array.of(1, 0);

/** What every vector store must do; each case takes a fresh one. */
export const vectorContract: readonly ContractCase<VectorStore>[] = [
  {
    name: "the nearest come first, with the score of the metric and the event time",
    run: async (store) => {
      await store.put(spaceOf(), axes);
      const expected = {
        cosine: { keys: ["east", "both", "north"], scores: [1, 1 / Math.SQRT2, 0], times: [10, 30, 20] },
        dot: { keys: ["east", "both", "north", "nowhere"], scores: [2, 1, 0, 0], times: [10, 30, 20, 40] },
        euclidean: {
          keys: ["both", "east", "nowhere", "north"],
          scores: [1, 1, 1, Math.SQRT2],
          times: [30, 10, 40, 20],
        },
      };
      for (const metric of store.capabilities.metrics) {
        const found = await nearestTo(store, spaceOf(), { vectors: east, metric });
        assert.deepEqual(found.keys, expected[metric].keys, metric);
        assert.deepEqual([...found.eventTimeMs], expected[metric].times);
        for (const [i, score] of expected[metric].scores.entries())
          assert.ok(Math.abs((found.scores[i] ?? Number.NaN) - score) < 1e-15, `${metric} ${i}: ${found.scores[i]}`);
      }
    },
  },
  {
    name: "many queries are answered each, in order; no query by no answer",
    run: async (store) => {
      await store.put(spaceOf(), axes);
      const queries = { vectors: Float32Array.of(0, 2, 3, 0, 0, 3), k: 1, metric: "dot" } as const;
      const found = await store.search(spaceOf(), queries);
      assert.deepEqual(
        found.map(({ keys }) => keys),
        [["both"], ["east"], ["both"]],
      );
      assert.deepEqual(await store.search(spaceOf(), { ...queries, vectors: new Float32Array(0) }), []);
    },
  },
  {
    name: "of equal scores the smaller key comes first, and is the one that is in",
    run: async (store) => {
      for (const key of ["d", "b", "a", "\uffff", "\ud83d\ude00", "c"])
        await store.put(spaceOf(), batchOf([key, [1, 2]]));
      assert.equal(await keysNear(store, [5, 5]), "a b c d \ud83d\ude00 \uffff");
      assert.equal(await keysNear(store, [5, 5], { k: 2 }), "a b");
    },
  },
  {
    name: "a vector is replaced by a later one alone, within a batch and across; at equal times the later known wins, then the larger ordinal",
    run: async (store) => {
      await store.put(spaceOf(), batchOf(["k", [1, 0], 5], ["k", [9, 0], 7], ["k", [2, 0], 6]));
      const at = async (): Promise<number> => (await nearestTo(store, spaceOf(), { vectors: east })).scores[0] ?? -1;
      assert.equal(await at(), 8);
      await store.put(spaceOf(), batchOf(["k", [3, 0], 6]));
      await store.put(spaceOf(), batchOf(["k", [4, 0], 7]));
      assert.equal(await at(), 8);
      await store.put(spaceOf(), batchOf(["k", [5, 0], 7, 8]));
      assert.equal(await at(), 4);
      await store.put(spaceOf(), batchOf(["k", [6, 0], 9]));
      assert.equal(await at(), 5);
      await store.put(spaceOf(), { ...batchOf(["k", [7, 0], 9], ["k", [8, 0], 9]), ordinals: Float64Array.of(4, 3) });
      await store.put(spaceOf(), { ...batchOf(["k", [9, 0], 9]), ordinals: Float64Array.of(3) });
      assert.equal(await at(), 6);
      assert.equal(await store.size(spaceOf()), 1);
    },
  },
  {
    name: "of vectors known before they come to be the one known last is the entity's, from its event time on",
    run: async (store) => {
      await store.put(spaceOf(), batchOf(["k", [1, 0], 10, 3], ["k", [2, 0], 10, 7], ["k", [3, 0], 10, 5]));
      await store.put(spaceOf(), batchOf(["k", [4, 0], 10, 6]));
      assert.equal(await keysNear(store, [0, 0], { atMs: 9.5 }), "");
      for (const atMs of [10, 11])
        assert.deepEqual([...(await nearestTo(store, spaceOf(), { vectors: east, atMs })).scores], [1]);
    },
  },
  {
    name: "an entity whose newest vector is null is not found, and an older vector does not bring it back",
    run: async (store) => {
      await store.put(spaceOf(), batchOf(["k", [1, 0], 5], ["l", [1, 0], 5]));
      await store.put(spaceOf(), batchOf(["k", null, 7]));
      await store.put(spaceOf(), batchOf(["k", [1, 0], 6]));
      assert.equal(await keysNear(store, [1, 0]), "l");
      assert.equal(await store.size(spaceOf()), 1);
      await store.put(spaceOf(), batchOf(["k", [1, 0], 8]));
      assert.equal(await keysNear(store, [1, 0]), "k l");
    },
  },
  {
    name: "what is removed is not found, and as if it had never been",
    run: async (store) => {
      await store.remove(spaceOf(), ["nobody"]);
      await store.put(spaceOf(), axes);
      await store.remove(spaceOf(), ["east", "nobody", "nowhere", "east"]);
      assert.equal(await keysNear(store, [1, 0]), "both north");
      assert.equal(await store.size(spaceOf()), 2);
      await store.put(spaceOf(), batchOf(["new", [5, 0], 1], ["east", [1, 0], 1]));
      assert.equal(await keysNear(store, [1, 0]), "east both north new");
    },
  },
  {
    name: "a filter lets through keys and times, and there are k of what it lets through",
    run: async (store) => {
      await store.put(spaceOf(), axes);
      await store.put(spaceOf(), batchOf(["late", [1, 0], 25, 99]));
      assert.equal(
        await keysNear(store, [2, 0], { k: 2, among: ["north", "nobody", "nowhere", "north"] }),
        "nowhere north",
      );
      assert.equal(await keysNear(store, [2, 0], { among: [] }), "");
      assert.equal(await keysNear(store, [2, 0], { k: 1, fromMs: 20.5 }), "late");
      assert.equal(await keysNear(store, [2, 0], { fromMs: 20, atMs: 30 }), "both north");
      assert.equal(await keysNear(store, [2, 0], { fromMs: 20, atMs: 99, among: ["late", "east"] }), "late");
      assert.equal(await keysNear(store, [2, 0], { fromMs: 41 }), "");
    },
  },
  {
    name: "two versions of a view lie side by side, and features of one; dropping one leaves the other",
    run: async (store) => {
      const other = { ...spaceOf(), feature: "other", dimension: 3 };
      await store.put(spaceOf("v"), batchOf(["a", [1, 0]]));
      await store.put(spaceOf("w", 3), batchOf(["b", [1, 0, 0]]));
      await store.put(other, batchOf(["c", [0, 0, 1]]));
      assert.equal(await keysNear(store, [1, 0]), "a");
      assert.equal(await keysNear(store, [1, 0, 0], {}, spaceOf("w", 3)), "b");
      assert.equal(await keysNear(store, [1, 0, 0], {}, other), "c");
      await store.drop("v");
      await store.drop("unknown");
      assert.equal(await keysNear(store, [1, 0]), "");
      assert.equal(await store.size(other), 0);
      assert.equal(await keysNear(store, [1, 0, 0], {}, spaceOf("w", 3)), "b");
      await store.put(spaceOf("v", 1), batchOf(["again", [1]]));
      assert.equal(await keysNear(store, [1], {}, spaceOf("v", 1)), "again");
    },
  },
  {
    name: "any keys come back as they were; vectors are kept in single precision",
    run: async (store) => {
      const keys = ["", "a\u0000b", "}", '["1","2"]', "ключ", "\r\n", "'; --"];
      await store.put(spaceOf("v'\u0000"), batchOf(...keys.map((key, i) => [key, [i, 0.1]] as const)));
      const found = await nearestTo(store, spaceOf("v'\u0000"), { vectors: Float64Array.of(0, 0.1) });
      assert.deepEqual(found.keys, keys);
      assert.equal(found.scores[0], Math.fround(0.1) - 0.1);
    },
  },
  ...vectorRefusalCases,
  ...vectorRecallCases,
];
