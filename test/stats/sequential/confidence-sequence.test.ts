import fc from "fast-check";
import { expect, test } from "vitest";
import { confidenceSequence } from "../../../src/stats/sequential/confidence-sequence.ts";
import { computed, reasonOf } from "../computed.ts";
import { golden } from "../golden.ts";
import { everExcludedShare, peekedExperiments } from "./peeked-experiments.ts";

interface Arm {
  readonly n: number;
  readonly successes?: number;
  readonly sum?: number;
  readonly sumOfSquares?: number;
}

interface SequentialCase {
  readonly a: Arm;
  readonly b: Arm;
  readonly nStar: number;
  readonly estimate: number;
  readonly standardError: number;
  readonly interval: readonly [number, number];
  readonly pValue: number;
}

test("equals GrowthBook's published cases, a proportion and a mean, both relative", () => {
  const { cases } = golden("stats-sequential-cases") as { readonly cases: readonly SequentialCase[] };
  expect(cases.length).toBe(2);
  for (const { a, b, nStar, estimate, standardError, interval, pValue } of cases) {
    const [x, y] = [a, b].map(({ n, successes, sum = 0, sumOfSquares = 0 }) => {
      const mean = (successes ?? sum) / n;
      const variance = successes === undefined ? (sumOfSquares - sum ** 2 / n) / (n - 1) : mean * (1 - mean);
      return { mean, ofMean: variance / n };
    }) as [{ mean: number; ofMean: number }, { mean: number; ofMean: number }];
    const lift = (y.mean - x.mean) / x.mean;
    const error = Math.sqrt(y.ofMean / x.mean ** 2 + (x.ofMean * y.mean ** 2) / x.mean ** 4);
    expect(lift).toBeCloseTo(estimate, 5);
    expect(error).toBeCloseTo(standardError, 5);
    const at = { value: lift, standardError: error, n: a.n, m: b.n, events: 1000 };
    const found = computed(confidenceSequence(at, { tunedFor: nStar }));
    expect(found.lower).toBeCloseTo(interval[0], 5);
    expect(found.upper).toBeCloseTo(interval[1], 5);
    expect(found.pValue).toBeCloseTo(pValue, 5);
  }
});

const looks = fc.record({
  value: fc.double({ min: -5, max: 5, noNaN: true }),
  standardError: fc.double({ min: 0.01, max: 2, noNaN: true }),
  n: fc.integer({ min: 1, max: 1e7 }),
  m: fc.integer({ min: 0, max: 1e7 }),
  events: fc.constant(10),
});

test("the interval excludes 0 exactly when the p-value is at most 1 - confidence, on every side", () => {
  const sides = fc.constantFrom("two-sided", "greater", "less");
  fc.assert(
    fc.property(looks, sides, fc.double({ min: 0.55, max: 0.999, noNaN: true }), (at, alternative, confidence) => {
      const found = computed(confidenceSequence(at, { alternative, confidence }));
      const margin = Math.abs(found.pValue - (1 - confidence));
      if (margin > 1e-9) expect(found.lower > 0 || found.upper < 0).toBe(found.pValue < 1 - confidence);
      expect(found.pValue).toBeGreaterThanOrEqual(0);
      expect(found.pValue).toBeLessThanOrEqual(1);
      expect(found.lower).toBeLessThan(found.upper);
    }),
    { seed: 21 },
  );
});

test("the sides mirror each other, and a one-sided bound is nearer than the two-sided one", () => {
  fc.assert(
    fc.property(looks, (at) => {
      const greater = computed(confidenceSequence(at, { alternative: "greater" }));
      const less = computed(confidenceSequence({ ...at, value: -at.value }, { alternative: "less" }));
      expect(less.upper).toBe(-greater.lower);
      expect(less.pValue).toBe(greater.pValue);
      expect([greater.upper, less.lower]).toEqual([Infinity, -Infinity]);
      const rows = at.n + at.m;
      const both = computed(confidenceSequence(at, { tunedFor: rows }));
      expect(computed(confidenceSequence(at, { tunedFor: rows, alternative: "greater" })).lower).toBeGreaterThan(
        both.lower,
      );
    }),
    { seed: 22 },
  );
});

test("it is narrowest, for its variance, near the rows it is tuned for", () => {
  const width = (tunedFor: number): number =>
    computed(confidenceSequence({ value: 0, standardError: 1, n: 5000, events: 99 }, { tunedFor })).upper;
  expect(width(5000)).toBeLessThan(width(2000));
  expect(width(5000)).toBeLessThan(width(12_000));
});

test("peeked at all the way it holds its rate with rare events, which it would not without the burn-in", () => {
  const excluded = (minimumEvents: number): number =>
    everExcludedShare(peekedExperiments("rare", 400, { share: 0.1, rate: 0.002, rows: 20_000, looks: 80 }), (at) =>
      confidenceSequence(at, { minimumEvents }),
    );
  expect(excluded(10)).toBeLessThanOrEqual(0.05);
  expect(excluded(0)).toBeGreaterThan(0.2);
  const common = peekedExperiments("common", 400, { share: 0.3, rate: 0.2, rows: 8000, looks: 80 });
  for (const alternative of ["two-sided", "greater", "less"] as const) {
    const share = everExcludedShare(common, (at) => confidenceSequence(at, { alternative }));
    expect(share).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt(0.0475 / 400));
  }
});

test("without events or variation it says so; impossible numbers are refused", () => {
  const at = { value: 0.1, standardError: 0.1, n: 100, m: 100, events: 10 };
  expect(reasonOf(confidenceSequence({ ...at, events: 9 }))).toBe("too-few");
  expect(reasonOf(confidenceSequence({ ...at, standardError: 0 }))).toBe("constant");
  expect(reasonOf(confidenceSequence({ ...at, standardError: 1e308 }))).toBe("infinite");
  expect(computed(confidenceSequence({ ...at, value: 1e300, standardError: 1e-300 })).pValue).toBe(0);
  expect(computed(confidenceSequence({ ...at, value: 0 }, { alternative: "greater" })).pValue).toBe(1);
  expect(computed(confidenceSequence({ ...at, value: 1e-300 }, { alternative: "greater" })).pValue).toBe(1);
  for (const bad of [
    { ...at, value: Number.NaN },
    { ...at, standardError: -1 },
    { ...at, standardError: Number.NaN },
    { ...at, n: 0 },
    { ...at, n: 1.5 },
    { ...at, m: -1 },
    { ...at, events: Number.NaN },
  ])
    expect(() => confidenceSequence(bad)).toThrowError(/argument\/invalid/);
  for (const bad of [
    { confidence: 1 },
    { confidence: Number.NaN },
    { tunedFor: 0 },
    { tunedFor: Infinity },
    { minimumEvents: -1 },
    { alternative: "both" as "less" },
  ])
    expect(() => confidenceSequence(at, bad)).toThrowError(/argument\/invalid/);
});
