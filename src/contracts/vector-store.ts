import type { VectorMetric } from "../table/nearest/nearness.ts";

/** One vector feature of one view: what is searched as a whole. */
export interface VectorSpace {
  /** The view's hash: vectors of two versions of a view never meet. */
  readonly view: string;
  readonly feature: string;
  /** How many numbers a vector has, from 1; the first batch settles it. */
  readonly dimension: number;
}

/** Vectors of entities; all arrays have one length, the matrix that many rows. */
export interface VectorBatch {
  /** The entities' keys, as the feature store encodes them. */
  readonly keys: readonly string[];
  /** Finite numbers, row after row; kept in single precision. */
  readonly vectors: Float32Array | Float64Array;
  /** When each became so, epoch ms. */
  readonly eventTimeMs: Float64Array;
  /** When that became known, epoch ms. */
  readonly knownTimeMs: Float64Array;
  /** What settles equal times: of those the larger counts, as an event's id does. Left out when it is 0 for all. */
  readonly ordinals?: Float64Array | undefined;
  /** One byte a row: 1 = a vector, 0 = the entity has none as of that event (a null). Left out when all have one. */
  readonly present?: Uint8Array | undefined;
}

/** What is looked for. */
export interface VectorQuery {
  /** Finite numbers, one query after another. */
  readonly vectors: Float32Array | Float64Array;
  /** How many to find for each, at least 1; fewer come back where there are fewer. */
  readonly k: number;
  readonly metric: VectorMetric;
  /** Only entities with one of these keys. @default all */
  readonly among?: readonly string[] | undefined;
  /** Only vectors with an event time from then on, epoch ms. @default all */
  readonly fromMs?: number | undefined;
  /** Only vectors that had happened and were known by then, epoch ms. @default all */
  readonly atMs?: number | undefined;
}

/** The nearest vectors to one query, nearest first; of equal scores the smaller key, by UTF-16 code units, first. */
export interface NearestVectors {
  readonly keys: readonly string[];
  /** The cosine (in [−1, 1] up to rounding), the dot product, or the distance; computed in doubles, the same bits in every engine. */
  readonly scores: Float64Array;
  readonly eventTimeMs: Float64Array;
}

/** How a call may be ended early. */
export interface VectorCallOptions {
  /** Ends the call with the signal's reason, between its steps. What a writing call has done stays; doing it again completes it. */
  readonly signal?: AbortSignal | undefined;
}

/** What differs between engines. */
export interface VectorCapabilities {
  /** By which metrics can be searched. */
  readonly metrics: readonly VectorMetric[];
  /**
   * By which of them a search is approximate: it may miss some of the nearest, and has others in their place. All else is exact there too:
   * scores, order, how many come back, what a filter lets through. Empty for an exact engine.
   */
  readonly approximate: readonly VectorMetric[];
  /** Whether what an awaited call wrote outlives the process. */
  readonly durable: boolean;
}

/**
 * The newest vector of each entity, searched by likeness. `argument/invalid` for what is no batch or query: numbers that are not finite (in
 * single precision too), another dimension than the space's, k below 1, a metric that the engine lacks, a query of length 0 by `cosine`;
 * nothing is written then.
 */
export interface VectorStore {
  readonly capabilities: VectorCapabilities;
  /** Adds vectors; one is replaced only by one with a later (event time, known time, ordinal). Of a call that fails some may be written; doing it again completes it. */
  put(space: VectorSpace, batch: VectorBatch, options?: VectorCallOptions): Promise<void>;
  /** Forgets entities, as if nothing had ever been put of them; unknown keys are nothing to do. */
  remove(space: VectorSpace, keys: readonly string[]): Promise<void>;
  /** The nearest to each query, in order; nothing in a space that nothing was put into. A vector of length 0 is never near by `cosine`. */
  search(space: VectorSpace, query: VectorQuery, options?: VectorCallOptions): Promise<readonly NearestVectors[]>;
  /** How many entities have a vector. */
  size(space: VectorSpace): Promise<number>;
  /** Forgets all vectors of a view; nothing else may write it meanwhile. */
  drop(view: string): Promise<void>;
  /** Closes what the store itself opened. */
  close(): Promise<void>;
}
