import assert from "node:assert/strict";
import type { VectorBatch, VectorStore } from "../contracts/vector-store.ts";
import type { VectorMetric } from "../table/nearest/nearness.ts";
import type { ContractCase } from "./contract-case.ts";
import { bruteForce, clusteredVectors, spaceOf } from "./vector-rows.ts";

const dimension = 24;
const searches = 30;
const space = spaceOf("many", dimension);

function batchFrom(vectors: Float32Array, from: number, to: number, eventMs: (row: number) => number): VectorBatch {
  const rows = Array.from({ length: to - from }, (_, i) => from + i);
  return {
    keys: rows.map((row) => `k${row}`),
    vectors: vectors.subarray(from * dimension, to * dimension),
    eventTimeMs: Float64Array.from(rows, eventMs),
    knownTimeMs: Float64Array.from(rows, eventMs),
  };
}

/** The share of the true ten nearest that searches find; each answer must have ten, in order. */
async function recallAtTen(
  store: VectorStore,
  metric: VectorMetric,
  vectors: Float32Array,
  filter: { readonly fromMs?: number; readonly firstRow: number },
): Promise<number> {
  const queries = clusteredVectors("queries", searches, dimension);
  const { fromMs, firstRow } = filter;
  const answers = await store.search(space, { vectors: queries, k: 10, metric, fromMs });
  let found = 0;
  for (let i = 0; i < searches; i++) {
    const query = queries.subarray(i * dimension, (i + 1) * dimension);
    const nearest = bruteForce(vectors.subarray(firstRow * dimension), query, 10, metric);
    const expected = new Set(nearest.map((row) => `k${row + firstRow}`));
    const { keys, scores } = answers[i] ?? { keys: [], scores: new Float64Array(0) };
    assert.equal(new Set(keys).size, 10);
    const sign = metric === "euclidean" ? 1 : -1;
    for (let j = 1; j < 10; j++) assert.ok(sign * ((scores[j] ?? 0) - (scores[j - 1] ?? 0)) >= 0, "nearest first");
    found += keys.filter((key) => expected.has(key)).length;
  }
  return found / (10 * searches);
}

async function requireRecall(
  store: VectorStore,
  vectors: Float32Array,
  filter: { readonly fromMs?: number; readonly firstRow: number } = { firstRow: 0 },
): Promise<void> {
  for (const metric of store.capabilities.metrics) {
    const least = store.capabilities.approximate.includes(metric) ? 0.95 : 1;
    const recall = await recallAtTen(store, metric, vectors, filter);
    assert.ok(recall >= least, `recall@10 by ${metric}: ${recall}, at least ${least} expected`);
  }
}

/** Of an exact store all, of an approximate one at least 95% of the ten nearest are found. */
export const vectorRecallCases: readonly ContractCase<VectorStore>[] = [
  {
    name: "of 10,000 clustered vectors the ten nearest are found, among a few recent ones too, and after a tenth was replaced",
    run: async (store) => {
      const vectors = clusteredVectors("vectors", 10_000, dimension);
      await store.put(
        space,
        batchFrom(vectors, 0, 10_000, (row) => row),
      );
      assert.equal(await store.size(space), 10_000);
      await requireRecall(store, vectors);
      await requireRecall(store, vectors, { fromMs: 5000, firstRow: 5000 });
      await requireRecall(store, vectors, { fromMs: 9950, firstRow: 9950 });
      const newer = vectors.slice();
      newer.set(clusteredVectors("newer", 1000, dimension));
      await store.put(
        space,
        batchFrom(newer, 0, 1000, () => 20_000),
      );
      assert.equal(await store.size(space), 10_000);
      await requireRecall(store, newer);
    },
  },
];
