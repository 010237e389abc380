import assert from "node:assert/strict";
import type { NearestVectors, VectorBatch, VectorStore, VectorQuery, VectorSpace } from "../contracts/vector-store.ts";
import { type Random, seededRandom } from "../core/random.ts";
import type { VectorMetric } from "../table/nearest/nearness.ts";

/** A space of vectors of two numbers. */
export function spaceOf(view = "v", dimension = 2): VectorSpace {
  return { view, feature: "embedding", dimension };
}

/** A batch of `[key, vector or null, event time, known time]`; the times are 1 where they are left out. */
export function batchOf(
  ...rows: readonly (readonly [string, readonly number[] | null, number?, number?])[]
): VectorBatch {
  const dimension = rows.find(([, vector]) => vector !== null)?.[1]?.length ?? 2;
  return {
    keys: rows.map(([key]) => key),
    vectors: Float64Array.from(rows.flatMap(([, vector]) => vector ?? new Array<number>(dimension).fill(0))),
    eventTimeMs: Float64Array.from(rows, ([, , eventMs = 1]) => eventMs),
    knownTimeMs: Float64Array.from(rows, ([, , eventMs = 1, knownMs = eventMs]) => knownMs),
    present: Uint8Array.from(rows, ([, vector]) => (vector === null ? 0 : 1)),
  };
}

/** The answer to one query. */
export async function nearestTo(
  store: VectorStore,
  space: VectorSpace,
  query: Partial<VectorQuery> & { readonly vectors: Float64Array | Float32Array },
): Promise<NearestVectors> {
  const [found, ...others] = await store.search(space, { k: 10, metric: "euclidean", ...query });
  assert.ok(found !== undefined && others.length === 0);
  return found;
}

/** The keys of the answer to one query of two numbers. */
export async function keysNear(
  store: VectorStore,
  vector: readonly number[],
  query: Partial<VectorQuery> = {},
  space: VectorSpace = spaceOf(),
): Promise<string> {
  return (await nearestTo(store, space, { vectors: Float64Array.from(vector), ...query })).keys.join(" ");
}

/** Vectors around seeded centres, as embeddings lie: nearer to their own centre than to others. */
export function clusteredVectors(seed: string, rows: number, dimension: number): Float32Array {
  const random: Random = seededRandom(seed);
  const centres = Float32Array.from({ length: 100 * dimension }, () => random.normal());
  const vectors = new Float32Array(rows * dimension);
  for (let row = 0; row < rows; row++) {
    const centre = (row % 100) * dimension;
    for (let i = 0; i < dimension; i++)
      vectors[row * dimension + i] = (centres[centre + i] ?? 0) + 0.5 * random.normal();
  }
  return vectors;
}

/** The rows nearest to a vector, by the definitions, one after another. */
export function bruteForce(
  matrix: Float32Array,
  query: Float32Array,
  k: number,
  metric: VectorMetric,
): readonly number[] {
  const dimension = query.length;
  const nearest: { readonly row: number; readonly nearness: number }[] = [];
  for (let row = 0; row < matrix.length / dimension; row++) {
    let [dot, own, distance] = [0, 0, 0];
    for (let i = 0; i < dimension; i++) {
      const [x = 0, y = 0] = [matrix[row * dimension + i], query[i]];
      dot += x * y;
      own += x * x;
      distance += (x - y) ** 2;
    }
    const nearness = { dot, cosine: dot / Math.sqrt(own), euclidean: -distance }[metric];
    const place = nearest.findIndex((one) => nearness > one.nearness);
    if (place >= 0) nearest.splice(place, 0, { row, nearness });
    else if (nearest.length < k) nearest.push({ row, nearness });
    if (nearest.length > k) nearest.pop();
  }
  return nearest.map(({ row }) => row);
}
