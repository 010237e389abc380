import type { z } from "zod";
import type { CellTag } from "../../../src/core/cell-type.ts";
import type { Random } from "../../../src/core/random.ts";

/** The zod that schemas are made with: the installed one or another of the versions we support. */
export type Zod = typeof z;

/** A random field schema, with what the column generator needs to hit its edges. */
export interface RandomField {
  readonly schema: z.ZodType;
  /** Which numbers it takes, by its construction. */
  readonly numbers: "number" | "bigint" | "either";
  readonly hints: readonly unknown[];
  /** The cell types that it would like, where numbers do not say it. */
  readonly likes?: readonly CellTag[];
}

export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.int(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const bounds = [
  -15,
  -3,
  -1,
  0,
  1,
  2,
  3,
  7,
  10,
  0.1,
  2.5,
  1e-7,
  5.5,
  -0,
  2 ** 31,
  2 ** 53,
  1e21,
  -1e300,
  Infinity,
  -Infinity,
];
const steps = [1, 2, 3, 5, 7, 10, 0.1, 0.01, 2.5, 0.07, 1e-6, 1e12, 2 ** 31];

/** zod 4.0 cannot make some schemas that contradict themselves (a least length above the greatest). */
function made<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function number(zod: Zod, random: Random): RandomField {
  const { number: plain, int, int32, uint32, float32, float64 } = zod;
  let schema: z.ZodNumber = pick(random, [plain, plain, int, int32, uint32, float32, float64])();
  const hints: unknown[] = [];
  for (let i = random.int(4); i > 0; i--) {
    const bound = pick(random, bounds);
    const step = pick(random, steps);
    hints.push(bound, step, step * 3, step * 1.5);
    const checks = [
      () => schema.min(bound),
      () => schema.max(bound),
      () => schema.gt(bound),
      () => schema.lt(bound),
      () => schema.int(),
      () => schema.multipleOf(step),
      () => schema.positive({ abort: true }),
      () => schema.refine((x) => Math.abs(x) < 8, "too far"),
      () => schema.refine((x) => x !== 3, { abort: true }),
      () =>
        schema.superRefine((x, ctx) => {
          if (x === 1) ctx.addIssue({ code: "custom", message: "one" });
        }),
      () => schema.overwrite((x) => x + 1),
    ];
    schema = made(pick(random, checks)) ?? schema;
  }
  return { schema, numbers: "number", hints };
}

function bigint(zod: Zod, random: Random): RandomField {
  let schema: z.ZodBigInt = pick(random, [zod.bigint, zod.bigint, zod.int64, zod.uint64])();
  const hints: unknown[] = [];
  for (let i = random.int(3); i > 0; i--) {
    const bound = pick(random, [
      -3n,
      0n,
      5n,
      2n ** 31n,
      -(2n ** 32n),
      2n ** 53n,
      2n ** 63n - 1n,
      2n ** 63n,
      -(2n ** 64n),
      2n ** 70n,
    ]);
    hints.push(bound);
    const checks = [
      () => schema.min(bound),
      () => schema.max(bound),
      () => schema.gt(bound),
      () => schema.lt(bound),
      () => schema.multipleOf(3n),
      () => schema.refine((x) => x % 2n === 0n),
    ];
    schema = made(pick(random, checks)) ?? schema;
  }
  return { schema, numbers: "bigint", hints };
}

function text(zod: Zod, random: Random): RandomField {
  if (random.int(4) === 0) {
    const formats: (() => z.ZodType)[] = [
      () => zod.email(),
      () => zod.uuid(),
      () => zod.url(),
      () => zod.ipv4(),
      () => zod.iso.date(),
      () => zod.iso.datetime(),
      () => zod.base64(),
      () => zod.e164(),
      () => zod.nanoid(),
      () => zod.templateLiteral(["a", zod.number()]),
      () => zod.stringbool(),
    ];
    return {
      schema: pick(random, formats)(),
      numbers: "either",
      hints: ["a1", "yes", "127.0.0.1", "2026-01-01"],
    };
  }
  let schema: z.ZodString = zod.string();
  for (let i = random.int(4); i > 0; i--) {
    const length = random.int(5);
    const checks = [
      () => schema.min(length),
      () => schema.max(length),
      () => schema.length(length),
      () => schema.min(length, { abort: true }),
      () => schema.regex(/^[a-z]\d?$/),
      () => schema.regex(/a/g),
      () => schema.regex(/^.$/u),
      () => schema.regex(/b/y),
      () => schema.startsWith("a"),
      () => schema.includes("b"),
      () => schema.lowercase(),
      () => schema.trim(),
      () => schema.toUpperCase(),
      () => schema.refine((x) => x.includes("a"), "no a"),
      () =>
        schema.superRefine((x, ctx) => {
          if (x.length === 1) ctx.addIssue("one");
        }),
    ];
    schema = made(pick(random, checks)) ?? schema;
  }
  return { schema, numbers: "either", hints: [] };
}

function date(zod: Zod, random: Random): RandomField {
  let schema: z.ZodDate = zod.date();
  const hints: unknown[] = [];
  for (let i = random.int(3); i > 0; i--) {
    const bound = new Date(pick(random, [-1, 0, 50, 8.64e15, -8.64e15, 1e12]));
    hints.push(bound.getTime(), bound.getTime() + 0.5);
    const checks = [
      () => schema.min(bound),
      () => schema.max(bound),
      () => schema.refine((x) => x.getTime() % 2 === 0),
    ];
    schema = made(pick(random, checks)) ?? schema;
  }
  return { schema, numbers: "either", hints };
}

function fixed(zod: Zod, random: Random): RandomField {
  const either = (schema: z.ZodType, ...hints: unknown[]): RandomField => ({ schema, numbers: "either", hints });
  const options: (() => RandomField)[] = [
    () => either(zod.boolean()),
    () => either(zod.enum(["a", "b"]), "a", "b"),
    () => ({ schema: zod.enum({ One: 1, Two: 2 }), numbers: "number", hints: [1, 2] }),
    () => either(zod.literal(["ATL", "x1"]), "ATL"),
    () => ({ schema: zod.literal([1, "a", null, true]), numbers: "number", hints: [1, "a"] }),
    () => either(zod.literal([1, 2n]), 1, 2n),
    () => ({ schema: zod.literal(5n), numbers: "bigint", hints: [5n, 5] }),
    () => either(zod.literal(true)),
    () => either(zod.null()),
    () => either(zod.any()),
    () => either(zod.unknown()),
    () => either(zod.coerce.number().min(0), "12", " 3 ", 4),
    () => either(zod.coerce.boolean()),
    () => either(zod.coerce.string().max(3), 12),
    () => either(zod.coerce.date().min(new Date(0)), "2026-01-01", 12),
    () => either(zod.string().transform((s) => s.length)),
    () => either(zod.string().transform((s) => `${s}!`)),
    () => either(zod.string().transform(Number).pipe(zod.number().min(1)), "12", "0"),
    () => ({ schema: zod.number().transform((x) => String(x)), numbers: "number", hints: [1, 2] }),
    () => ({
      schema: zod.number().transform((x) => ({ x: Number.isFinite(x) ? x + 0 : 0 })),
      numbers: "number",
      hints: [1],
    }),
    () =>
      either(
        zod.preprocess((v) => (typeof v === "string" ? v.trim() : v), zod.string().min(1)),
        " a ",
        " ",
      ),
    () =>
      either(
        zod.date().transform((d) => d.getTime()),
        5.5,
      ),
    () =>
      either(
        zod.lazy(() => zod.string().min(2)),
        "ab",
      ),
    () => ({ schema: zod.number().refine((x) => thrower(x)), numbers: "number", hints: [7] }),
  ];
  return pick(random, options)();
}

/** A refinement that throws on a seven. */
function thrower(x: number): boolean {
  if (x === 7) throw new Error("seven");
  return x < 100;
}

function nested(zod: Zod, random: Random): RandomField {
  const options: (() => z.ZodType)[] = [
    () => zod.object({ a: zod.number().min(0), b: zod.string().default("x") }),
    () => zod.strictObject({ a: zod.number() }),
    () => zod.looseObject({ a: zod.int().optional() }),
    () => zod.array(zod.number().max(3)).max(3),
    () => zod.array(zod.object({ a: zod.number() })),
    () => zod.tuple([zod.number(), zod.string()]),
    () => zod.record(zod.string().min(1), zod.number()),
    () =>
      zod.discriminatedUnion("k", [
        zod.object({ k: zod.literal("a"), a: zod.number() }),
        zod.object({ k: zod.literal("b") }),
      ]),
    () => zod.intersection(zod.object({ a: zod.number() }), zod.object({ b: zod.string() })),
    () => zod.object({ a: zod.number() }).refine((o) => o.a > 0),
  ];
  return { schema: pick(random, options)(), numbers: "either", hints: [], likes: ["json", "json", "f64[]", "utf8"] };
}

/** Lists of numbers, of texts or of either, plain and not. */
function list(zod: Zod, random: Random): RandomField {
  const length = random.int(4);
  const numbers: (() => z.ZodType)[] = [
    () => zod.array(zod.number()).length(length),
    () => zod.array(zod.int().max(3)).min(length),
    () =>
      zod
        .array(zod.number().min(1))
        .min(1)
        .max(length + 1),
    () => zod.array(zod.number().refine((x) => x !== 2)).readonly(),
    () => zod.array(zod.number().nullable()),
    () => zod.array(zod.number().overwrite((x) => x + 1)).max(2),
    () => zod.array(zod.number()).refine((items) => items.length !== 2, "two"),
    () => zod.array(zod.union([zod.number().max(2), zod.literal(7)])),
    () => zod.union([zod.array(zod.number().max(1)), zod.array(zod.number()).length(2)]),
  ];
  const texts: (() => z.ZodType)[] = [
    () => zod.array(zod.string()).length(length),
    () => zod.array(zod.string().max(1).default("d")).max(2),
    () => zod.array(zod.enum(["a", "b"])),
    () => zod.array(zod.string().trim()),
  ];
  const either: (() => z.ZodType)[] = [
    () => zod.union([zod.array(zod.number()), zod.array(zod.string())]),
    () => zod.array(zod.union([zod.number(), zod.string()])),
  ];
  const like = (options: (() => z.ZodType)[], ...likes: CellTag[]): RandomField => ({
    schema: made(pick(random, options)) ?? zod.array(zod.number()),
    numbers: "either",
    hints: [],
    likes,
  });
  return pick(random, [
    () => like(numbers, "f64[]", "f64[]", "f64[]", "json"),
    () => like(texts, "utf8[]", "utf8[]", "utf8[]", "json"),
    () => like(either, "f64[]", "utf8[]", "json"),
  ])();
}

function union(zod: Zod, random: Random): RandomField {
  const members = Array.from({ length: 2 + random.int(2) }, () =>
    pick(random, [number, text, date, number, bigint])(zod, random),
  );
  const [a, b, ...rest] = members;
  if (a === undefined || b === undefined) throw new Error("two members");
  const kinds = new Set(members.map((member) => member.numbers).filter((kind) => kind !== "either"));
  const [only] = kinds;
  return {
    schema: zod.union([a.schema, b.schema, ...rest.map((member) => member.schema)]),
    numbers: only !== undefined && kinds.size === 1 ? only : "either",
    hints: members.flatMap((member) => member.hints),
  };
}

const defaults: { readonly [kind: string]: unknown } = { number: 4, bigint: 4n };

function wrapped(zod: Zod, random: Random, field: RandomField): RandomField {
  let { schema } = field;
  for (let i = random.int(3); i > 0; i--) {
    const value: unknown = field.schema instanceof zod.ZodString ? "dd" : defaults[field.numbers];
    const inner = schema;
    const options: (() => z.ZodType)[] = [
      () => inner.nullable(),
      () => inner.optional(),
      () => inner.nullish(),
      () => inner.readonly(),
      () => inner.nonoptional(),
      () => zod.optional(inner),
    ];
    if (value !== undefined) {
      options.push(
        () => inner.default(() => value),
        () => inner.prefault(() => value),
        () => inner.catch(value),
      );
    }
    schema = pick(random, options)();
  }
  return { ...field, schema };
}

/** A random field schema of any kind. */
export function randomField(zod: Zod, random: Random): RandomField {
  const kind = pick(random, [
    number,
    number,
    number,
    bigint,
    text,
    text,
    date,
    fixed,
    fixed,
    nested,
    nested,
    list,
    union,
  ]);
  return wrapped(zod, random, kind(zod, random));
}
