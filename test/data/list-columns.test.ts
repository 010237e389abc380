import { expect, test } from "vitest";
import { rowHashes } from "../../src/data/parts/row-hashes.ts";
import { denseCodes } from "../../src/data/checks/dense-codes.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { monotonic } from "../../src/data/checks/monotonic.ts";
import { columnDoubles } from "../../src/data/checks/column-doubles.ts";
import { ColumnSummary } from "../../src/data/profile/column-summary.ts";
import { inferSchema } from "../../src/data/suggest/infer-schema.ts";
import { rowCodes } from "../../src/data/versions/row-codes.ts";
import { anyColumnOf, type Table } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { takeRows } from "../../src/table/take-rows.ts";

const types = { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } } as const;
const rows = [
  { v: [1, 2], w: ["a", "b"] },
  { v: [12], w: ["ab"] },
  { v: [1, 2], w: ["a", "b"] },
  { v: [0], w: [""] },
  { v: [-0], w: [] },
  { v: [], w: null },
  { v: null },
  {},
];
const table = tableFromRows(rows, types);

test("rows with lists are coded and hashed by content: null, absent, empty, 0 and −0 apart", () => {
  for (const name of ["v", "w"]) {
    const { codes } = rowCodes(table, [name]);
    const distinct = new Set(codes).size;
    expect(distinct).toBe(name === "v" ? 7 : 6);
    expect(codes[0]).toBe(codes[2]);
    const hashes = rowHashes(table, [name]);
    expect(new Set(hashes).size).toBe(distinct);
    const order = [5, 1, 2, 7, 0, 4];
    expect([...rowHashes(takeRows(table, order), [name])]).toEqual(order.map((row) => hashes[row]));
    expect(new Set(denseCodes(anyColumnOf(table, name)).codes).size).toBe(distinct);
  }
});

test("a profile counts lists, nulls and distinct ones, and says nothing of numbers", () => {
  const summary = new ColumnSummary("f64[]");
  summary.add(anyColumnOf(table, "v"));
  const again = ColumnSummary.fromBytes("f64[]", summary.toBytes()).profile();
  expect(again).toMatchObject({ rows: 8, nulls: 1, absent: 1, nans: 0 });
  expect(again.distinct).toMatchObject({ value: 5 });
  expect([again.min, again.mean, again.quantiles]).toEqual([undefined, undefined, undefined]);
});

test("what looks at numbers refuses lists and JSON", () => {
  const json = tableFromRows([{ j: { a: 1 } }, { j: 2 }], { j: { tag: "json", nullable: false } });
  const lists = anyColumnOf(table, "v");
  const texts = anyColumnOf(json, "j");
  if (lists.tag === "utf8" || texts.tag === "utf8") return expect.fail("lists and JSON expected");
  expect(() => columnDoubles(lists)).toThrowError(/table\/type-mismatch.*type f64\[\]/);
  expect(() => columnDoubles(texts)).toThrowError(/table\/type-mismatch.*type json/);
  expect(() => monotonic("v").judge({ batch: table })).toThrowError(/table\/type-mismatch/);
  expect(() => monotonic("j").judge({ batch: json })).toThrowError(/table\/type-mismatch/);
});

test("the distribution of JSON is one of categories", () => {
  const of = (texts: readonly string[]): Table =>
    tableFromRows(
      Array.from({ length: 400 }, (_, i) => ({ j: { city: texts[i % texts.length] } })),
      { j: { tag: "json", nullable: false } },
    );
  const reference = of(["a", "b", "c"]);
  const judge = (batch: Table): string => distribution("j", { against: reference }).judge({ batch }).outcome;
  expect(judge(of(["c", "a", "b"]))).toBe("pass");
  expect(judge(of(["a", "a", "b"]))).toBe("fail");
});

test("a schema is inferred for lists", () => {
  const source = inferSchema(table);
  expect(source).toContain("v: z.array(z.number())");
  expect(source).toContain("w: z.array(z.string())");
});
