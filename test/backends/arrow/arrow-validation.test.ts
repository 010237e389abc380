import {
  DateDay,
  Dictionary,
  Field,
  FixedSizeList,
  Float64,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  List,
  makeData,
  makeVector,
  Map_,
  Struct,
  Table as ArrowTable,
  TimestampMicrosecond,
  TimestampNanosecond,
  Utf8,
  type Vector,
} from "apache-arrow";
// biome-ignore lint/style/noRestrictedImports: vectors as a host makes them, by Arrow's own builders
import { vectorFromArray } from "apache-arrow";
import { expect, test } from "vitest";
import { z } from "zod";
import { tableFromArrow } from "../../../src/backends/arrow/arrow-source.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { validateRow } from "../../../src/data/schema/validate-row.ts";
import { validateTable } from "../../../src/data/schema/validate-table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";

// Vectors of Arrow, sliced and in several batches, judged as columns: beside the user's own zod on each row.

const count = 300;

/** A column of Arrow beside the same cells as an application holds them, and a field that refuses some of them. */
interface Case {
  readonly vector: Vector;
  readonly cells: readonly unknown[];
  readonly field: z.ZodType;
}

function cells<T>(random: Random, cell: (row: number) => T): (T | null)[] {
  return Array.from({ length: count }, (_, row) => (random.int(6) === 0 ? null : cell(row)));
}

const words = ["", "a", "Äpfel", "😀😀", "a rather long text that is beyond twelve bytes", "ATL", "\uFEFFbom", "é"];
const word = (random: Random): string => words[random.int(words.length)] ?? "";

function text(random: Random, type: Utf8 | LargeUtf8): Case {
  const own = cells(random, () => word(random));
  return { vector: vectorFromArray(own, type), cells: own, field: z.string().min(1).max(9).nullable() };
}

/** Distinct in every row, so that no two share a string. */
function distinctTexts(random: Random): Case {
  const own = cells(random, (row) => `row ${row} ${row % 3 === 0 ? "ü" : ""}`);
  return {
    vector: vectorFromArray(own, new Utf8()),
    cells: own,
    field: z
      .string()
      .regex(/[05] ü?$/)
      .nullish(),
  };
}

/** Codes into a dictionary in which an entry is null and two are equal. */
function dictionaryWithNull(random: Random): Case {
  const entries = ["x", null, "yy", "x", "zzz"];
  const codes = Int32Array.from({ length: count }, () => random.int(entries.length));
  const own = [...codes].map((code) => entries[code] ?? null);
  const dictionary = vectorFromArray(entries, new Utf8());
  const data = makeData({ type: new Dictionary(new Utf8(), new Int32()), length: count, data: codes, dictionary });
  return { vector: makeVector(data), cells: own, field: z.enum(["x", "zzz"]).optional() };
}

function dictionaryOfNumbers(random: Random): Case {
  const entries = Float64Array.of(0.5, -0, 1e300);
  const codes = Int16Array.from({ length: count }, () => random.int(3));
  const type = new Dictionary(new Float64(), new Int16());
  const data = makeData({ type, length: count, data: codes, dictionary: makeVector(entries) });
  return { vector: makeVector(data), cells: [...codes].map((code) => entries[code]), field: z.number().max(1) };
}

function instants(random: Random, unit: "us" | "ns"): Case {
  const perMs = unit === "us" ? 1000n : 1_000_000n;
  const ms = cells(random, () => (random.int(2) === 0 ? 1 : -1) * random.int(4_000_000_000) * 1000 + random.int(1000));
  const counts = BigInt64Array.from(ms, (value) => BigInt(value ?? 0) * perMs + BigInt(random.int(1000)));
  const nullBitmap = new Uint8Array(Math.ceil(count / 8));
  ms.forEach((value, row) => {
    if (value !== null) nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  });
  const type = unit === "us" ? new TimestampMicrosecond() : new TimestampNanosecond();
  const nullCount = ms.filter((value) => value === null).length;
  const vector = makeVector(makeData({ type, length: count, data: counts, nullBitmap, nullCount }));
  const own = ms.map((value, row) => (value === null ? null : exactMs(counts[row] ?? 0n, perMs)));
  return { vector, cells: own, field: z.date().min(new Date("1930-01-01")).nullable() };
}

/** A count over a unit as the nearest double, by way of a decimal that the engine itself reads. */
function exactMs(value: bigint, per: bigint): number {
  const digits = per === 1000n ? 3 : 6;
  const [sign, size] = value < 0n ? ["-", -value] : ["", value];
  return Number(`${sign}${size / per}.${String(size % per).padStart(digits, "0")}`);
}

function structs(random: Random): Case {
  const type = new Struct([
    new Field("km", new Float64(), true),
    new Field("name", new Utf8(), true),
    new Field("inner", new Struct([new Field("n", new Int64(), true), new Field("day", new DateDay(), true)]), true),
  ]);
  const own = cells(random, () => ({
    km: random.int(4) === 0 ? null : random.int(20) - 5,
    name: word(random),
    inner: { n: BigInt(random.int(9)), day: new Date(86_400_000 * random.int(20_000)) },
  }));
  const field = z.object({
    km: z.number().min(0),
    name: z.string().min(1),
    inner: z.object({ n: z.number().max(6), day: z.iso.datetime() }),
  });
  const plain = own.map(
    (cell) => cell && { ...cell, inner: { n: Number(cell.inner.n), day: cell.inner.day.toISOString() } },
  );
  return { vector: vectorFromArray(own, type), cells: plain, field: field.nullable() };
}

function lists(random: Random): Case {
  const type = new List(new Field("item", new Float64(), true));
  const own = cells(random, () =>
    Array.from({ length: random.int(5) }, () => (random.int(9) === 0 ? null : random.int(10))),
  );
  return { vector: vectorFromArray(own, type), cells: own, field: z.array(z.number().max(7)).max(3).nullable() };
}

function pairs(random: Random): Case {
  const type = new FixedSizeList(2, new Field("item", new Int32(), true));
  const own = cells(random, () => [random.int(10), random.int(10)]);
  return { vector: vectorFromArray(own, type), cells: own, field: z.tuple([z.number(), z.number().max(5)]).optional() };
}

function listsOfStructs(random: Random): Case {
  const item = new Struct([
    new Field("kind", new Utf8(), true),
    new Field("tags", new List(new Field("t", new Utf8())), true),
  ]);
  const own = cells(random, () =>
    Array.from({ length: random.int(4) }, () => ({
      kind: random.int(3) === 0 ? "b" : "a",
      tags: Array.from({ length: random.int(3) }, () => word(random)),
    })),
  );
  const field = z.array(
    z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a"), tags: z.array(z.string()).max(1) }),
      z.object({ kind: z.literal("b"), tags: z.array(z.string().min(1)) }),
    ]),
  );
  return { vector: vectorFromArray(own, new List(new Field("item", item, true))), cells: own, field: field.nullish() };
}

function maps(random: Random): Case {
  const entry = new Struct<{ key: Utf8; value: Float64 }>([
    new Field("key", new Utf8(), false),
    new Field("value", new Float64(), true),
  ]);
  const own = Array.from({ length: count }, () =>
    Object.fromEntries(Array.from({ length: random.int(3) }, (_, i) => [`k${i}`, random.int(10)])),
  );
  const type = new Map_<Utf8, Float64>(new Field("entries", entry, false));
  const vector = vectorFromArray(
    own.map((record) => new Map(Object.entries(record))),
    type,
  );
  return { vector, cells: own, field: z.record(z.string(), z.number().max(6)) };
}

const cases: { readonly [name: string]: (random: Random) => Case } = {
  text: (random) => text(random, new Utf8()),
  "large text": (random) => text(random, new LargeUtf8()),
  "distinct texts": distinctTexts,
  "a dictionary with a null entry": dictionaryWithNull,
  "a dictionary of numbers": dictionaryOfNumbers,
  microseconds: (random) => instants(random, "us"),
  nanoseconds: (random) => instants(random, "ns"),
  structs,
  lists,
  "lists of a fixed length": pairs,
  "lists of structs of lists": listsOfStructs,
  maps,
};

/** The rows of the records, each judged by zod; instants go in as dates and stay as the number they were. */
function byZod(schema: z.ZodObject, records: readonly Record<string, unknown>[]): readonly unknown[] {
  return records.map((record) => {
    const single = validateRow(schema, record, { nulls: "single" });
    const read = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== null));
    const own = schema.safeParse(schema.safeParse(record).success ? record : read);
    expect(single.ok).toBe(own.success || schema.safeParse(record).success);
    return single;
  });
}

test.each(Object.entries(cases))("%s", (name, makeCase) => {
  const { vector, cells: own, field } = makeCase(seededRandom(name));
  const schema = z.object({ x: field });
  const isInstant = name.endsWith("seconds");
  const whole = new ArrowTable({ x: vector });
  let refused = 0;
  for (const [from, to] of [
    [0, count],
    [1, count],
    [7, 208],
    [64, 128],
    [299, 300],
    [5, 5],
  ] as const) {
    for (const arrow of [
      whole.slice(from, to),
      whole.slice(from, from + 3).concat(whole.slice(from + 3, Math.max(to, from + 3))),
    ]) {
      const end = Math.max(to, from + (arrow.batches.length > 1 ? 3 : 0));
      const given = own.slice(from, Math.min(end, count));
      const records = given.map((cell) => ({ x: isInstant && cell !== null ? new Date(Number(cell)) : cell }));
      const { rejected, table } = validateTable(schema, tableFromArrow(arrow), { nulls: "single" });
      const issues = new Map(rejected.map((fault) => [fault.row, fault.issues]));
      const outputs = tableToRows(table);
      expect(table.rowCount).toBe(given.length);
      byZod(schema, records).forEach((answer, row) => {
        const ours = issues.has(row)
          ? { ok: false, issues: issues.get(row) }
          : { ok: true, value: jsonOf(outputs[row]) };
        expect(ours).toEqual(isInstant ? finer(answer, given[row]) : answer);
      });
      refused += rejected.length;
    }
  }
  expect(refused).toBeGreaterThan(20);
});

function finer(answer: unknown, cell: unknown): unknown {
  return typeof answer === "object" && answer !== null && "value" in answer ? { ok: true, value: { x: cell } } : answer;
}

/** A row whose JSON cells are values. */
function jsonOf(row: Record<string, unknown> | undefined): unknown {
  const x = row?.["x"];
  const isJson = typeof x === "string" && /^[[{]/.test(x);
  return x === undefined ? {} : { x: isJson ? JSON.parse(x) : x };
}

test("members that JSON cannot hold are refused by name", () => {
  const struct = new Struct([new Field("n", new Int64(), true)]);
  const wide = new ArrowTable({ s: vectorFromArray([{ n: 2n ** 60n }], struct) });
  expect(() => tableFromArrow(wide)).toThrowError(/table\/unsupported-type.*1152921504606846976.*"s.n"/);
  const inStruct = new Struct([new Field("l", new List(new Field("i", new Float64())), true)]);
  const notFinite = new ArrowTable({ s: vectorFromArray([{ l: [1, Number.NaN] }], inStruct) });
  expect(() => tableFromArrow(notFinite)).toThrowError(/table\/unsupported-type.*not finite.*"s"/);
});

test("text that is no UTF-8 is refused with its column and row", () => {
  const data = makeData({
    type: new Utf8(),
    length: 2,
    valueOffsets: Int32Array.of(0, 1, 2),
    data: Uint8Array.of(97, 0xff),
  });
  expect(() => tableFromArrow(new ArrowTable({ t: makeVector(data) }))).toThrowError(
    /data\/malformed-source.*no UTF-8 in column "t", row 1/,
  );
});
