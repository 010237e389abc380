import type { VectorBatch, VectorCapabilities, VectorQuery, VectorSpace } from "../../contracts/vector-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { lengthOf } from "../../table/nearest/nearness.ts";

/** Refuses what is no batch of a space with `argument/invalid`, before anything is written. */
export function requireBatch(space: VectorSpace, batch: VectorBatch): void {
  const { keys, vectors, eventTimeMs, knownTimeMs, present, ordinals } = batch;
  requireDimension(space, space.dimension);
  const rows = keys.length;
  if (vectors.length !== rows * space.dimension)
    throw invalid(
      space,
      `${vectors.length} numbers for ${rows} keys`,
      `${space.dimension} for each, as the space's vectors`,
    );
  for (const array of [eventTimeMs, knownTimeMs, present, ordinals]) {
    if (array !== undefined && array.length !== rows)
      throw invalid(space, `arrays of ${array.length} and ${rows} rows`, "arrays of one length");
  }
  for (let row = 0; row < rows; row++) {
    if (
      !Number.isFinite(eventTimeMs[row]) ||
      !Number.isFinite(knownTimeMs[row]) ||
      !Number.isFinite(ordinals?.[row] ?? 0)
    )
      throw invalid(space, `no event time, known time or ordinal for ${named(keys[row])}`, "finite numbers");
    if (present !== undefined && present[row] !== 1) continue;
    const wrong = notFinite(vectors, row * space.dimension, space.dimension);
    if (wrong !== undefined)
      throw invalid(space, `${wrong} in the vector of ${named(keys[row])}`, "numbers that single precision can hold");
  }
}

/** Refuses what is no query of a space with `argument/invalid`; answers with how many queries it holds. */
export function requireQuery(space: VectorSpace, query: VectorQuery, { metrics }: VectorCapabilities): number {
  const { vectors, k, metric } = query;
  const { dimension } = space;
  requireDimension(space, dimension);
  if (!metrics.includes(metric))
    throw invalid(space, `metric: ${String(metric)}`, metrics.map((one) => `"${one}"`).join(", "));
  if (!Number.isSafeInteger(k) || k < 1) throw invalid(space, `k: ${k}`, "a whole number from 1");
  if (vectors.length % dimension !== 0)
    throw invalid(space, `a query of ${vectors.length} numbers`, `${dimension}, as the space's vectors`);
  const wrong = notFinite(vectors, 0, vectors.length);
  if (wrong !== undefined) throw invalid(space, `${wrong} in a query`, "numbers that single precision can hold");
  const queries = vectors.length / dimension;
  for (let i = 0; metric === "cosine" && i < queries; i++) {
    if (lengthOf(vectors, i * dimension, dimension) === 0)
      throw invalid(space, "a query of length 0, which has no direction", "another vector, or another metric");
  }
  return queries;
}

/** Refuses another dimension than the vectors have that a space holds, with `argument/invalid`. */
export function requireDimension(space: VectorSpace, held: number): void {
  if (!Number.isSafeInteger(space.dimension) || space.dimension < 1)
    throw invalid(space, `dimension: ${space.dimension}`, "a whole number from 1");
  if (space.dimension !== held)
    throw invalid(space, `vectors of ${space.dimension} numbers`, `${held}, as those that are there`);
}

function notFinite(vectors: VectorBatch["vectors"], from: number, count: number): number | undefined {
  for (let i = from; i < from + count; i++) if (!Number.isFinite(Math.fround(vectors[i] ?? 0))) return vectors[i];
  return undefined;
}

function named(key: string | undefined): string {
  return JSON.stringify(key ?? "");
}

function invalid({ view, feature }: VectorSpace, found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `${found} (feature "${feature}" of view ${view})`,
    expected,
    fix: "Pass whole vectors of the space's dimension, row after row.",
  });
}
