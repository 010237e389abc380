import type { NearestVectors, VectorCapabilities, VectorStore, VectorSpace } from "../../contracts/vector-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { nextTurn } from "../../core/platform.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";
import { requireBatch, requireDimension, requireQuery } from "../vectors/check-vectors.ts";
import { Spaces } from "../vectors/spaces.ts";
import type { GraphSettings } from "./hnsw-graph.ts";
import type { UsearchClass } from "./usearch-class.ts";
import { UsearchSpace } from "./usearch-space.ts";

/** What {@link usearch} takes. */
export interface UsearchOptions {
  /** The class `Index` of the package usearch. */
  readonly Index: UsearchClass;
  /** By which metrics there is a graph; each costs its own memory and its own time when vectors are put. By the others every vector is looked at. @default ["cosine"] */
  readonly approximate?: readonly VectorMetric[];
  /** How many neighbours a node has, from 2: more find more and cost more memory. @default 16 */
  readonly connectivity?: number;
  /** How many candidates are kept while a node finds its neighbours, from 1: more find more, and putting takes longer. @default 128 */
  readonly expansionAdd?: number;
  /** How many candidates are kept during a search, by `dot` four times as many, from 1: more find more, and searching takes longer. @default 64 */
  readonly expansionSearch?: number;
  /** Threads that put vectors, from 1; 0 = as many as the machine has processors. With more than one the graph, and what it misses, differs from run to run. @default 1 */
  readonly threads?: number;
}

const metrics: readonly VectorMetric[] = ["cosine", "dot", "euclidean"];

/**
 * An approximate vector store in the memory of the process, by the HNSW graphs of usearch (Malkov and Yashunin, 2016), nothing durable. Candidates
 * come from the graph, scores and order are computed exactly; where the graph has too few that a filter lets through, and below 1000 vectors, every vector
 * is looked at. Vectors are held twice, here and in the graph.
 * Errors: `argument/invalid` for options out of bounds.
 *
 * @example
 * ```ts
 * import { Index } from "usearch";
 * import { usearch } from "sluice/backends/usearch";
 * const store = usearch({ Index });
 * const space = { view: "sha256:…", feature: "embedding", dimension: 2 };
 * const times = Float64Array.of(1, 1);
 * await store.put(space, { keys: ["cat", "car"], vectors: Float32Array.of(1, 0, 0, 1), eventTimeMs: times, knownTimeMs: times });
 * const [nearest] = await store.search(space, { vectors: Float32Array.of(0.1, 0.9), k: 1, metric: "cosine" });
 * if (nearest?.keys[0] !== "car") throw new Error("the car is nearest");
 * ```
 */
export function usearch(options: UsearchOptions): VectorStore {
  const settings = settingsOf(options);
  const approximate = options.approximate ?? ["cosine"];
  if (!approximate.every((metric) => metrics.includes(metric)))
    throw invalid(`approximate: ${approximate.join(", ")}`, '"cosine", "dot" or "euclidean"');
  const capabilities: VectorCapabilities = { metrics, approximate: [...new Set(approximate)], durable: false };
  const spaces = new Spaces<UsearchSpace>();
  const known = (space: VectorSpace): UsearchSpace | undefined => {
    const held = spaces.get(space);
    if (held !== undefined) requireDimension(space, held.rows.dimension);
    return held;
  };
  const make = (space: VectorSpace): UsearchSpace =>
    new UsearchSpace(space.dimension, settings, capabilities.approximate);
  return {
    capabilities,
    put: async (space, batch, { signal } = {}) => {
      signal?.throwIfAborted();
      known(space);
      requireBatch(space, batch);
      await spaces.opened(space, () => make(space)).put(batch, signal);
    },
    remove: async (space, keys) => await known(space)?.remove(keys),
    search: async (space, query, { signal } = {}) => {
      const queries = requireQuery(space, query, capabilities);
      const found: NearestVectors[] = [];
      for (let at = 0; at < queries; at++) {
        if (at > 0) await nextTurn();
        signal?.throwIfAborted();
        found.push((known(space) ?? make(space)).nearest(query, at));
      }
      return found;
    },
    size: async (space) => known(space)?.rows.size ?? 0,
    drop: async (view) => spaces.drop(view),
    close: async () => spaces.clear(),
  };
}

function settingsOf(options: UsearchOptions): GraphSettings {
  const { Index, connectivity = 16, expansionAdd = 128, expansionSearch = 64, threads = 1 } = options;
  if (typeof Index !== "function")
    throw invalid(`Index: ${typeof Index}`, 'the class, as in import { Index } from "usearch"');
  const least = { connectivity: 2, expansionAdd: 1, expansionSearch: 1, threads: 0 };
  for (const [name, value] of Object.entries({ connectivity, expansionAdd, expansionSearch, threads })) {
    const from = Reflect.get(least, name);
    if (!Number.isSafeInteger(value) || value < from) throw invalid(`${name}: ${value}`, `a whole number from ${from}`);
  }
  return { Index, connectivity, expansionAdd, expansionSearch, threads };
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "Leave the option out for the default." });
}
