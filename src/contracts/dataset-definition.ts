import type { z } from "zod";
import type { CellTag, ColumnType, ColumnTypes } from "../core/cell-type.ts";
import type { Digest } from "../core/digest.ts";
import type { Check } from "./check.ts";

type BaseTag<V> = V extends number
  ? "f64"
  : V extends bigint
    ? "i64"
    : V extends string
      ? "utf8"
      : V extends boolean
        ? "bool"
        : V extends Date
          ? "instant"
          : V extends object
            ? "json"
            : never;

/** Lists of numbers and lists of texts; `never` for anything else: a tuple, a list of other or of mixed items. */
type ListTag<V> = [V] extends [readonly (infer E)[]]
  ? [IsTuple<V> | IsOpen<E>] extends [false]
    ? [E] extends [number]
      ? "f64[]"
      : [E] extends [string]
        ? "utf8[]"
        : never
    : never
  : never;
type IsTuple<V> = V extends { readonly length: infer L } ? (number extends L ? false : true) : never;
/** `any` and `never`. */
type IsOpen<E> = 0 extends 1 & E ? true : [E] extends [never] ? true : false;

type TagOf<V> = [ListTag<V>] extends [never] ? BaseTag<V> : ListTag<V>;

/** The column type that a zod output type is stored as. */
export type ColumnOf<V> = ColumnType<TagOf<NonNullable<V>>, null extends V ? true : undefined extends V ? true : false>;

/** The column types of a zod object. */
export type ColumnsOf<S extends z.core.$ZodObject> = {
  readonly [K in keyof z.output<S> & string]: ColumnOf<z.output<S>[K]>;
};

/**
 * A dataset: a named row schema with its time columns and checks. Made by `dataset()`, which refuses columns that are not in the schema;
 * here they are plain strings, so that a definition of particular columns is a definition of any (`keyof` would make it invariant).
 */
export interface DatasetDefinition<out N extends string = string, out C extends ColumnTypes = ColumnTypes> {
  readonly kind: "dataset";
  readonly name: N;
  /** The columns, as compiled from the schema. */
  readonly columns: C;
  /** The host's own zod object. */
  readonly schema: z.core.$ZodObject;
  /** Digest of the columns, times and checks. */
  readonly schemaDigest: Digest;
  /** When a row's facts happened. */
  readonly eventTime: string;
  /** When they became known, where that is later. */
  readonly knownTime: string | undefined;
  /** A column of safe integers that names a row, where there is one: needed for idempotent pushes. */
  readonly id: string | undefined;
  readonly checks: readonly Check[];
}

/** Any column type: the widest {@link ColumnType}. */
export type AnyColumnType = ColumnType<CellTag, boolean>;
