import type { CellTag, ColumnType, ColumnTypes, RowOf, ValueOf } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import type { DefinitionAbout, Intersect, ViewDefinition } from "./feature-definition.ts";

declare const phantom: unique symbol;

/** A feature of a service: its full name `view.feature` and its type. */
export interface ServiceFeature {
  readonly name: string;
  readonly type: ColumnType;
}

/** A feature service by its hashes: what a model version stores. */
export interface FeatureServiceRef {
  readonly name: string;
  /** Merkle root over the views' hashes. */
  readonly hash: Digest;
  /** Digest of names, order and types alone. */
  readonly schemaHash: Digest;
}

/** The features a model is trained and served with. Made by `featureService()`; input and feature types ride on it. */
export interface ServiceDefinition<N extends string = string, in In = never, out F = unknown>
  extends FeatureServiceRef {
  readonly kind: "service";
  readonly name: N;
  readonly views: readonly ViewDefinition[];
  /** Every feature in order. */
  readonly features: readonly ServiceFeature[];
  /** The entity keys and request fields a request must bring. */
  readonly input: ColumnTypes;
  readonly about?: DefinitionAbout;
  /** Never present at run time: carries types. */
  readonly [phantom]?: (x: In) => F;
}

/** A feature as read online. Unknown, null and NaN stay three things. */
export type FeatureCell<C> =
  | { readonly status: "present"; readonly value: ValueOf<C>; readonly eventTimeMs: number }
  | { readonly status: "missing" | "expired" }
  | (C extends ColumnType<CellTag, false> ? never : { readonly status: "null"; readonly eventTimeMs: number });

/** What a service takes. */
export type ServiceInput<V extends readonly ViewDefinition[]> = Intersect<
  V[number] extends infer D
    ? D extends ViewDefinition<string, infer K, ColumnTypes, infer R>
      ? RowOf<K> & RowOf<R>
      : never
    : never
>;
/** What a service gives. */
export type ServiceFeatures<V extends readonly ViewDefinition[]> = Intersect<
  V[number] extends infer D
    ? D extends ViewDefinition<infer N, ColumnTypes, infer F>
      ? { readonly [K in keyof F & string as `${N}.${K}`]: FeatureCell<F[K]> }
      : never
    : never
>;
