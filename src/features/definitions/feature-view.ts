import type { CellTag, ColumnType, ColumnTypes, NamesOf } from "../../core/cell-type.ts";
import type { Duration } from "../../core/duration.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type {
  DefinitionAbout,
  EntityDefinition,
  KeysOf,
  NoColumns,
  ViewDefinition,
  WindowedAggregate,
  WindowedBody,
  Windows,
} from "../../contracts/feature-definition.ts";
import { requireOptions } from "../../core/known-options.ts";
import { aboutNames, aboutOf } from "./definition-about.ts";
import { mostItems } from "./column-tags.ts";
import { definitionMs } from "./definition-duration.ts";
import { definitionError, requireName } from "./definition-error.ts";
import type { ListTag } from "./list-aggregates.ts";
import { windowedViewHash } from "./view-hash.ts";
import { viewKeys } from "./view-keys.ts";

/** Tags of the columns that can be aggregated. */
type NumericTag = "f64" | "i64" | "i32";
const numericTags: readonly NumericTag[] = ["f64", "i64", "i32"];
/** Tags of the columns whose values can be listed. */
type ListedTag = NumericTag | "utf8";
const listedTags: readonly ListedTag[] = [...numericTags, "utf8"];
/** Tags of the columns whose latest value can be looked up. */
type LatestTag = "f64" | "i64" | "i32" | "bool" | "instant" | "utf8" | "json" | "f64[]";
const latestTags: readonly LatestTag[] = ["f64", "i64", "i32", "bool", "instant", "utf8", "json", "f64[]"];

/** The source's column of a key: its own name, or the one that it is mapped to. */
export type KeyColumn<P, M> = P extends keyof M ? M[P] : P;

/** A key must be a column of the source, of the same type: else the argument is intersected with a sentence, which tsc prints. */
export type KeysExist<K, C, M = NoColumns> = {
  [P in keyof K]: KeyColumn<P, M> extends keyof C
    ? C[KeyColumn<P, M>] extends ColumnType<infer T, boolean>
      ? K[P] extends ColumnType<T, boolean>
        ? never
        : P
      : P
    : P;
}[keyof K] extends never
  ? unknown
  : "every entity key must be a column of the source, of the same type";

/** The type of a list of a column's values. */
export type ListOf<C, Column> = Column extends keyof C
  ? ColumnType<C[Column] extends ColumnType<"utf8", boolean> ? "utf8[]" : "f64[]", true>
  : never;

/** The features of a windowed view: its windows, then its latest look-ups. */
export type ViewFeatures<C extends ColumnTypes, W, L> = {
  readonly [K in keyof W & string]: W[K] extends WindowedAggregate<infer Column, infer T, infer N>
    ? [T] extends [ListTag]
      ? ListOf<C, Column>
      : ColumnType<T, N>
    : never;
} & {
  readonly [K in keyof L & string]: L[K] extends keyof C ? C[L[K]] : never;
};

/** What a windowed view is made of. */
export interface FeatureViewOptions<
  C extends ColumnTypes,
  E extends readonly EntityDefinition[],
  W extends Windows<NamesOf<C, NumericTag>, NamesOf<C, ListedTag>>,
  L extends { readonly [feature: string]: NamesOf<C, LatestTag> },
  M extends { readonly [key: string]: string } = NoColumns,
> extends DefinitionAbout {
  /** The dataset whose rows are the events. */
  readonly source: DatasetDefinition<string, C>;
  /** What the features describe; the keys are columns of the source. `[]` = everything alike: rows are found by time alone. */
  readonly entities: E & KeysExist<KeysOf<E>, C, M>;
  /** The source's columns of entity keys that have another name there, by key. @default the keys' own names */
  readonly keyColumns?: M;
  /** How old a `latest` value may be, more than 0. Windows have their own length. @default unbounded */
  readonly ttl?: Duration;
  /** Added to the source's known time. @default 0 */
  readonly knownDelay?: Duration;
  /** Windowed aggregates by feature name. */
  readonly windows?: W;
  /** Columns whose latest value is looked up, by feature name. */
  readonly latest?: L;
}

/**
 * Defines features of a dataset's events per entity. An event counts from the moment it is known (the source's known time
 * plus `knownDelay`; its event time where there is none), in training as in serving.
 *
 * Errors: `definition/invalid` naming the view: no source, a source without an event time, no feature, a duplicate name, a key or column that the source lacks or that has
 * the wrong type.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { dataset } from "sluice/data";
 * import { count, entity, featureView, mean, t } from "sluice/features";
 * const flights = dataset("flights", {
 *   schema: z.object({ date: z.date(), origin: z.string(), delay: z.number() }),
 *   eventTime: "date",
 * });
 * const load = featureView("airport_load", {
 *   source: flights,
 *   entities: [entity("airport", { origin: t.utf8 })],
 *   windows: { delay_1h: mean("delay").over("1h"), flights_24h: count().over("24h") },
 * });
 * if (!load.hash.startsWith("sha256:")) throw new Error("a view is named by its digest");
 * ```
 */
export function featureView<
  const N extends string,
  C extends ColumnTypes,
  const E extends readonly EntityDefinition[],
  W extends Windows<NamesOf<NoInfer<C>, NumericTag>, NamesOf<NoInfer<C>, ListedTag>> = NoColumns,
  const L extends { readonly [feature: string]: NamesOf<NoInfer<C>, LatestTag> } = NoColumns,
  const M extends { readonly [key: string]: string } = NoColumns,
>(name: N, options: FeatureViewOptions<C, E, W, L, M>): ViewDefinition<N, KeysOf<E>, ViewFeatures<C, W, L>, NoColumns> {
  const label = `feature view "${name}"`;
  requireName(label, name);
  requireOptions(label, options, optionNames, "definition/invalid");
  const windows: { readonly [name: string]: WindowedAggregate } = options.windows ?? {};
  const latest: { readonly [name: string]: string } = options.latest ?? {};
  const body: WindowedBody = {
    kind: "windowed",
    source: options.source,
    entities: options.entities,
    keyColumns: options.keyColumns ?? {},
    ttlMs:
      options.ttl === undefined ? Number.POSITIVE_INFINITY : definitionMs(label, "ttl", options.ttl, "more than 0"),
    knownDelayMs: definitionMs(label, "knownDelay", options.knownDelay ?? 0, "0"),
    windows,
    latest,
  };
  requireSource(label, body.source);
  const keys = viewKeys(label, body);
  const features = featureTypes(label, body);
  return {
    kind: "view",
    name,
    hash: windowedViewHash(body),
    keys: keys as KeysOf<E>,
    features: features as ViewFeatures<C, W, L>,
    request: {},
    body,
    ...aboutOf(label, options),
  };
}

/** What must be there is told by what looks at it. */
const optionNames = {
  source: "optional",
  entities: "optional",
  keyColumns: "optional",
  ttl: "optional",
  knownDelay: "optional",
  windows: "optional",
  latest: "optional",
  ...aboutNames,
} as const;

/** What the types promise: a plain-JavaScript caller, and a definition put together by hand, are told as well. */
function requireSource(label: string, source: DatasetDefinition | undefined): void {
  const fix = "Pass what dataset() made, with its option `eventTime`.";
  if (source?.columns === undefined) throw definitionError(label, "no source", "a dataset", fix);
  for (const [role, column] of [
    ["event time", source.eventTime ?? ""],
    ["known time", source.knownTime],
  ] as const) {
    if (column === undefined) continue;
    const tag = (source.columns as ColumnTypes)[column]?.tag;
    if (tag === "instant") continue;
    const found =
      column === ""
        ? `no ${role}`
        : tag === undefined
          ? `the ${role} "${column}", which is no column`
          : `the ${role} "${column}" of type ${tag}`;
    throw definitionError(
      label,
      `${found} of dataset "${source.name}"`,
      "an instant column that says when a row's facts happened",
      fix,
    );
  }
}

function featureTypes(label: string, body: WindowedBody): ColumnTypes {
  const features: { [name: string]: ColumnType } = {};
  for (const [name, aggregate] of Object.entries(body.windows)) {
    requireName(label, name);
    if (aggregate?.window === undefined) throw withoutWindow(label, name);
    features[name] = aggregateType(label, body, aggregate);
  }
  for (const [name, column] of Object.entries(body.latest)) {
    requireName(label, name);
    if (Object.hasOwn(features, name))
      throw definitionError(label, `the feature "${name}" twice`, "each name once", "Rename one.");
    features[name] = requireColumn(label, body, column, latestTags);
  }
  if (Object.keys(features).length === 0) {
    throw definitionError(label, "no feature", "at least one window or latest look-up", "Add windows: { … }.");
  }
  return features;
}

function withoutWindow(label: string, name: string): Error {
  const found = `the feature "${name}" without a window`;
  return definitionError(label, found, "an aggregate of a window", 'Add one, as in mean("delay").over("6h").');
}

function aggregateType(
  label: string,
  body: WindowedBody,
  { aggregate, column, k, type }: WindowedAggregate,
): ColumnType {
  if (aggregate === "count") return type;
  const { tag } = requireColumn(label, body, String(column), k === undefined ? numericTags : listedTags);
  return k === undefined ? type : { tag: tag === "utf8" ? "utf8[]" : "f64[]", nullable: true };
}

function requireColumn(label: string, body: WindowedBody, name: string, tags: readonly CellTag[]): ColumnType {
  const columns: ColumnTypes = body.source.columns;
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined && tags.includes(column.tag)) {
    if ((column.size ?? 0) <= mostItems) return column;
    const found = `the column "${name}" of vectors of ${column.size} numbers`;
    throw definitionError(label, found, `at most ${mostItems} numbers`, "Look up shorter vectors.");
  }
  const fitting = Object.keys(columns).filter((other) => tags.includes(columns[other]?.tag ?? "json"));
  throw definitionError(
    label,
    column === undefined
      ? `the column "${name}", which dataset "${body.source.name}" lacks`
      : `the column "${name}" of type ${column.tag}`,
    `a column of type ${tags.join(", ")}`,
    fitting.length === 0 ? "The source has none: take another source." : `Name one of these: ${fitting.join(", ")}.`,
  );
}
