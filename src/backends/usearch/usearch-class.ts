/** What is needed of an index of usearch: its class `Index` makes such. */
export interface UsearchIndex {
  /** Adds vectors, one after the other in `vectors`, under their keys. */
  add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
  /** The k nearest of each query. */
  search(vectors: Float32Array[], k: number, threads: number): UsearchMatches;
}

/** Matches of usearch: the keys of the first query, then those of the next, k places each. */
export interface UsearchMatches {
  readonly keys: BigUint64Array;
  /** How many of the k places of each query are taken; missing where there was one query, whose keys are then just those found. */
  readonly counts?: BigUint64Array;
}

/** The class `Index` of the package usearch, 2.20 or newer. Its options are enums, which nothing but that package can name. */
export type UsearchClass = new (options: never) => UsearchIndex;
