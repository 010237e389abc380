import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import type { ColumnType } from "../../src/core/cell-type.ts";
import { dataset } from "../../src/data/dataset.ts";

const schema = z.object({
  at: z.date(),
  known: z.date().optional(),
  n: z.number().nullable(),
  i: z.int32(),
  b: z.bigint(),
  s: z.string().optional(),
  e: z.enum(["a", "b"]),
  l: z.literal("x").nullish(),
  f: z.boolean(),
  d: z.string().default("none"),
  r: z.number().readonly(),
});

test("a column's type is the field's, at run time as in the types", () => {
  const { columns } = dataset("all", { schema, eventTime: "at", knownTime: "known", id: "b" });
  expect(columns).toEqual({
    at: { tag: "instant", nullable: false },
    known: { tag: "instant", nullable: true },
    n: { tag: "f64", nullable: true },
    i: { tag: "f64", nullable: false },
    b: { tag: "i64", nullable: false },
    s: { tag: "utf8", nullable: true },
    e: { tag: "utf8", nullable: false },
    l: { tag: "utf8", nullable: true },
    f: { tag: "bool", nullable: false },
    d: { tag: "utf8", nullable: false },
    r: { tag: "f64", nullable: false },
  });
  expectTypeOf(columns.n).toEqualTypeOf<ColumnType<"f64", true>>();
  expectTypeOf(columns.i).toEqualTypeOf<ColumnType<"f64", false>>();
  expectTypeOf(columns.b).toEqualTypeOf<ColumnType<"i64", false>>();
  expectTypeOf(columns.s).toEqualTypeOf<ColumnType<"utf8", true>>();
  expectTypeOf(columns.e).toEqualTypeOf<ColumnType<"utf8", false>>();
  expectTypeOf(columns.d).toEqualTypeOf<ColumnType<"utf8", false>>();
  expectTypeOf(columns.known).toEqualTypeOf<ColumnType<"instant", true>>();
});

test("the schema digest changes with columns, bounds, times and checks, and with nothing else", () => {
  const digest = (s: z.ZodObject<{ at: z.ZodDate; n: z.ZodNumber }>): string =>
    dataset("d", { schema: s, eventTime: "at" }).schemaDigest;
  const base = digest(z.object({ at: z.date(), n: z.number().min(0) }));
  expect(digest(z.object({ at: z.date(), n: z.number("a message").min(0, "another message") }))).toBe(base);
  expect(digest(z.object({ at: z.date(), n: z.number().min(1) }))).not.toBe(base);
  expect(digest(z.object({ at: z.date(), n: z.number() }))).not.toBe(base);
  const both = z.object({ at: z.date(), known: z.date(), n: z.number() });
  expect(dataset("d", { schema: both, eventTime: "at", knownTime: "known" }).schemaDigest).not.toBe(
    dataset("d", { schema: both, eventTime: "at" }).schemaDigest,
  );
});

test("the schema digest tells defaults apart; a default that is made anew each time is one", () => {
  const digest = (n: z.ZodDefault<z.ZodNumber> | z.ZodPrefault<z.ZodNumber>): string =>
    dataset("d", { schema: z.object({ at: z.date(), n }), eventTime: "at" }).schemaDigest;
  expect(digest(z.number().default(0))).toBe(digest(z.number().default(0)));
  expect(digest(z.number().default(0))).not.toBe(digest(z.number().default(5)));
  expect(digest(z.number().default(0))).not.toBe(digest(z.number().prefault(0)));
  let made = 0;
  expect(digest(z.number().default(() => made++))).toBe(digest(z.number().default(() => made++)));
  const dated = (at: z.ZodDefault<z.ZodDate>): string =>
    dataset("d", { schema: z.object({ at }), eventTime: "at" }).schemaDigest;
  expect(dated(z.date().default(new Date(1)))).not.toBe(dated(z.date().default(new Date(2))));
  expect(dated(z.date().default(() => new Date(1)))).toBe(dated(z.date().default(() => new Date(2))));
});

test("a name that is another dataset's quarantine is refused", () => {
  expect(() => dataset("flights.quarantine", { schema: z.object({ at: z.date() }), eventTime: "at" })).toThrowError(
    /definition\/invalid.*"flights.quarantine"/,
  );
});

test("a field that no column can hold is refused by name", () => {
  const tags = z.object({ at: z.date(), tags: z.set(z.string()) });
  expect(() => dataset("d", { schema: tags, eventTime: "at" })).toThrowError(/definition\/invalid.*"tags" of kind set/);
  const mixed = z.object({ at: z.date(), u: z.literal([1, "x"]) });
  expect(() => dataset("d", { schema: mixed, eventTime: "at" })).toThrowError(/"u" of kind literal/);
});

test("wrong columns do not compile and are refused at run time", () => {
  // @ts-expect-error n is no instant
  expect(() => dataset("d", { schema, eventTime: "n" })).toThrowError(/eventTime "n" of type f64/);
  // @ts-expect-error there is no such column
  expect(() => dataset("d", { schema, eventTime: "at", knownTime: "landed" })).toThrowError(/knownTime "landed"/);
  expect(() => dataset("no spaces please", { schema, eventTime: "at" })).toThrowError(/dataset name/);
});
