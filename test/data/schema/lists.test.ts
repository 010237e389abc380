import { expect, test } from "vitest";
import { z } from "zod";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import { anyColumnOf } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";

const types = { v: { tag: "f64[]", nullable: true }, w: { tag: "utf8[]", nullable: true } } as const;
const rows = [
  { v: [1, 2, 3], w: ["a"] },
  { v: [1, 2], w: ["a", "b"] },
  { v: [1, Number.NaN, 3], w: [] },
  { v: [1, -0, 5e-324], w: ["a", "a"] },
  { v: null, w: ["long"] },
  { v: [-1, 2, 3], w: null },
];
const table = tableFromRows(rows, types);

test("lists are judged in loops: lengths and items, as zod judges them; a column in which nothing changes is not copied", () => {
  const schema = z.object({
    v: z.array(z.number().min(0)).length(3).nullable(),
    w: z
      .array(z.enum(["a", "b"]))
      .max(1)
      .nullable(),
  });
  const { judged, rejected, table: out } = validateTable(schema, table);
  expect(judged.map(({ column, how }) => [column, how])).toEqual([
    ["v", "loop"],
    ["w", "loop"],
  ]);
  const byZod = rows.flatMap((row, at) => {
    const { error } = schema.safeParse(row);
    const issues = error?.issues.map(({ path, code, message }) => ({ path: path.join("."), code, message }));
    return issues === undefined ? [] : [{ row: at, issues }];
  });
  expect(rejected).toEqual(byZod);
  expect(rejected.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5]);
  expect(anyColumnOf(out, "v").values).toBe(anyColumnOf(table, "v").values);
});

test("what is more than lengths and plain items is asked of zod, list by list", () => {
  const sorted = z.object({
    v: z
      .array(z.number())
      .refine((list) => list.every((item, i) => i === 0 || item >= (list[i - 1] ?? 0)))
      .nullable(),
    w: z.array(z.string().trim()).nullable(),
  });
  const { judged, rejected } = validateTable(sorted, table);
  expect(judged.map(({ how }) => how)).toEqual(["cell", "cell"]);
  expect(rejected.map(({ row }) => row)).toEqual([2, 3]);
});

test("a column of lists does not fit a field of another kind; of lists of other items the empty ones do", () => {
  expect(validateTable(z.object({ v: z.number().nullable() }), table).acceptedRows).toEqual(Int32Array.of(4));
  const { acceptedRows } = validateTable(z.object({ w: z.array(z.number()).nullable() }), table);
  expect(acceptedRows).toEqual(Int32Array.of(2, 5));
});
