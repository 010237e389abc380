import fc from "fast-check";
import type { CellTag, CellValue, ColumnTypes } from "../../src/core/cell-type.ts";
import type { RowObject } from "../../src/table/table-from-rows.ts";

const values: { readonly [T in CellTag]: fc.Arbitrary<CellValue> } = {
  f64: fc.double(),
  i32: fc.integer({ min: -2147483648, max: 2147483647 }),
  i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  utf8: fc.string({ unit: "grapheme", maxLength: 6 }),
  bool: fc.boolean(),
  instant: fc.integer({ min: -8.64e15, max: 8.64e15 }),
  json: fc.string({ unit: "grapheme", maxLength: 6 }),
  "f64[]": fc.array(fc.oneof(fc.double(), fc.constantFrom(-0, Number.NaN)), { maxLength: 4 }),
  "utf8[]": fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 4 }),
};

/** Every column type but JSON and lists, nullable. */
export const everyType: ColumnTypes = {
  a: { tag: "f64", nullable: true },
  b: { tag: "i32", nullable: true },
  c: { tag: "i64", nullable: true },
  d: { tag: "utf8", nullable: true },
  e: { tag: "bool", nullable: true },
  f: { tag: "instant", nullable: true },
};

/** Those of {@link everyType} and lists, nullable. */
export const everyTypeAndLists: ColumnTypes = {
  ...everyType,
  g: { tag: "f64[]", nullable: true },
  h: { tag: "utf8[]", nullable: true },
};

/** Rows of {@link everyType} with values, nulls and absent cells. */
export const randomRows: fc.Arbitrary<RowObject[]> = rowsOf(everyType);

/** Rows of {@link everyTypeAndLists}. */
export const randomRowsWithLists: fc.Arbitrary<RowObject[]> = rowsOf(everyTypeAndLists);

function rowsOf(types: ColumnTypes): fc.Arbitrary<RowObject[]> {
  return fc.array(
    fc.record(
      Object.fromEntries(
        Object.entries(types).map(([name, type]) => [
          name,
          fc.oneof({ weight: 4, arbitrary: values[type.tag] }, { weight: 1, arbitrary: fc.constant(null) }),
        ]),
      ),
      { requiredKeys: [] },
    ),
    { maxLength: 30 },
  );
}

/** Whether two cells are the same, lists item by item. */
export function sameCell(a: CellValue | undefined, b: CellValue | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, i) => Object.is(item, b[i]));
}
