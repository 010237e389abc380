import { afterEach, expect, test } from "vitest";
import * as mini from "zod/mini";
import { z } from "zod";
import type { RowIssue } from "../../../src/contracts/row-fault.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import type { Column } from "../../../src/table/column.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

// Rows in which one field alone is bad are asked about by that field alone: the wording must stay that of the whole object.

interface Parser {
  safeParse(value: unknown): {
    readonly success: boolean;
    readonly error?:
      | { readonly issues: readonly { path: PropertyKey[]; code?: string; message: string }[] }
      | undefined;
  };
}

function issuesByZod(schema: Parser, table: Table): Map<number, RowIssue[]> {
  const found = new Map<number, RowIssue[]>();
  tableToRows(table).forEach((row, i) => {
    const record = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
    const { error } = schema.safeParse(record);
    if (error === undefined) return;
    const issues = error.issues.map(({ path, code, message }) => ({
      path: path.join("."),
      code: code ?? "custom",
      message,
    }));
    found.set(i, issues);
  });
  return found;
}

function expectSame(schema: Parser & Parameters<typeof validateTable>[0], table: Table, atLeast: number): void {
  const byZod = issuesByZod(schema, table);
  const { rejected } = validateTable(schema, table);
  expect(new Map(rejected.map(({ row, issues }) => [row, issues]))).toEqual(byZod);
  expect(byZod.size).toBeGreaterThan(atLeast);
}

/** Columns of doubles of which every tenth cell or so is below zero, and some are null or absent. */
function columns(names: readonly string[], rows: number): Table {
  const random = seededRandom(names.join());
  const made = names.map((name): [string, Column] => {
    const values = Float64Array.from(
      { length: rows },
      () => random.int(10) - (random.int(3 * names.length) === 0 ? 9 : 0),
    );
    const states = Uint8Array.from({ length: rows }, () => [0, 2, 1, 1][random.int(40)] ?? 1);
    return [name, { tag: "f64", values, states }];
  });
  return makeTable(Object.fromEntries(made));
}

afterEach(() => z.config({ customError: undefined }));

test("messages that depend on the path and the object's own error map are the same", () => {
  const table = columns(["a", "b", "c"], 2000);
  z.config({ customError: (issue) => `at ${(issue.path ?? []).join("/")} of ${JSON.stringify(issue.input)}` });
  const shape = {
    a: z.number().min(0),
    b: z.number().min(0, "b is below").max(5).nullable(),
    c: z.number().min(0).optional(),
  };
  expectSame(z.object(shape, { error: () => "of the object" }), table, 300);
  expectSame(z.strictObject({ a: shape.a, b: shape.b }), table, 300);
  expectSame(z.looseObject({ a: shape.a }), table, 100);
});

test("the lowest zod and zod/mini word the issues of one field and of several", async () => {
  const name: string = "zod-lowest";
  const { z: lowest }: { readonly z: typeof z } = await import(name);
  const table = columns(["a", "b"], 2000);
  const inLowest = lowest.object({ a: lowest.number().min(0).max(6), b: lowest.number().nullable() });
  expectSame(inLowest, table, 300);
  const inMini = mini.object({ a: mini.number().check(mini.minimum(0)), b: mini.optional(mini.number()) });
  expectSame(inMini, table, 100);
});

test("more fields than a mark can tell apart", () => {
  const names = Array.from({ length: 300 }, (_, i) => `field${i}`);
  const schema = z.object(Object.fromEntries(names.map((name) => [name, z.number().min(-5).nullish()])));
  expectSame(schema, columns(names, 400), 40);
});

test("a row that zod accepts after all keeps the outputs of its other fields", () => {
  // Below its bound a text of surrogate pairs is left to zod, whose count decides.
  const schema = z.object({ id: z.number().transform((id) => id + 1), name: z.string().min(2) });
  const dictionary = ["ab", "😀😀", "😀a", "😀", "a"];
  const table = makeTable({
    id: { tag: "f64", values: Float64Array.of(1, 2, 3, 4, 5) },
    name: { tag: "utf8", values: Int32Array.of(0, 1, 2, 3, 4), dictionary },
  });
  const { acceptedRows, table: output } = validateTable(schema, table);
  const byZod = tableToRows(table).flatMap((row, i) => (schema.safeParse(row).success ? [i] : []));
  expect([...acceptedRows]).toEqual(byZod);
  const rows = tableToRows(output);
  for (const row of byZod) expect(rows[row]).toEqual({ id: row + 2, name: dictionary[row] });
});

test("a row that zod accepts after all keeps the fractions of its instants, unless the schema moved them", () => {
  const later = z.date().transform((at) => new Date(at.getTime() + 5));
  const schema = z.object({ id: z.number().catch(4), at: z.date(), moved: later });
  const table = makeTable({
    id: { tag: "i64", values: BigInt64Array.of(-(2n ** 63n), 1n) },
    at: { tag: "instant", values: Float64Array.of(-0.5, 1e12 + 0.25) },
    moved: { tag: "instant", values: Float64Array.of(7, 8) },
  });
  expect(tableToRows(validateTable(schema, table).table)).toEqual([
    { id: 4, at: -0.5, moved: 12 },
    { id: 1, at: 1e12 + 0.25, moved: 13 },
  ]);
});
