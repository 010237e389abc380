import fc from "fast-check";
import type { CellTag, ColumnTypes } from "../../src/core/cell-type.ts";
import type { RowObject } from "../../src/table/table-from-rows.ts";

const values: { readonly [T in CellTag]: fc.Arbitrary<number | bigint | string | boolean> } = {
  f64: fc.double(),
  i32: fc.integer({ min: -2147483648, max: 2147483647 }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  utf8: fc.string({ unit: "grapheme", maxLength: 6 }),
  bool: fc.boolean(),
  instant: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  json: fc.string({ unit: "grapheme", maxLength: 6 }),
};

/** Every column type, nullable. */
export const everyType: ColumnTypes = {
  a: { tag: "f64", nullable: true },
  b: { tag: "i32", nullable: true },
  c: { tag: "i64", nullable: true },
  d: { tag: "utf8", nullable: true },
  e: { tag: "bool", nullable: true },
  f: { tag: "instant", nullable: true },
};

/** Rows of {@link everyType} with values, nulls and absent cells. */
export const randomRows: fc.Arbitrary<RowObject[]> = fc.array(
  fc.record(
    Object.fromEntries(
      Object.entries(everyType).map(([name, type]) => [
        name,
        fc.oneof({ weight: 4, arbitrary: values[type.tag] }, { weight: 1, arbitrary: fc.constant(null) }),
      ]),
    ),
    { requiredKeys: [] },
  ),
  { maxLength: 30 },
);
