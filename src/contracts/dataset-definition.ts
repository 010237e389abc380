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

/** The column type that a zod output type is stored as. */
export type ColumnOf<V> = ColumnType<
  BaseTag<NonNullable<V>>,
  null extends V ? true : undefined extends V ? true : false
>;

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
