import type { CellTag, ColumnType, ColumnTypes } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import type { DatasetDefinition } from "./dataset-definition.ts";
import type { Expression, ExpressionNode } from "./expression.ts";
import type { ExpressionOf } from "./expression-of.ts";

/** What people say of a definition, for those who look for it. No part of its meaning: it changes no hash. */
export interface DefinitionAbout {
  /** Who answers for it: a person or a team. */
  readonly owner?: string;
  /** Words to find it by. */
  readonly tags?: readonly string[];
  readonly description?: string;
}

/** Something that features describe, by its key columns. Made by `entity()`. */
export interface EntityDefinition<N extends string = string, K extends ColumnTypes = ColumnTypes> {
  readonly kind: "entity";
  readonly name: N;
  readonly keys: K;
}

/** How the events of a window become one value. */
export type AggregateName =
  | "count"
  | "sum"
  | "mean"
  | "variance"
  | "sd"
  | "min"
  | "max"
  | "first"
  | "last"
  | "distinct"
  | "quantile"
  | "lastK"
  | "mostFrequent";

/**
 * Which events of an entity an aggregate is taken of at T, among those before T that were known by T. `reachMs` is how far before
 * T the oldest of them can lie.
 *
 * - `sawtooth`: the events of `[floor((T − over)/hop)·hop, T)`. The hop is 5 min below 12 h, 1 h below 12 d, else 1 d.
 * - `tumbling`: the events of the last complete window: `[end − size, end)` with `end = floor((T − offset)/size)·size + offset`, UTC.
 * - `session`: the events that lead to the newest one by steps of at most `gap`, none of them more than `max` before it; none where the newest is
 *   more than `keep` before T.
 */
export type WindowFrame =
  | { readonly kind: "sawtooth"; readonly overMs: number; readonly hopMs: number; readonly reachMs: number }
  | { readonly kind: "tumbling"; readonly sizeMs: number; readonly offsetMs: number; readonly reachMs: number }
  | {
      readonly kind: "session";
      readonly gapMs: number;
      readonly maxMs: number;
      readonly keepMs: number;
      readonly reachMs: number;
    };

/** An aggregate over a window: of events before T that were known by T. */
export interface WindowedAggregate<
  out Column extends string = string,
  out T extends CellTag = CellTag,
  out N extends boolean = boolean,
> {
  readonly aggregate: AggregateName;
  /** The aggregated column; `undefined` for `count()`. Nulls are left out of the aggregate. */
  readonly column: Column | undefined;
  /** Which quantile, in [0, 1]; of that aggregate alone. */
  readonly p?: number;
  /** How many values a list has at most; of `lastK` and `mostFrequent` alone. */
  readonly k?: number;
  readonly window: WindowFrame;
  readonly type: ColumnType<T, N>;
}

/** Windowed aggregates by feature name: numbers of columns of numbers, and lists of those and of columns of texts. */
export type Windows<Numbers extends string, Listed extends string = Numbers> = {
  readonly [name: string]: WindowedAggregate<Numbers> | WindowedAggregate<Listed, "f64[]" | "utf8[]">;
};

/** A view that aggregates a dataset's events per entity. */
export interface WindowedBody {
  readonly kind: "windowed";
  readonly source: DatasetDefinition;
  /** What its features describe; none = everything alike. */
  readonly entities: readonly EntityDefinition[];
  /** The source's columns of those keys that are named otherwise there. */
  readonly keyColumns: { readonly [key: string]: string };
  readonly ttlMs: number;
  /** Added to the source's known time, milliseconds. */
  readonly knownDelayMs: number;
  readonly windows: { readonly [name: string]: WindowedAggregate };
  /** Columns of which the latest value is looked up, by feature name. */
  readonly latest: { readonly [name: string]: string };
}

/** A view computed from other views and from the request. */
export interface OnDemandBody {
  readonly kind: "onDemand";
  readonly inputs: readonly ViewDefinition[];
  readonly expressions: { readonly [name: string]: ExpressionNode };
}

/** A windowed view once more, under another name and read by other keys: both have the same events. */
export interface AliasBody {
  readonly kind: "alias";
  readonly of: WindowedView;
  /** By each key of the view, the name that it is read by. */
  readonly keys: { readonly [key: string]: string };
}

/** A feature view. Made by `featureView()`, `onDemand()` or `alias()`. */
export interface ViewDefinition<
  N extends string = string,
  K extends ColumnTypes = ColumnTypes,
  F extends ColumnTypes = ColumnTypes,
  R extends ColumnTypes = ColumnTypes,
> {
  readonly kind: "view";
  readonly name: N;
  /** Digest of the semantics: source, times, TTL, windows, expressions, upstream hashes. */
  readonly hash: Digest;
  readonly keys: K;
  readonly features: F;
  readonly request: R;
  readonly body: WindowedBody | OnDemandBody | AliasBody;
  readonly about?: DefinitionAbout;
}

/** A view of a dataset's events. Made by `featureView()`. */
export interface WindowedView extends ViewDefinition {
  readonly body: WindowedBody;
}

/** Fields that come with the request. Made by `request()`. */
export interface RequestDefinition<R extends ColumnTypes = ColumnTypes> {
  readonly kind: "request";
  readonly fields: R;
}

/** What an on-demand view may take. */
export type ViewInput = ViewDefinition | RequestDefinition;
/** No columns. */
export type NoColumns = Record<never, never>;
/** A union as an intersection. */
export type Intersect<U> = (U extends unknown ? (x: U) => void : never) extends (x: infer I) => void ? I : never;
/** The expressions of columns. */
export type Expressions<F> = { readonly [K in keyof F]: ExpressionOf<F[K]> };
/** What the function of an on-demand view receives. */
export type Inputs<I extends readonly ViewInput[]> = Intersect<
  I[number] extends infer V
    ? V extends ViewDefinition<infer N, ColumnTypes, infer F>
      ? { readonly [K in N]: Expressions<F> }
      : V extends RequestDefinition<infer R>
        ? Expressions<R>
        : never
    : never
>;
/** The request fields among inputs. */
export type RequestOf<I extends readonly ViewInput[]> =
  Extract<I[number], RequestDefinition> extends RequestDefinition<infer R> ? R : NoColumns;
/** The entity keys among inputs. */
export type InputKeys<I extends readonly ViewInput[]> = Intersect<
  Extract<I[number], ViewDefinition> extends infer V ? (V extends ViewDefinition<string, infer K> ? K : never) : never
>;
/** The key columns of entities. */
export type KeysOf<E extends readonly EntityDefinition[]> = E extends readonly []
  ? NoColumns
  : [EntityKeys<E>] extends [(k: infer K extends ColumnTypes) => void]
    ? K
    : never;
type EntityKeys<E extends readonly EntityDefinition[]> = E[number] extends infer D
  ? D extends EntityDefinition<string, infer K>
    ? (k: K) => void
    : never
  : never;
/** Named expressions. */
export type NamedExpressions = { readonly [name: string]: Expression };
