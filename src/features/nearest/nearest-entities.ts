import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ColumnTypes, RowOf } from "../../core/cell-type.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";

/** What is looked for. */
export interface NearestOptions {
  /** How many to find, at least 1; fewer come back where there are fewer. */
  readonly k: number;
  /** @default "cosine" */
  readonly metric?: VectorMetric;
  /** Only entities with one of these keys. @default all */
  readonly among?: readonly FeatureInputRow[];
  /** The instant of the search, epoch ms: what had not happened or was not known by then is not found. @default now */
  readonly atMs?: number;
  readonly signal?: AbortSignal;
}

/** The entities whose vectors are nearest, nearest first. */
export interface NearestEntities<K extends ColumnTypes = ColumnTypes> {
  /** Their keys. */
  readonly entities: readonly RowOf<K>[];
  /** The cosine (in [−1, 1] up to rounding), the dot product, or the distance. */
  readonly scores: Float64Array;
  /** When each vector became so, epoch ms. */
  readonly eventTimeMs: Float64Array;
  /** The instant of the search, epoch ms. */
  readonly atMs: number;
}
