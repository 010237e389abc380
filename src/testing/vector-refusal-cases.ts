import assert from "node:assert/strict";
import type { VectorStore } from "../contracts/vector-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { rejectsWith } from "./rejects-with.ts";
import { batchOf, keysNear, nearestTo, spaceOf } from "./vector-rows.ts";

/** What an vector store must refuse, or have no answer to. */
export const vectorRefusalCases: readonly ContractCase<VectorStore>[] = [
  {
    name: "nothing is found where nothing was put, and what was not put is no space",
    run: async (store) => {
      assert.equal(await keysNear(store, [1, 0]), "");
      assert.equal(await store.size(spaceOf()), 0);
      await store.put(spaceOf(), batchOf());
      assert.equal(await keysNear(store, [1, 0]), "");
      await store.put(spaceOf(), batchOf(["k", [1, 0]]));
      assert.equal(await keysNear(store, [1, 0], {}, spaceOf("other", 2)), "");
    },
  },
  {
    name: "k beyond what is there gives all of it; k below 1 is refused",
    run: async (store) => {
      await store.put(spaceOf(), batchOf(["a", [1, 0]], ["b", [2, 0]], ["c", null]));
      assert.equal(await keysNear(store, [2, 0], { k: 100_000 }), "b a");
      for (const k of [0, -1, 1.5, Number.NaN]) await rejectsWith("argument/invalid", keysNear(store, [1, 0], { k }));
    },
  },
  {
    name: "another dimension is refused, in a batch, a query or a space",
    run: async (store) => {
      await store.put(spaceOf(), batchOf(["a", [1, 0]]));
      await rejectsWith("argument/invalid", store.put(spaceOf(), batchOf(["b", [1, 0, 0]])));
      await rejectsWith("argument/invalid", store.put(spaceOf("v", 3), batchOf(["b", [1, 0, 0]])));
      await rejectsWith("argument/invalid", keysNear(store, [1, 0, 0]));
      await rejectsWith("argument/invalid", keysNear(store, [1, 0, 0], {}, spaceOf("v", 3)));
      for (const dimension of [0, -2, 1.5, Number.NaN])
        await rejectsWith("argument/invalid", store.put(spaceOf("w", dimension), batchOf()));
      await rejectsWith("argument/invalid", store.put(spaceOf(), { ...batchOf(["b", [1, 0]]), keys: [] }));
      assert.equal(await keysNear(store, [1, 0]), "a");
    },
  },
  {
    name: "a number that is none, or too large for single precision, is refused with all of its batch",
    run: async (store) => {
      for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 1e39]) {
        await rejectsWith("argument/invalid", store.put(spaceOf(), batchOf(["a", [1, 0]], ["b", [1, wrong]])));
        await rejectsWith("argument/invalid", keysNear(store, [wrong, 0]));
      }
      await rejectsWith("argument/invalid", store.put(spaceOf(), batchOf(["a", [1, 0], Number.NaN])));
      assert.equal(await store.size(spaceOf()), 0);
    },
  },
  {
    name: "what has no direction is never near by cosine; a query without one is refused",
    run: async (store) => {
      if (!store.capabilities.metrics.includes("cosine")) return;
      await store.put(spaceOf(), batchOf(["zero", [0, 0]], ["tiny", [0, 1e-40]], ["large", [-1e30, 1e30]]));
      const found = await nearestTo(store, spaceOf(), { vectors: Float64Array.of(0, 1e-42), metric: "cosine" });
      assert.deepEqual(found.keys, ["tiny", "large"]);
      for (const [i, cosine] of [1, 1 / Math.SQRT2].entries())
        assert.ok(Math.abs((found.scores[i] ?? Number.NaN) - cosine) < 1e-12);
      await rejectsWith("argument/invalid", keysNear(store, [0, 0], { metric: "cosine" }));
      await store.put(spaceOf(), batchOf(["large", [0, 0], 2], ["zero", [1, 1], 2]));
      assert.equal(await keysNear(store, [0, 1], { metric: "cosine" }), "tiny zero");
    },
  },
  {
    name: "a call whose signal is aborted ends with its reason",
    run: async (store) => {
      const signal = AbortSignal.abort(new Error("enough"));
      await assert.rejects(store.put(spaceOf(), batchOf(["a", [1, 0]]), { signal }), /enough/);
      const query = { vectors: Float64Array.of(1, 0), k: 1, metric: "dot" } as const;
      await assert.rejects(store.search(spaceOf(), query, { signal }), /enough/);
    },
  },
];
