import { expect, test } from "vitest";
import { z } from "zod";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";

const table = tableFromRows([{ at: 5, km: 1 }, { at: null, km: 2 }, { km: 3 }], {
  at: { tag: "instant", nullable: true },
  km: { tag: "f64", nullable: false },
});

test("instants are epoch milliseconds, or dates where that is asked for; null stays null and absent stays absent", () => {
  expect(tableToRows(table)).toEqual([{ at: 5, km: 1 }, { at: null, km: 2 }, { km: 3 }]);
  const rows = tableToRows(table, { instants: "date" });
  expect(rows).toStrictEqual([{ at: new Date(5), km: 1 }, { at: null, km: 2 }, { km: 3 }]);
});

test("rows with dates are what zod and a table of the same types take", () => {
  const schema = z.object({ at: z.date().nullish(), km: z.number() });
  const rows = tableToRows(table, { instants: "date" });
  expect(rows.every((row) => schema.safeParse(row).success)).toBe(true);
  expect(
    tableToRows(tableFromRows(rows, { at: { tag: "instant", nullable: true }, km: { tag: "f64", nullable: false } })),
  ).toEqual(tableToRows(table));
});
