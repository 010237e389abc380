import { expect, test } from "vitest";
import { z } from "zod";
import { validateRow } from "../../../src/data/schema/validate-row.ts";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import { makeTable } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

test("a JSON number that an open field takes as a bigint is put out as one, as for a record", () => {
  const schema = z.object({ a: z.union([z.string(), z.bigint()]) });
  const table = makeTable({ a: { tag: "json", values: Int32Array.of(0, 1, 0), dictionary: ["5", "7"] } });
  const { acceptedRows, table: output } = validateTable(schema, table);
  expect([...acceptedRows]).toEqual([0, 1, 2]);
  const byRow = [5, 7, 5].map((a) => validateRow(schema, { a }));
  expect(byRow).toEqual([5n, 7n, 5n].map((a) => ({ ok: true, value: { a } })));
  expect(tableToRows(output)).toEqual([{ a: 5n }, { a: 7n }, { a: 5n }]);
});

test("a value is judged once however many rows have it, and unused ones are not", () => {
  const asked: string[] = [];
  const schema = z.object({
    name: z.string().superRefine((name, ctx) => {
      asked.push(name);
      if (name === "bad") ctx.addIssue({ code: "custom", message: "no" });
    }),
  });
  const dictionary = ["good", "bad", "unused"];
  const values = Int32Array.from({ length: 1000 }, (_, row) => (row === 500 ? 1 : 0));
  const before = asked.length;
  const { rejected } = validateTable(schema, makeTable({ name: { tag: "utf8", values, dictionary } }));
  expect(rejected.map(({ row }) => row)).toEqual([500]);
  const rows = asked.slice(before).filter((name) => dictionary.includes(name));
  expect(rows.filter((name) => name === "good")).toHaveLength(1);
  expect(rows).not.toContain("unused");
});

test("the loop goes on to the end where a refused value comes after all others were met", () => {
  const schema = z.object({ kind: z.enum(["a", "b"]), open: z.literal(true) });
  const table = makeTable({
    kind: { tag: "utf8", values: Int32Array.of(0, 1, 2, 0, 2), dictionary: ["a", "b", "c"] },
    open: { tag: "bool", values: Uint8Array.of(1, 1, 1, 0, 1) },
  });
  const { rejected } = validateTable(schema, table);
  expect(rejected.map(({ row, issues }) => [row, issues.map(({ path }) => path)])).toEqual([
    [2, ["kind"]],
    [3, ["open"]],
    [4, ["kind"]],
  ]);
});
