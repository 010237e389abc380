import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { cellState } from "../../src/table/column.ts";
import { IntegerTable } from "../../src/table/integer-table.ts";

const random = seededRandom("integer table");
/** More different integers than a first table has slots for, many of them twice and more, from both ends of the range. */
const values = Int32Array.from({ length: 20_000 }, () =>
  random.int(2) === 0 ? random.int(5000) * 858_993 - 2 ** 31 : 2 ** 31 - 1 - random.int(5000),
);
const states = Uint8Array.from(values, () => (random.int(5) === 0 ? cellState.null : cellState.present));

for (const [title, used] of [
  ["all present", undefined],
  ["a fifth null", states],
] as const) {
  test(`${title}: codes count the different integers in the order of their first appearance`, () => {
    const codes = new Map<number, number>();
    const expected = values.map((value, row) => {
      if (used !== undefined && used[row] !== cellState.present) return -1;
      const code = codes.get(value) ?? codes.size;
      codes.set(value, code);
      return code;
    });
    const table = new IntegerTable();
    expect(table.codeAll(values, used)).toEqual(expected);
    expect(table.count).toBe(codes.size);
    expect(codes.size).toBeGreaterThan(2048);
    const others = Int32Array.from(values, (value, row) => (row % 3 === 0 ? value ^ 0x55555 : value));
    const found = Int32Array.from(others, (value) => codes.get(value) ?? -1);
    expect(table.findAll(others, undefined)).toEqual(found);
    expect(found.filter((code) => code < 0).length).toBeGreaterThan(1000);
  });
}

test("zero is an integer as any other", () => {
  const table = new IntegerTable();
  expect(table.findAll(Int32Array.of(0), undefined)).toEqual(Int32Array.of(-1));
  expect(table.codeAll(Int32Array.of(5, 0, 0, 5), undefined)).toEqual(Int32Array.of(0, 1, 1, 0));
  expect(table.findAll(Int32Array.of(0, 1), undefined)).toEqual(Int32Array.of(1, -1));
});
