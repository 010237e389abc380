import { expect, test } from "vitest";
import { z } from "zod";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";

const table = tableFromRows([{ extra: "x", km: 1 }], {
  extra: { tag: "utf8", nullable: false },
  km: { tag: "f64", nullable: false },
});
const schema = z.object({ km: z.number(), seats: z.number().default(4) });

test("how columns were judged is told of the schema's columns, in its order, whichever way rows are judged", () => {
  const names = (judged: readonly { readonly column: string; readonly how: string }[]): string[] =>
    judged.map(({ column, how }) => `${column}: ${how}`);
  expect(names(validateTable(schema, table).judged)).toEqual(["km: loop", "seats: missing"]);
  const whole = schema.refine(({ km, seats }) => km < seats);
  expect(names(validateTable(whole, table).judged)).toEqual(["km: row", "seats: missing"]);
  const either = z.union([schema, z.object({ extra: z.string() })]);
  expect(names(validateTable(either, table).judged)).toEqual(["extra: row", "km: row"]);
});
