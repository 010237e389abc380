import { Index } from "usearch";
import { memoryVectors } from "../../src/backends/memory/memory-vector-store.ts";
import { usearch } from "../../src/backends/usearch/usearch.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { VectorMetric } from "../../src/table/nearest/nearness.ts";
import { topK } from "../../src/table/nearest/top-k.ts";
import { clusteredVectors } from "../../src/testing/vector-rows.ts";
import { bestMs, keep, onceMs } from "../measure.ts";
import { report } from "../report.ts";

const rows = 100_000;
const dimension = 128;
const metrics: readonly VectorMetric[] = ["dot", "cosine", "euclidean"];

/** Exact search among embeddings: 100,000 vectors of 128 numbers, ten to find. Products of the query alone are counted, not those of lengths. */
export async function benchVectorSearch(): Promise<void> {
  const random = seededRandom("vector-search");
  const single = Float32Array.from({ length: rows * dimension }, () => random.normal());
  const query = Float32Array.from({ length: dimension }, () => random.normal());
  for (const matrix of [single, Float64Array.from(single)]) {
    for (const metric of metrics) {
      const ms = await bestMs(() => keep(topK(matrix, dimension, query, { k: 10, metric }).scores[0] ?? 0), 10);
      report({
        bench: "features",
        case: `top 10 of 100k × 128 by ${metric}, ${matrix instanceof Float32Array ? "float32" : "float64"}`,
        value: (rows * dimension * 1000) / ms,
        unit: "multiply-adds/s",
        atLeast: 100e6,
      });
    }
  }
  await benchGraph();
}

/** The same size of clustered vectors through the port: exact, and by the graph of usearch, which may miss some. */
async function benchGraph(): Promise<void> {
  const queries = 50;
  const all = clusteredVectors("vector-search", rows + queries, dimension);
  const keys = Array.from({ length: rows }, (_, row) => String(row));
  const times = new Float64Array(rows);
  const space = { view: "bench", feature: "embedding", dimension };
  const batch = { keys, vectors: all.subarray(0, rows * dimension), eventTimeMs: times, knownTimeMs: times };
  const query = { vectors: all.subarray(rows * dimension), k: 10, metric: "cosine" } as const;
  const exact = memoryVectors();
  await exact.put(space, batch);
  const graph = usearch({ Index, threads: 0 });
  const buildMs = await onceMs(() => graph.put(space, batch));
  report({
    bench: "features",
    case: "usearch: graph of 100k × 128",
    value: rows / (buildMs / 1000),
    unit: "vectors/s",
  });
  const truth = await exact.search(space, query);
  const found = await graph.search(space, query);
  const hits = found.map(({ keys: near }, i) => near.filter((key) => truth[i]?.keys.includes(key)).length);
  const recall = hits.reduce((sum, hit) => sum + hit, 0) / (10 * queries);
  report({ bench: "features", case: "usearch: recall@10 by cosine", value: recall, unit: "share", atLeast: 0.95 });
  const exactMs = await bestMs(() => exact.search(space, query), 3);
  const graphMs = await bestMs(() => graph.search(space, query), 3);
  report({
    bench: "features",
    case: "usearch: top 10 of 100k × 128 by cosine, beside exact",
    value: graphMs / queries,
    unit: "ms",
    baseline: exactMs / queries,
  });
}
