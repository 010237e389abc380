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

test("arrays of what is plainly numbers or texts are lists, vectors where they have a length; other arrays are JSON", () => {
  const lists = z.object({
    at: z.date(),
    vector: z.array(z.number()).length(3),
    wrapped: z.array(z.int().min(0)).length(2).nullable().readonly(),
    numbers: z.array(z.number().default(0)).min(1),
    literals: z.array(z.literal([1, 2])).optional(),
    texts: z.array(z.string()).max(4),
    enums: z.array(z.enum(["a", "b"])).length(1),
    piped: z
      .string()
      .transform((text) => [text.length])
      .pipe(z.array(z.number()).length(1)),
    either: z.union([z.array(z.number()).length(1), z.array(z.number()).length(2)]),
    empty: z.array(z.number()).length(0),
    gaps: z.array(z.number().nullable()),
    holes: z.array(z.number().optional()),
    mixed: z.array(z.union([z.number(), z.string()])),
    tuple: z.tuple([z.number(), z.number()]),
    objects: z.array(z.object({ a: z.number() })),
    nested: z.array(z.array(z.number())),
    one: z.union([z.array(z.number()), z.array(z.string())]),
    any: z.array(z.any()),
    never: z.array(z.never()),
  });
  const { columns } = dataset("lists", { schema: lists, eventTime: "at" });
  const list = (tag: string, nullable: boolean, size?: number): object => ({ tag, nullable, ...(size && { size }) });
  expect(columns).toEqual({
    at: { tag: "instant", nullable: false },
    vector: list("f64[]", false, 3),
    wrapped: list("f64[]", true, 2),
    numbers: list("f64[]", false),
    literals: list("f64[]", true),
    texts: list("utf8[]", false),
    enums: list("utf8[]", false, 1),
    piped: list("f64[]", false, 1),
    either: list("f64[]", false),
    empty: list("f64[]", false),
    ...Object.fromEntries(
      ["gaps", "holes", "mixed", "tuple", "objects", "nested", "one", "any", "never"].map((name) => [
        name,
        { tag: "json", nullable: false },
      ]),
    ),
  });
  type Of<N extends keyof typeof columns> = (typeof columns)[N];
  expectTypeOf<Of<"vector" | "numbers" | "piped" | "either" | "empty">>().toEqualTypeOf<ColumnType<"f64[]", false>>();
  expectTypeOf<Of<"wrapped" | "literals">>().toEqualTypeOf<ColumnType<"f64[]", true>>();
  expectTypeOf<Of<"texts" | "enums">>().toEqualTypeOf<ColumnType<"utf8[]", false>>();
  expectTypeOf<
    Of<"gaps" | "holes" | "mixed" | "tuple" | "objects" | "nested" | "one" | "any" | "never">
  >().toEqualTypeOf<ColumnType<"json", false>>();
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
