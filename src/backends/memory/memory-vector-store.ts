import type { NearestVectors, VectorCapabilities, VectorStore, VectorSpace } from "../../contracts/vector-store.ts";
import { nextTurn } from "../../core/platform.ts";
import { requireBatch, requireDimension, requireQuery } from "../vectors/check-vectors.ts";
import { nearestRows } from "../vectors/nearest-rows.ts";
import { Spaces } from "../vectors/spaces.ts";
import { VectorRows } from "../vectors/vector-rows.ts";

const capabilities: VectorCapabilities = {
  metrics: ["cosine", "dot", "euclidean"],
  approximate: [],
  durable: false,
};

/**
 * An exact vector store in the memory of the process, nothing durable: every vector is looked at, in single precision with sums of doubles.
 * Cost of a search: vectors × dimension multiply-adds, some 25 to 45 ms for 100,000 vectors of 128 numbers.
 *
 * @example
 * ```ts
 * import { memoryVectors } from "sluice/backends/memory";
 * const store = memoryVectors();
 * const space = { view: "sha256:…", feature: "embedding", dimension: 2 };
 * await store.put(space, {
 *   keys: ["cat", "dog", "car"], vectors: Float32Array.of(1, 0.1, 0.9, 0.2, 0, 1),
 *   eventTimeMs: Float64Array.of(1, 1, 1), knownTimeMs: Float64Array.of(1, 1, 1),
 * });
 * const [nearest] = await store.search(space, { vectors: Float32Array.of(1, 0), k: 2, metric: "cosine" });
 * if (nearest?.keys.join() !== "cat,dog") throw new Error("cat and dog are nearest");
 * ```
 */
export function memoryVectors(): VectorStore {
  const spaces = new Spaces<VectorRows>();
  const known = (space: VectorSpace): VectorRows | undefined => {
    const rows = spaces.get(space);
    if (rows !== undefined) requireDimension(space, rows.dimension);
    return rows;
  };
  return {
    capabilities,
    put: async (space, batch, { signal } = {}) => {
      signal?.throwIfAborted();
      known(space);
      requireBatch(space, batch);
      const rows = spaces.opened(space, () => new VectorRows(space.dimension));
      for (let at = 0; at < batch.keys.length; at++) rows.put(batch, at);
    },
    remove: async (space, keys) => {
      const rows = known(space);
      for (const key of keys) rows?.remove(key);
    },
    search: async (space, query, { signal } = {}) => {
      const queries = requireQuery(space, query, capabilities);
      const found: NearestVectors[] = [];
      for (let at = 0; at < queries; at++) {
        if (at > 0) await nextTurn();
        signal?.throwIfAborted();
        const rows = known(space) ?? new VectorRows(space.dimension);
        found.push(nearestRows(rows, query, at, query.among && rows.rowsOf(query.among)));
      }
      return found;
    },
    size: async (space) => known(space)?.size ?? 0,
    drop: async (view) => spaces.drop(view),
    close: async () => spaces.clear(),
  };
}
