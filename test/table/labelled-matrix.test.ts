import { expect, test } from "vitest";
import { labelledMatrix } from "../../src/table/labelled-matrix.ts";
import { matrixOf } from "../../src/table/matrix-of.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Table } from "../../src/table/table.ts";

const table: Table = tableFromRows(
  [
    { km: 3, night: true, late: 1, name: "a" },
    { km: null, night: false, late: 0, name: "b" },
    { km: 5, night: false, late: 0, name: "c" },
    { km: 7, night: true, late: null, name: "d" },
  ],
  {
    km: { tag: "f64", nullable: true },
    night: { tag: "bool", nullable: false },
    late: { tag: "f64", nullable: true },
    name: { tag: "utf8", nullable: false },
  },
);

test("complete rows become a row-major matrix; the others are counted", () => {
  const matrix = labelledMatrix(table, ["night", "km"], "late");
  expect(matrix).toEqual({
    rows: 2,
    width: 2,
    values: Float64Array.of(1, 3, 0, 5),
    labels: Uint8Array.of(1, 0),
    rowIndex: Int32Array.of(0, 2),
    excluded: 2,
  });
});

test("a missing cell of asked rows is NaN", () => {
  expect(matrixOf(table, ["km"], Int32Array.of(1, 3))).toEqual(Float64Array.of(Number.NaN, 7));
});

test("text features, odd labels and unknown columns are refused", () => {
  const codeOf = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(codeOf(() => labelledMatrix(table, ["name"], "late"))).toBe("table/type-mismatch");
  expect(codeOf(() => labelledMatrix(table, ["night"], "km"))).toBe("data/schema-mismatch");
  expect(codeOf(() => labelledMatrix(table, ["night"], "name"))).toBe("data/schema-mismatch");
  expect(codeOf(() => labelledMatrix(table, ["nope"], "late"))).toBe("data/missing-column");
});
