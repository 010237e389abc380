import {
  Table as ArrowTable,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  List,
  tableFromIPC,
  tableToIPC,
  Uint8,
  Utf8,
} from "apache-arrow";
// biome-ignore lint/style/noRestrictedImports: vectors as a host makes them, by Arrow's own builders
import { vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { tableFromArrow } from "../../../src/backends/arrow/arrow-source.ts";
import { tableToArrow } from "../../../src/backends/arrow/table-to-arrow.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { anyColumnOf } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { sliceRows } from "../../../src/table/take-rows.ts";

function readBack(table: ArrowTable): readonly { readonly [name: string]: unknown }[] {
  return tableToRows(tableFromArrow(table));
}

test("lists come in as lists, to the bit: of any or of a fixed length, of floats, integers, texts and dictionaries, sliced, in batches", () => {
  const field = (type: DataType): Field => new Field("item", type, true);
  const floats = [[7], [1.5, -0, Number.NaN], [], null, [-Infinity]];
  const pairs = [[1, 2], null, [3, 4], [5, 6], null];
  const texts = [["x"], ["a", "", "a"], [], null, ["é😀"]];
  const kinds: readonly (readonly [DataType, string, readonly (readonly unknown[] | null)[]])[] = [
    [new List(field(new Float64())), "f64[]", floats],
    [new List(field(new Float32())), "f64[]", floats],
    [new FixedSizeList(2, field(new Float32())), "f64[]", pairs],
    [new FixedSizeList(2, field(new Int16())), "f64[]", pairs],
    [new List(field(new Uint8())), "f64[]", [[0], [255, 1], [], null, [2]]],
    [new List(field(new Utf8())), "utf8[]", texts],
    [new List(field(new Dictionary(new Utf8(), new Int32()))), "utf8[]", texts],
  ];
  for (const [type, tag, cells] of kinds) {
    const whole = new ArrowTable({ x: vectorFromArray(cells, type) });
    expect(anyColumnOf(tableFromArrow(whole), "x").tag).toBe(tag);
    for (const [from, to] of [
      [0, 5],
      [1, 5],
      [2, 4],
      [4, 5],
    ] as const) {
      const expected = cells.slice(from, to).map((x) => ({ x }));
      expect(readBack(whole.slice(from, to)), String(type)).toEqual(expected);
      expect(readBack(whole.slice(0, from).concat(whole.slice(from, to)))).toEqual([
        ...cells.slice(0, from).map((x) => ({ x })),
        ...expected,
      ]);
    }
  }
});

test("64-bit integers that doubles hold are list items; a null among the items makes lists JSON, in all batches", () => {
  const longs = new List(new Field("item", new Int64(), true));
  expect(readBack(new ArrowTable({ x: vectorFromArray([[1n, -(2n ** 53n - 1n)], null], longs) }))).toEqual([
    { x: [1, -(2 ** 53 - 1)] },
    { x: null },
  ]);
  expect(() => readBack(new ArrowTable({ x: vectorFromArray([[2n ** 53n]], longs) }))).toThrowError(
    /table\/unsupported-type.*9007199254740992/,
  );
  const type = new List(new Field("item", new Float64(), true));
  const batch = (...cells: (readonly (number | null)[] | null)[]): ArrowTable =>
    new ArrowTable({ x: vectorFromArray(cells, type) });
  const gaps = tableFromArrow(batch([1.5], null).concat(batch([null, 2])));
  expect(anyColumnOf(gaps, "x").tag).toBe("json");
  expect(tableToRows(gaps)).toEqual([{ x: "[1.5]" }, { x: null }, { x: "[null,2]" }]);
  expect(() => tableFromArrow(batch([Number.NaN]).concat(batch([null])))).toThrowError(/not finite/);
});

test("lists survive the way out and back, with null and absent as Arrow has them", () => {
  const rows = [
    { v: [1, -0], w: ["a", ""] },
    { v: [], w: [] },
    { v: null, w: null },
    { v: [3], w: ["é"] },
  ];
  const table = tableFromRows(rows, { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } });
  expect(readBack(tableFromIPC(tableToIPC(tableToArrow(table))))).toEqual(rows);
});

test("lists go out as Arrow lists, to the bit, also from a slice", () => {
  const rows = [
    { v: [7], w: ["x"] },
    { v: [1, -0, Number.NaN], w: ["a", "", "a"] },
    { v: [], w: [] },
    { v: null, w: null },
  ];
  const table = tableFromRows(rows, { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } });
  const read = tableFromIPC(tableToIPC(tableToArrow(sliceRows(table, 1, 4))));
  const cells = (name: string) => Array.from(read.getChild(name) ?? [], (list) => list && [...list]);
  expect(cells("v")).toEqual([[1, -0, Number.NaN], [], null]);
  expect(cells("w")).toEqual([["a", "", "a"], [], null]);
});
