import fc from "fast-check";
import { expect, test } from "vitest";
import * as mini from "zod/mini";
import { z } from "zod";
import type { CellValue } from "../../../src/core/cell-type.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { SchemaValidator } from "../../../src/data/schema/schema-validator.ts";
import { cellAt, rowAt } from "../../../src/table/cell-at.ts";
import { type RowObject, tableFromRows } from "../../../src/table/table-from-rows.ts";
import { takeRows } from "../../../src/table/take-rows.ts";

type Field = { readonly schema: z.ZodType; readonly values: fc.Arbitrary<number | bigint | string | boolean | Date> };

const numbers = fc.oneof(
  fc.double(),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(0, -0, 1, 10, -10, 2 ** 53, 2 ** 53 - 1, 2147483647, 2147483648, 3.5e38, Number.MAX_VALUE),
);
const bound = fc.oneof(
  fc.integer({ min: -15, max: 15 }),
  fc.double({ noNaN: true }),
  fc.constantFrom(Infinity, -Infinity),
);
const numberField: fc.Arbitrary<Field> = fc
  .tuple(
    fc.constantFrom("number", "int", "int32", "uint32", "float32"),
    fc.array(fc.tuple(fc.constantFrom("min", "max", "gt", "lt", "int", "multipleOf", "refine"), bound), {
      maxLength: 3,
    }),
  )
  .map(([kind, checks]) => {
    let schema: z.ZodNumber =
      kind === "int"
        ? z.int()
        : kind === "int32"
          ? z.int32()
          : kind === "uint32"
            ? z.uint32()
            : kind === "float32"
              ? z.float32()
              : z.number();
    for (const [check, value] of checks) {
      if (check === "int") schema = schema.int();
      else if (check === "multipleOf") schema = schema.multipleOf(3);
      else if (check === "refine") schema = schema.refine((x) => x % 2 === 0);
      else if (check === "min") schema = schema.min(value);
      else if (check === "max") schema = schema.max(value);
      else if (check === "gt") schema = schema.gt(value);
      else schema = schema.lt(value);
    }
    return { schema, values: numbers };
  });

const texts = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 5 }),
  fc.constantFrom("", "ATL", "a", "b", "😀😀", "x1", "a@b.co"),
);
const textField: fc.Arbitrary<Field> = fc
  .constantFrom(
    z.string(),
    z.string().min(2),
    z.string().max(2),
    z.string().length(2),
    z.string().regex(/^[a-z]\d$/),
    z.email(),
    z.string().trim().toLowerCase(),
    z.enum(["a", "b"]),
    z.literal(["ATL", "x1"]),
    z.string().refine((x) => x.includes("a")),
  )
  .map((schema) => ({ schema, values: texts }));

const bigintField: fc.Arbitrary<Field> = fc
  .constantFrom(z.bigint(), z.bigint().min(-3n), z.bigint().max(5n), z.int64(), z.bigint().positive())
  .map((schema) => ({
    schema,
    values: fc.oneof(fc.bigInt({ min: -10n, max: 10n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  }));

const instants = fc.oneof(fc.date({ noInvalidDate: true }), fc.date({ min: new Date(0), max: new Date(100) }));
const dateField: fc.Arbitrary<Field> = fc
  .constantFrom(
    z.date(),
    z.date().min(new Date(50)),
    z.date().max(new Date(50)),
    z.date().min(new Date(10)).max(new Date(90)),
  )
  .map((schema) => ({ schema, values: instants }));

const boolField: fc.Arbitrary<Field> = fc
  .constantFrom(z.boolean(), z.literal(true))
  .map((schema) => ({ schema, values: fc.boolean() }));

const field: fc.Arbitrary<Field> = fc
  .tuple(
    fc.oneof(numberField, textField, bigintField, dateField, boolField),
    fc.constantFrom("none", "nullable", "optional", "nullish", "exact", "readonly"),
  )
  .map(([{ schema, values }, wrapper]) => {
    const wrapped = {
      none: schema,
      nullable: schema.nullable(),
      optional: schema.optional(),
      nullish: schema.nullish(),
      exact: z.exactOptional(schema),
      readonly: schema.readonly(),
    }[wrapper];
    return { schema: wrapped ?? schema, values };
  });

const cases = fc.tuple(field, field, fc.boolean()).chain(([a, b, rowCheck]) =>
  fc.record({
    schema: fc.constant(
      rowCheck
        ? z.object({ t: z.date(), a: a.schema, b: b.schema }).refine((row) => String(row.a).length < 3)
        : z.object({ t: z.date(), a: a.schema, b: b.schema }),
    ),
    rows: fc.array(
      fc.record(
        { t: fc.constant(new Date(0)), a: fc.option(a.values, { freq: 6 }), b: fc.option(b.values, { freq: 6 }) },
        { requiredKeys: ["t"] },
      ),
      { maxLength: 12 },
    ),
  }),
);

/** Dates as epoch ms: an invalid one is NaN, as a column of instants may hold it. */
function withoutDates(row: { readonly [name: string]: CellValue | Date | undefined }): RowObject {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.getTime() : value]),
  );
}

test("the verdict on every row, its issues and its output are zod's own", () => {
  let rowsJudged = 0;
  let rowsRefused = 0;
  fc.assert(
    fc.property(cases, ({ schema, rows }) => {
      const definition = dataset("fuzz", { schema, eventTime: "t" });
      const everyNull = Object.fromEntries(
        Object.entries(definition.columns).map(([name, type]) => [name, { tag: type.tag, nullable: true }]),
      );
      const table = tableFromRows(rows.map(withoutDates), everyNull);
      const { acceptedRows, rejected, table: output } = new SchemaValidator(definition).validate(table);
      const accepted = new Set(acceptedRows);
      const issues = new Map(rejected.map((fault) => [fault.row, fault.issues]));
      rows.forEach((row, i) => {
        const answer = schema.safeParse(row);
        rowsJudged++;
        if (!answer.success) rowsRefused++;
        expect(
          accepted.has(i),
          `row ${i}: ${JSON.stringify(row, (_, v) => (typeof v === "bigint" ? `${v}n` : v))}`,
        ).toBe(answer.success);
        if (answer.success) {
          const stored = Object.fromEntries(
            Object.entries(answer.data)
              .filter(([, v]) => v !== undefined)
              .map(([k, v]) => [k, v instanceof Date ? v.getTime() : v]),
          );
          expect(rowAt(output, i)).toStrictEqual(stored);
        } else
          expect(issues.get(i)?.map((issue) => issue.message)).toEqual(
            answer.error.issues.map((issue) => issue.message),
          );
      });
    }),
    { seed: 31, numRuns: 1000 },
  );
  expect(rowsJudged).toBeGreaterThan(2000);
  expect(rowsRefused).toBeGreaterThan(300);
  expect(rowsJudged - rowsRefused).toBeGreaterThan(300);
});

const trips = dataset("trips", {
  schema: z.object({
    at: z.date(),
    km: z.number().positive(),
    from: z.string().min(1),
    note: z.string().optional(),
    seats: z.number().default(4),
  }),
  eventTime: "at",
});

test("issues carry path, code and message; counts are exact while only the first rows are kept", () => {
  const rows = Array.from(
    { length: 50 },
    (_, i): RowObject => ({ at: i, km: i % 2 === 0 ? -1 : 1, from: "", seats: 1 }),
  );
  const { faults, rejected, issueCounts } = new SchemaValidator(trips, { keepFaults: 3 }).validate(
    tableFromRows(rows, { ...trips.columns, note: { tag: "utf8", nullable: true } }),
  );
  expect(faults).toHaveLength(3);
  expect(rejected).toHaveLength(50);
  expect(faults[0]?.issues.map((issue) => [issue.path, issue.code])).toEqual([
    ["km", "too_small"],
    ["from", "too_small"],
  ]);
  expect(Object.fromEntries(issueCounts)).toEqual({ "km: too_small": 25, "from: too_small": 50 });
});

test("an absent cell takes the schema's default; an optional one stays absent", () => {
  const table = tableFromRows([{ at: 0, km: 1, from: "x" }], {
    at: trips.columns.at,
    km: trips.columns.km,
    from: trips.columns.from,
  });
  const { table: output, acceptedRows } = new SchemaValidator(trips).validate(table);
  expect([...acceptedRows]).toEqual([0]);
  expect(rowAt(output, 0)).toEqual({ at: 0, km: 1, from: "x", seats: 4 });
});

test("the single null of a source becomes the one that the field accepts", () => {
  const table = tableFromRows([{ at: 0, km: 1, from: "x", note: null, seats: null }], {
    ...trips.columns,
    note: { tag: "utf8", nullable: true },
    seats: { tag: "f64", nullable: true },
  });
  expect(
    new SchemaValidator(trips).validate(table, { nulls: "exact" }).rejected[0]?.issues.map((issue) => issue.path),
  ).toEqual(["note", "seats"]);
  const single = new SchemaValidator(trips).validate(table, { nulls: "single" });
  expect(rowAt(takeRows(single.table, single.acceptedRows), 0)).toEqual({ at: 0, km: 1, from: "x", seats: 4 });
});

test("integers widen to doubles; one that a double cannot hold is refused, not rounded", () => {
  const schema = z.object({ at: z.date(), n: z.number(), m: z.number() });
  const table = tableFromRows(
    [
      { at: 0, n: 7n, m: 1 },
      { at: 0, n: 2n ** 60n, m: 2 },
    ],
    { at: { tag: "instant", nullable: false }, n: { tag: "i64", nullable: false }, m: { tag: "i32", nullable: false } },
  );
  const { table: output, rejected } = new SchemaValidator(dataset("wide", { schema, eventTime: "at" })).validate(table);
  expect(cellAt(output.columns["n"] ?? expect.fail("n"), 0)).toBe(7);
  expect(rejected).toEqual([
    { row: 1, issues: [{ path: "n", code: "invalid_type", message: expect.stringContaining("received bigint") }] },
  ]);
});

test("a missing column and a column of another type are errors that name it", () => {
  const validator = new SchemaValidator(trips);
  expect(() =>
    validator.validate(tableFromRows([{ at: 0, from: "x" }], { at: trips.columns.at, from: trips.columns.from })),
  ).toThrowError(/data\/missing-column.*"km"/);
  const wrong = tableFromRows([{ at: "2001", km: 1, from: "x" }], {
    at: { tag: "utf8", nullable: false },
    km: trips.columns.km,
    from: trips.columns.from,
  });
  expect(() => validator.validate(wrong)).toThrowError(/data\/schema-mismatch.*"at" of type utf8/);
});

test("schemas of zod/mini work alike", () => {
  const definition = dataset("small", {
    schema: mini.object({ at: mini.date(), km: mini.number().check(mini.positive()) }),
    eventTime: "at",
  });
  const { rejected } = new SchemaValidator(definition).validate(
    tableFromRows(
      [
        { at: 0, km: -1 },
        { at: 0, km: 1 },
      ],
      definition.columns,
    ),
  );
  expect(rejected.map((fault) => fault.row)).toEqual([0]);
});

test("asynchronous and throwing checks are refused", () => {
  const rows = tableFromRows([{ at: 0, km: 1 }], {
    at: { tag: "instant", nullable: false },
    km: { tag: "f64", nullable: false },
  });
  const asynchronous = dataset("later", {
    schema: z.object({ at: z.date(), km: z.number().refine(async () => true) }),
    eventTime: "at",
  });
  expect(() => new SchemaValidator(asynchronous).validate(rows)).toThrowError(/definition\/invalid.*asynchronous/);
  const throwing = dataset("throws", {
    schema: z.object({ at: z.date(), km: z.number() }).refine(() => {
      throw new Error("oops");
    }),
    eventTime: "at",
  });
  expect(() => new SchemaValidator(throwing).validate(rows)).toThrowError(/definition\/invalid/);
});
