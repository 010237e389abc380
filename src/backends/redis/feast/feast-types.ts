/** The JavaScript value of each of Feast's value types that is read and written here. */
export interface FeastValues {
  readonly BYTES: Uint8Array;
  readonly STRING: string;
  readonly INT32: number;
  readonly INT64: bigint;
  readonly DOUBLE: number;
  /** A double that is rounded to 32 bits when it is written. */
  readonly FLOAT: number;
  readonly BOOL: boolean;
  /** Epoch milliseconds; Feast keeps whole seconds. */
  readonly UNIX_TIMESTAMP: number;
  readonly STRING_LIST: readonly string[];
  readonly DOUBLE_LIST: readonly number[];
  readonly FLOAT_LIST: readonly number[];
  /** JSON as text. */
  readonly JSON: string;
  readonly UUID: string;
  readonly DECIMAL: string;
}

/** A value type of Feast. */
export type FeastType = keyof FeastValues;
/** A value type that an entity's key can have. */
export type FeastKeyType = "BYTES" | "STRING" | "INT32" | "INT64" | "UNIX_TIMESTAMP";
/** Value types by name. */
export type FeastTypes<T extends FeastType = FeastType> = { readonly [name: string]: T };

/** A feature view of a Feast deployment, as far as its online data goes. */
export interface FeastView<
  K extends FeastTypes<FeastKeyType> = FeastTypes<FeastKeyType>,
  F extends FeastTypes = FeastTypes,
> {
  /** The view's name; of an older version, where versions are kept apart, with its suffix: `driver_stats_v2`. */
  readonly name: string;
  /** The join keys of its entities, with their types; none for a view without entities. */
  readonly keys: K;
  /** The features to read or write, with their types. */
  readonly features: F;
  /** How old facts may be when they are read, milliseconds above 0. Feast itself does not look at it online. @default unbounded */
  readonly ttlMs?: number;
}

/** An entity's key: a value for each join key. */
export type FeastKey<K> = { readonly [N in keyof K]: K[N] extends FeastType ? FeastValues[K[N]] : never };

/** One row to write. Of features: null is a null; one that is left out is absent, and an older value of it is removed. */
export interface FeastRow<K = FeastTypes<FeastKeyType>, F = FeastTypes> {
  readonly key: FeastKey<K>;
  /** When the facts happened, epoch ms, to the microsecond. */
  readonly eventTimeMs: number;
  readonly values: { readonly [N in keyof F]?: (F[N] extends FeastType ? FeastValues[F[N]] : never) | null };
}

/** One feature of the keys that were read, one cell a key. */
export interface FeastColumn<V> {
  /** The value; null is a stored null, `undefined` where the status is `missing` or `expired`. */
  readonly values: readonly (V | null | undefined)[];
  /** One `featureStatus` (of `sluice/contracts`) a key. */
  readonly statuses: Uint8Array;
}

/** What was read of a view. */
export interface FeastRead<F = FeastTypes> {
  /** The instant T it was read at, epoch ms. */
  readonly atMs: number;
  readonly columns: { readonly [N in keyof F]: FeastColumn<F[N] extends FeastType ? FeastValues[F[N]] : never> };
  /** When each key's facts happened, epoch ms, exact to the microsecond until the year 2248; NaN where nothing is stored. */
  readonly eventTimeMs: Float64Array;
}
