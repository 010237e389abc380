import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { z } from "zod";
import type { Check } from "../../../src/contracts/check.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { SchemaValidator } from "../../../src/data/schema/schema-validator.ts";
import { inferSchema } from "../../../src/data/suggest/infer-schema.ts";
import { suggestChecks } from "../../../src/data/suggest/suggest-checks.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";

const types = {
  id: { tag: "f64", nullable: false },
  at: { tag: "instant", nullable: false },
  depot: { tag: "utf8", nullable: false },
  note: { tag: "utf8", nullable: true },
  "km driven": { tag: "f64", nullable: true },
  seats: { tag: "i32", nullable: false },
  big: { tag: "i64", nullable: true },
  late: { tag: "bool", nullable: false },
} as const;

function sample(rows: number, seed: string): Table {
  const random = seededRandom(seed);
  return tableFromRows(
    Array.from({ length: rows }, (_, i) => ({
      id: i + 1,
      at: 1_700_000_000_000 + i * 1000,
      depot: ["D0", 'D"1', "D\u2028\\2", "D\n3"][random.int(4)],
      ...(random.int(9) === 0 ? {} : { note: random.int(5) === 0 ? null : `note ${random.int(1e9)}` }),
      "km driven": random.int(10) === 0 ? null : 100 * random.next(),
      seats: 2 + random.int(4),
      big: random.int(3) === 0 ? undefined : 9007199254740993n + BigInt(random.int(5)),
      late: random.int(2) === 0,
    })),
    types,
  );
}

interface Written {
  readonly schema?: z.ZodObject;
  readonly checks?: readonly Check[];
}

/** Compiles a source by itself, then runs it as a user's module. */
async function run(source: string): Promise<Written> {
  const { diagnostics } = ts.transpileModule(source, { reportDiagnostics: true });
  expect(diagnostics, source).toEqual([]);
  const folder = await mkdtemp(join(import.meta.dirname, "written-"));
  try {
    await writeFile(join(folder, "written.ts"), source);
    const written: Written = await import(/* @vite-ignore */ join(folder, "written.ts"));
    return written;
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a schema is written that reads well and accepts the sample it came from", async () => {
  const table = sample(600, "fleet");
  const source = inferSchema(table);
  expect(source).toBe(inferSchema(sample(600, "fleet")));
  expect(source).toContain("  id: z.number().int(),\n  at: z.date(),\n");
  expect(source).toContain(
    '  depot: z.enum(["D\\n3", "D\\"1", "D0", "D\u2028\\\\2"]),\n  note: z.string().nullish(),\n',
  );
  expect(source).toContain('  "km driven": z.number().nullable(),\n  seats: z.number().int(),\n');
  expect(source).toContain("  big: z.bigint().optional(),\n  late: z.boolean(),\n");
  const { schema } = await run(source);
  if (schema === undefined) return expect.fail("no schema");
  const { at } = schema.shape;
  if (!(at instanceof z.ZodDate)) return expect.fail("no date");
  const definition = { ...dataset("fleet", { schema: z.object({ at }), eventTime: "at" }), schema };
  const { rejected } = new SchemaValidator(definition).validate(table);
  expect(rejected).toEqual([]);
});

test("checks are written that the sample passes, and that see what is wrong with another", async () => {
  const table = sample(600, "fleet");
  const source = suggestChecks(table);
  expect(source).toBe(suggestChecks(sample(600, "fleet")));
  const { checks = [] } = await run(source);
  const judged = (batch: Table): string[] =>
    checks.map((check) => `${check.check}(${check.columns.join()}) ${check.judge({ batch, previous: table }).outcome}`);
  expect(judged(table)).toEqual([
    "rowCount() pass",
    "completeness(note) pass",
    "completeness(km driven) pass",
    "completeness(big) pass",
    "uniqueness(id) pass",
    "distribution(depot) pass",
    "range(km driven) pass",
    "distribution(km driven) pass",
    "range(seats) pass",
    "distribution(seats) pass",
    "distribution(late) pass",
  ]);
  expect(judged(sample(600, "another day")).filter((line) => !line.endsWith("pass"))).toEqual([]);
  const scaled = makeTable({
    ...table.columns,
    "km driven": { tag: "f64", values: Float64Array.from({ length: 600 }, (_, i) => i * 1000) },
    id: { tag: "f64", values: new Float64Array(600) },
  });
  expect(judged(scaled).filter((line) => line.endsWith("fail"))).toEqual([
    "uniqueness(id) fail",
    "range(km driven) fail",
    "distribution(km driven) fail",
  ]);
});

test("odd samples still give sources that compile", async () => {
  const odd: Table[] = [
    makeTable({}),
    tableFromRows([], types),
    makeTable({ x: { tag: "f64", values: Float64Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY) } }),
    makeTable({ x: { tag: "f64", values: Float64Array.of(-1.7e308, 1.7e308) } }),
    makeTable({ x: { tag: "f64", values: Float64Array.of(5e-324, 0, -0) } }),
    makeTable({ x: { tag: "f64", values: new Float64Array(50).fill(-7) } }),
    makeTable({
      ["__proto__"]: { tag: "bool", values: Uint8Array.of(1) },
      "a\nb": { tag: "f64", values: Float64Array.of(1) },
    }),
  ];
  for (const table of odd) {
    expect((await run(inferSchema(table))).schema).toBeDefined();
    for (const check of (await run(suggestChecks(table))).checks ?? [])
      if (check.check === "range")
        expect(check.judge({ batch: table }).rowsFailing, check.judge({ batch: table }).reason).toBe(
          Array.from(table.columns["x"]?.values ?? [], Number).filter((value) => !Number.isFinite(value)).length,
        );
  }
  expect(() => inferSchema(makeTable({}), { maxEnum: -1 })).toThrowError(/argument\/invalid/);
  expect(() => suggestChecks(makeTable({}), { slack: Number.NaN })).toThrowError(/argument\/invalid/);
  expect(() => suggestChecks(makeTable({}), { confidence: 99 })).toThrowError(/argument\/invalid/);
});

test("64-bit integers that are exact as numbers are suggested as numbers, with their checks; others as bigints", () => {
  const table = tableFromRows(
    Array.from({ length: 300 }, (_, i) => ({ km: BigInt(i % 50), odo: 2n ** 53n + BigInt(i % 50) })),
    { km: { tag: "i64", nullable: false }, odo: { tag: "i64", nullable: false } },
  );
  expect(inferSchema(table)).toContain("  km: z.number().int(),\n  odo: z.bigint(),\n");
  const checks = suggestChecks(table);
  expect(checks).toContain('  range("km", { min: 0, max: 54 }),\n  distribution("km", { against: "previous" }),\n');
  expect(checks).not.toContain("odo");
  const { rejected } = new SchemaValidator({ name: "trips", schema: z.object({ km: z.number().int() }) }).validate(
    table,
  );
  expect(rejected).toEqual([]);
});
