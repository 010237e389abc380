import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ServedVectors } from "../../contracts/served-vectors.ts";
import type { SkewCause } from "./skew-cause.ts";

/** How many cells differ, by cause. */
export type CausesOfSkew = { readonly [C in SkewCause]: number };

/** How the served cells of one feature, or of all, differ from those computed again from history at the same instants. */
export interface SkewCounts {
  /** Cells compared. */
  readonly cells: number;
  /** Cells equal under `Object.is`, or with the same kind of no value. */
  readonly equal: number;
  /** Cells that differ, by cause; their sum is `cells − equal`. */
  readonly causes: CausesOfSkew;
  /** Cells with a value on both sides, and another one. */
  readonly mismatched: number;
  /** Cells that were served without a value and have one in history. */
  readonly valueMissing: number;
  /** Cells that were served with a value and have none in history. */
  readonly valueExtra: number;
  /**
   * Σ|a − b| / Σ(|a| + |b|) over cells with a finite value on both sides, in [0, 1] (symmetric mean absolute percentage error, as
   * Chronon's consistency metrics); `undefined` where there is no such cell. 0 where all are equal.
   */
  readonly smape: number | undefined;
}

/** A cell that differs. */
export interface SkewExample {
  readonly feature: string;
  readonly cause: SkewCause;
  /** The entity keys and request fields. */
  readonly input: FeatureInputRow;
  /** The instant T, epoch ms. */
  readonly atMs: number;
  /** What was served: the value, or the status where there is none. */
  readonly served: number | "null" | "missing" | "expired";
  /** What history gives. */
  readonly computed: number | "null" | "missing" | "expired";
  /** What is known about the cause, in words. */
  readonly because: string;
  /** `""` where the row was read for no prediction. */
  readonly predictionId: string;
}

/** What a {@link FeatureSkew} holds. */
export interface FeatureSkewParts {
  readonly service: ServedVectors["service"];
  /** The period served in, `[fromMs, toMs)`, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Served rows compared. */
  readonly rows: number;
  /** Rows of entities that were erased since they were served, and still stand in a prediction log: they are not compared. */
  readonly erased: number;
  readonly total: SkewCounts;
  /** By feature name, in the service's order. */
  readonly byFeature: { readonly [feature: string]: SkewCounts };
  /** The worst cells: the gravest cause first, then the largest difference. */
  readonly examples: readonly SkewExample[];
  /** Features that are not logged, and so not compared: texts, 64-bit integers, JSON and lists. */
  readonly notCompared: readonly string[];
}
