import { seededRandom } from "../../src/core/random.ts";
import type { VectorMetric } from "../../src/table/nearest/nearness.ts";
import { topK } from "../../src/table/nearest/top-k.ts";
import { bestMs, keep } from "../measure.ts";
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
}
