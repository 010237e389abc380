import type { CellTag, ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";

/** The most items that a list may have as a feature: half a megabyte of doubles. */
export const mostItems: 65536 = 65536;

/**
 * Column types by tag, as entities and requests name them. Instants are epoch milliseconds, UTC.
 *
 * @example
 * ```ts
 * import { entity, t } from "sluice/features";
 * const airport = entity("airport", { origin: t.utf8 });
 * if (airport.keys.origin.tag !== "utf8") throw new Error("a text key expected");
 * ```
 */
export const t: {
  readonly float64: ColumnType<"f64", false>;
  readonly int32: ColumnType<"i32", false>;
  readonly int64: ColumnType<"i64", false>;
  readonly utf8: ColumnType<"utf8", false>;
  readonly bool: ColumnType<"bool", false>;
  readonly instant: ColumnType<"instant", false>;
  /** Lists of `size` finite doubles, as an embedding is. `size` is a whole number from 1 to 65,536. Throws `argument/invalid`. */
  readonly vector: (size: number) => ColumnType<"f64[]", false> & { readonly size: number };
  /** Lists of any length, of doubles or of texts; as a feature of at most 65,536 items. */
  readonly list: <T extends "f64" | "utf8">(item: ColumnType<T, false>) => ColumnType<`${T}[]`, false>;
} = {
  float64: { tag: "f64", nullable: false },
  int32: { tag: "i32", nullable: false },
  int64: { tag: "i64", nullable: false },
  utf8: { tag: "utf8", nullable: false },
  bool: { tag: "bool", nullable: false },
  instant: { tag: "instant", nullable: false },
  vector: (size) => {
    if (Number.isInteger(size) && size >= 1 && size <= mostItems) return { tag: "f64[]", nullable: false, size };
    throw new SluiceError("argument/invalid", {
      found: `a vector of size ${size}`,
      expected: `a whole number from 1 to ${mostItems}`,
      fix: "Pass how many numbers each vector has.",
    });
  },
  list: (item) => ({ tag: `${item.tag}[]`, nullable: false }),
};

/** The same column type with null among its values. */
export function nullable<T extends CellTag>(type: ColumnType<T, boolean>): ColumnType<T, true> {
  if (type?.tag === undefined)
    throw new SluiceError("argument/invalid", {
      found: `nullable(${typeof type === "string" ? JSON.stringify(type) : String(type)})`,
      expected: "a column type",
      fix: "Pass one of t, as nullable(t.float64).",
    });
  return { ...type, nullable: true };
}
