import fc from "fast-check";
import { expect, test } from "vitest";
import type { NamedExpressions } from "../../../src/contracts/feature-definition.ts";
import { coalesce, makeKernel, nullable, onDemand, request, t, when } from "../../../src/features/index.ts";
import { murmurHash } from "../../../src/core/murmur-hash.ts";
import { evaluateView, type Given } from "../../support/evaluate-expressions.ts";

const kernel = makeKernel();
const fields = request({
  x: nullable(t.float64),
  y: nullable(t.float64),
  yes: nullable(t.bool),
  no: nullable(t.bool),
  text: nullable(t.utf8),
  part: nullable(t.utf8),
  at: nullable(t.instant),
  since: nullable(t.instant),
});
type Build = (
  inputs: Parameters<Parameters<typeof onDemand<"v", [typeof fields], NamedExpressions>>[1]["features"]>[0],
) => NamedExpressions;

function given(values: { readonly [name: string]: Given }, features: Build): { [name: string]: unknown } {
  return evaluateView(onDemand("v", { inputs: [fields], features }), values);
}

test("rounding: halves away from 0, or to the even integer", () => {
  const rounded = (x: number) =>
    Object.values(
      given({ x }, ({ x }) => ({ a: x.round(), b: x.roundHalfEven(), c: x.trunc(), d: x.floor(), e: x.ceil() })),
    );
  expect(rounded(2.5)).toEqual([3, 2, 2, 2, 3]);
  expect(rounded(-2.5)).toEqual([-3, -2, -2, -3, -2]);
  expect(rounded(3.5)).toEqual([4, 4, 3, 3, 4]);
  expect(rounded(0.49999999999999994)).toEqual([0, 0, 0, 0, 1]);
  expect(rounded(-0.4)).toEqual([-0, -0, -0, -1, -0]);
  expect(rounded(2251799813685249.5)).toEqual([
    2251799813685250, 2251799813685250, 2251799813685249, 2251799813685249, 2251799813685250,
  ]);
  expect(rounded(2 ** 53 + 2)).toEqual(Array.from({ length: 5 }, () => 2 ** 53 + 2));
  expect(rounded(Number.NEGATIVE_INFINITY)).toEqual(Array.from({ length: 5 }, () => Number.NEGATIVE_INFINITY));
  expect(rounded(Number.NaN)).toEqual(Array.from({ length: 5 }, () => Number.NaN));
});

test("arithmetic, comparison, buckets", () => {
  const found = given({ x: -7.5, y: 2 }, ({ x, y }) => ({
    rem: x.rem(y),
    pow: x.pow(y),
    sign: x.sign(),
    clamp: x.clamp(-3, y),
    above: x.neg().clamp(-3, y),
    hypot: y.add(1).hypot(4),
    ne: x.ne(y),
    between: y.between(2, 3),
    outside: y.between(x, 1.9),
    isIn: y.isIn([1, 2]),
    isNaN: x.sqrt().isNaN(),
    bucket: y.bucket([0, 2, 10]),
    below: x.bucket([0, 2, 10]),
    nanBucket: x.sqrt().bucket([0]),
    nanIn: x.sqrt().isIn([1]),
    nanNe: x.sqrt().ne(x.sqrt()),
    chain: x.abs().add(0.5).log().exp().round(),
  }));
  expect(found).toEqual({
    ...{ rem: -1.5, pow: 56.25, sign: -1, clamp: -3, above: 2, hypot: 5, ne: true, between: true, outside: false },
    ...{ isIn: true, isNaN: true, bucket: 2, below: 0, nanBucket: NaN, nanIn: false, nanNe: true, chain: 8 },
  });
});

test("logic has three values", () => {
  const values = [true, false, null] as const;
  const table = (op: "and" | "or" | "xor") =>
    values.map((yes) => values.map((no) => given({ yes, no }, (v) => ({ out: v.yes[op](v.no) }))["out"]));
  expect(table("and")).toEqual([
    [true, false, null],
    [false, false, false],
    [null, false, null],
  ]);
  expect(table("or")).toEqual([
    [true, true, true],
    [true, false, null],
    [true, null, null],
  ]);
  expect(table("xor")).toEqual([
    [false, true, null],
    [true, false, null],
    [null, null, null],
  ]);
  expect(given({ yes: null }, ({ yes, no }) => ({ out: yes.and(no) }))["out"]).toBe("missing");
  expect(
    given({ yes: null, no: true }, ({ yes, no }) => ({
      a: yes.not(),
      b: yes.and(true),
      c: no.or(yes),
      d: no.eq(true),
    })),
  ).toEqual({ a: null, b: null, c: true, d: true });
});

test("conditions: the first that holds; one without a value does not hold", () => {
  const band = (x: Given, y?: Given) =>
    given({ x, y }, ({ x, y }) => ({
      out: when(x.lt(0)).then("minus").case(x.eq(0), "zero").otherwise("plus"),
      y: when(x.gt(0)).then(y).otherwise(1),
    }));
  expect(band(-1)).toEqual({ out: "minus", y: 1 });
  expect(band(0)).toEqual({ out: "zero", y: 1 });
  expect(band(2, 5)).toEqual({ out: "plus", y: 5 });
  expect(band(2, null)).toEqual({ out: "plus", y: null });
  expect(band(2)).toEqual({ out: "plus", y: "missing" });
  expect(band(null)).toEqual({ out: "plus", y: 1 });
});

test("nothing: three kinds of it, and what replaces them", () => {
  const found = given({ x: null, text: null, yes: null, at: null }, ({ x, y, text, part, yes, at }) => ({
    isNull: x.isNull(),
    missing: y.isNull(),
    orElse: x.orElse(3),
    ofOther: x.orElse(y),
    first: coalesce(x, y, x.orElse(4)),
    none: coalesce(y, x),
    sum: x.add(y),
    text: text.orElse(part).orElse("?"),
    yes: yes.orElse(true),
    at: at.orElse(0),
    nullIf: x.orElse(3).nullIf(3),
    kept: x.orElse(3).nullIf(4),
    emptied: text.orElse("").nullIf(""),
  }));
  expect(found).toEqual({
    ...{ isNull: true, missing: true, orElse: 3, ofOther: "missing", first: 4, none: null, sum: "missing", text: "?" },
    ...{ yes: true, at: 0, nullIf: null, kept: 3, emptied: null },
  });
});

test("texts by code point, without a locale", () => {
  const face = "\u{1f600}";
  const found = given({ text: `\u2003a${face}Bİß `, part: face }, ({ text, part }) => ({
    length: text.length(),
    slice: text.slice(1, 3),
    last: text.slice(-2),
    middle: text.slice(2, -2),
    empty: text.slice(3, 1),
    trim: text.trim(),
    lower: text.lower(),
    upper: text.upper(),
    contains: text.contains(part),
    starts: text.trim().startsWith("a"),
    ends: part.endsWith(part),
    nothing: text.contains(""),
    concat: part.concat("!").concat(part),
    ne: text.ne(part),
    isIn: part.isIn(["a", face]),
    ...part.oneHot(["ATL", "b"], "is_"),
  }));
  expect(found).toEqual({
    ...{ length: 7, slice: `a${face}`, last: "ß ", middle: `${face}Bİ`, empty: "", trim: `a${face}Bİß` },
    ...{ lower: `\u2003a${face}bİß `, upper: `\u2003A${face}Bİß `, contains: true },
    ...{ starts: true, ends: true, nothing: true, concat: `${face}!${face}` },
    ...{ ne: true, isIn: true, is_ATL: false, is_b: false },
  });
});

test("white space within a text costs no more than its length", () => {
  const spaces = " ".repeat(200_000);
  const started = performance.now();
  const { out } = given({ text: ` a${spaces}b\u3000` }, ({ text }) => ({ out: text.trim() }));
  expect(out).toBe(`a${spaces}b`);
  expect(performance.now() - started).toBeLessThan(2000); // a search for the run that ends it takes a minute
});

test("half of a surrogate pair is a code point of its own, and no constant", () => {
  const halves = (part: string) =>
    given({ text: "\u{1f600}", part }, ({ text, part }) => ({
      found: text.contains(part),
      starts: text.startsWith(part),
      ends: text.endsWith(part),
      length: part.concat("a").length(),
      alone: part.contains(part),
    }));
  const none = { found: false, starts: false, ends: false, length: 2, alone: true };
  expect([halves("\ud83d"), halves("\ude00")]).toEqual([none, none]);
  expect(() => given({}, ({ text }) => ({ out: text.eq("\ud83d") }))).toThrowError(/definition\/invalid.*surrogate/s);
});

test("slices by code point are those of an array of code points", () => {
  const bound = fc.integer({ min: -8, max: 8 });
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 8 }),
      bound,
      fc.option(bound, { nil: undefined }),
      (text, start, end) => {
        const points = Array.from(text);
        const found = given({ text }, ({ text }) => ({ slice: text.slice(start, end), length: text.length() }));
        expect(found).toEqual({ slice: points.slice(start, end).join(""), length: points.length });
      },
    ),
    { numRuns: 500, seed: 7 },
  );
});

test("hash buckets are those of MurmurHash3", () => {
  // scikit-learn 1.9.1, murmurhash3_32(text.encode(), seed=0, positive=True).
  const golden: { readonly [text: string]: number } = {
    "": 0,
    a: 1009084850,
    ab: 2613040991,
    abc: 3017643002,
    ATL: 460623948,
    "hello world": 1586663183,
    aİß: 2605431839,
    "😀": 3199479546,
    "x😀y": 100798425,
    "Sluice: features": 4077092300,
  };
  for (const [text, hash] of Object.entries(golden)) {
    expect(murmurHash(text)).toBe(hash);
    expect(given({ text }, ({ text }) => ({ bucket: text.hash(1000) }))).toEqual({ bucket: hash % 1000 });
  }
  expect(murmurHash("\ud83d")).not.toBe(murmurHash("\ude00"));
});

test("the calendar agrees with Date over all its instants", () => {
  const last = 8.64e15;
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: -last, max: last }), fc.integer({ min: -4e12, max: 2.6e14 })), (ms) => {
      const date = new Date(ms);
      const day = date.getUTCDay() === 0 ? 7 : date.getUTCDay();
      const startOfYear = new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1);
      expect([kernel.year(ms), kernel.month(ms), kernel.day(ms)]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ]);
      expect([kernel.hour(ms), kernel.minute(ms), kernel.second(ms), kernel.weekday(ms)]).toEqual([
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
        day,
      ]);
      if (startOfYear >= -last) expect(kernel.dayOfYear(ms)).toBe(Math.floor((ms - startOfYear) / 86_400_000) + 1);
    }),
    { numRuns: 3000, seed: 7 },
  );
  expect([kernel.year(NaN), kernel.month(Infinity), kernel.dayOfYear(-Infinity)]).toEqual([NaN, NaN, NaN]);
});

test("instants: floors, sums and differences", () => {
  const at = Date.UTC(1969, 11, 31, 23, 59, 59, 999);
  const found = given({ at, since: Date.UTC(1969, 11, 30) }, ({ at, since }) => ({
    hour: at.floorTo("1h"),
    later: at.plus("1ms"),
    earlier: at.minus("1d"),
    ms: at.msSince(since),
    seconds: at.secondsSince(at.minus("1500ms")),
    days: at.plus("1ms").daysSince(since),
    weekend: at.isWeekend(),
    saturday: at.plus("3d").isWeekend(),
    after: at.gt(since),
    same: at.eq(at.toMs().toInstant()),
    dayOfYear: at.dayOfYear(),
  }));
  expect(found).toEqual({
    ...{ hour: -3_600_000, later: 0, earlier: at - 86_400_000, ms: 172_799_999, seconds: 1.5, days: 2 },
    ...{ weekend: false, saturday: true, after: true, same: true, dayOfYear: 365 },
  });
});

test("conversions are exact, or null", () => {
  const number = (text: string) => given({ text }, ({ text }) => ({ out: text.toNumber() }))["out"];
  expect(["12", "-0.5e3", "-0", "1e999", "0x10", " 1", "1_0", "", "NaN", ".5", "5."].map(number)).toEqual([
    ...[12, -500, -0, null, null, null, null, null, null, null, null],
  ]);
  expect(
    given({ x: 0.1, y: 1, yes: false, text: "true", part: "yes", at: -1 }, ({ x, y, yes, text, part, at }) => ({
      number: x.toText(),
      one: y.toBoolean(),
      tenth: x.toBoolean(),
      no: yes.toText(),
      zero: yes.toNumber(),
      bool: text.toBoolean(),
      unknown: part.toBoolean(),
      ms: at.toMs(),
      instant: y.toInstant(),
      fraction: x.toInstant(),
      far: y.mul(9e15).toInstant(),
    })),
  ).toEqual({
    ...{ number: "0.1", one: true, tenth: null, no: "false", zero: 0, bool: true, unknown: null, ms: -1 },
    ...{ instant: 1, fraction: null, far: null },
  });
});
