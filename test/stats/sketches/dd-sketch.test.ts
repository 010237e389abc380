import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";
import { DDSketch, type DDSketchOptions } from "../../../src/stats/sketches/dd-sketch.ts";
import { computed, reasonOf } from "../computed.ts";
import { expectDamageRefused } from "./damaged-bytes.ts";

function sketchOf(values: ArrayLike<number>, options: DDSketchOptions = {}): DDSketch {
  const sketch = new DDSketch(options);
  sketch.addAll(values);
  return sketch;
}

const quantiles = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];
const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.integer({ min: -20, max: 20 }),
  fc.constantFrom(
    0,
    -0,
    5e-324,
    -5e-324,
    3e-322,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    2 ** -1022,
    Infinity,
    -Infinity,
    NaN,
  ),
);

test("every quantile is within the accuracy of the order statistic, for any doubles", () => {
  const accuracies = fc.constantFrom(1e-6, 0.001, 0.01, 0.3, 0.99);
  fc.assert(
    fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 60 }), accuracies, (values, relativeAccuracy) => {
      const sketch = sketchOf(values, { relativeAccuracy });
      const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      expect(sketch.count).toBe(sorted.length);
      expect(sketch.nans).toBe(values.length - sorted.length);
      if (sorted.length === 0) return expect(reasonOf(sketch.quantile(0.5))).toBe("empty");
      for (const q of [...quantiles, 1 / 3]) {
        const truth = sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
        const found = computed(sketch.quantile(q));
        if (!Number.isFinite(truth) || truth === 0) expect(found).toBe(truth + 0);
        else expect(Math.abs(found - truth)).toBeLessThanOrEqual(relativeAccuracy * Math.abs(truth));
      }
      expect(sketch.min).toBe((sorted[0] ?? NaN) + 0);
      expect(sketch.max).toBe((sorted.at(-1) ?? NaN) + 0);
      expect(sketch.quantile(0)).toBe(sketch.min);
      expect(sketch.quantile(1)).toBe(sketch.max);
    }),
    { seed: 3, numRuns: 200 },
  );
});

test.each([
  ["log-normal", (random: ReturnType<typeof seededRandom>) => Math.exp(2 * random.normal())],
  ["both signs", (random: ReturnType<typeof seededRandom>) => random.normal() ** 3],
  ["every magnitude", (random: ReturnType<typeof seededRandom>) => random.normal() * 2 ** (random.int(1800) - 900)],
])("quantiles of 50,000 %s values", (_, draw) => {
  const random = seededRandom("dd");
  const values = Float64Array.from({ length: 50_000 }, () => draw(random));
  const sketch = sketchOf(values);
  const sorted = values.slice().sort();
  for (const q of quantiles) {
    const truth = sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
    expect(Math.abs(computed(sketch.quantile(q)) - truth)).toBeLessThanOrEqual(0.01 * Math.abs(truth));
  }
});

test("any order, split, merge and restart gives the same bytes, with a bound on bins too", () => {
  const rows = fc.array(fc.tuple(anyNumber, fc.integer({ min: 0, max: 3 }), fc.integer()), { maxLength: 80 });
  const bounds = fc.constantFrom<DDSketchOptions>(
    {},
    { relativeAccuracy: 0.2 },
    { maxBins: 1 },
    { maxBins: 3 },
    { maxBins: 16, relativeAccuracy: 0.3 },
  );
  fc.assert(
    fc.property(rows, bounds, fc.boolean(), (drawn, options, looks) => {
      const whole = sketchOf(
        drawn.map(([value]) => value),
        options,
      );
      const shuffled = [...drawn].sort(([, , a], [, , b]) => a - b);
      const parts = [0, 1, 2, 3].map(() => new DDSketch(options));
      for (const [value, part] of shuffled) {
        parts[part]?.add(value);
        // Looking joins bins at other moments.
        if (looks) parts[part]?.quantile(0.5);
      }
      const merged = new DDSketch(options);
      for (const part of parts) merged.merge(DDSketch.fromBytes(part.toBytes()));
      const [a, b, c, d] = parts as [DDSketch, DDSketch, DDSketch, DDSketch];
      d.merge(c);
      b.merge(a);
      d.merge(b);
      d.merge(new DDSketch(options));
      expect(merged.toBytes()).toEqual(whole.toBytes());
      expect(d.toBytes()).toEqual(whole.toBytes());
      expect(DDSketch.fromBytes(d.toBytes()).toBytes()).toEqual(d.toBytes());
      d.merge(d);
      expect(d.toBytes()).toEqual(
        sketchOf(
          [...drawn, ...drawn].map(([value]) => value),
          options,
        ).toBytes(),
      );
    }),
    { seed: 8, numRuns: 120 },
  );
});

test("a bound keeps the accuracy of the largest values, says so, and holds under a flood of magnitudes", () => {
  const random = seededRandom("bound");
  const values = Float64Array.from({ length: 20_000 }, () => random.normal() * 2 ** (random.int(2000) - 1000));
  const sketch = sketchOf(values, { maxBins: 100 });
  expect(sketch.binCount).toBe(200);
  expect(sketch.collapsed).toBe(true);
  expect(sketch.toBytes().length).toBeLessThan(2000);
  const sorted = values.slice().sort();
  // A few joined times on the way, one at the end.
  const reversed = sketchOf(sorted.toReversed(), { maxBins: 100 });
  expect(reversed.toBytes()).toEqual(sketch.toBytes());
  const few = sketchOf([1, 2, 1000, 1001, 5000], { maxBins: 3 });
  expect(few.collapsed).toBe(true);
  expect(Math.abs(computed(few.quantile(0.99)) - 1001)).toBeLessThan(10.01);
  expect(few.quantile(0)).toBe(1);
  expect(sketchOf([1, 1000, 5000, -1, -5], { maxBins: 3 }).collapsed).toBe(false);
});

test("weights count as repetitions do, up to 10^9 and more", () => {
  const repeated = new DDSketch();
  const weighted = new DDSketch();
  for (const [value, count] of [
    [3, 5],
    [-2, 7],
    [0, 2],
    [Number.NaN, 3],
    [Infinity, 1],
    [8, 0],
  ] as const) {
    weighted.add(value, count);
    for (let i = 0; i < count; i++) repeated.add(value);
  }
  expect(weighted.toBytes()).toEqual(repeated.toBytes());
  const heavy = new DDSketch();
  heavy.add(5, 1e9);
  heavy.add(100, 1e9 + 2);
  expect(computed(heavy.quantile(0.49))).toBeCloseTo(5, 0);
  expect(heavy.quantile(0.51)).toBeGreaterThan(98);
  heavy.add(7, 2 ** 53 - 3e9);
  const before = heavy.toBytes();
  expect(() => heavy.add(1, 1e9)).toThrowError(/argument\/invalid/);
  expect(() => heavy.merge(heavy)).toThrowError(/argument\/invalid/);
  expect(heavy.toBytes()).toEqual(before);
});

test("bad arguments, other parameters and damaged bytes are refused", () => {
  const invalid = /argument\/invalid/;
  for (const relativeAccuracy of [0, 1, -0.1, 1e-7, Number.NaN]) {
    expect(() => new DDSketch({ relativeAccuracy })).toThrowError(invalid);
  }
  for (const maxBins of [0, 1.5, Number.NaN, Infinity]) expect(() => new DDSketch({ maxBins })).toThrowError(invalid);
  const sketch = sketchOf([1, 2, 3]);
  for (const count of [-1, 0.5, Number.NaN, Infinity]) expect(() => sketch.add(1, count)).toThrowError(invalid);
  for (const q of [-0.1, 1.1, Number.NaN]) expect(() => sketch.quantile(q)).toThrowError(invalid);
  expect(() => sketch.merge(new DDSketch({ relativeAccuracy: 0.02 }))).toThrowError(invalid);
  expect(() => sketch.merge(new DDSketch({ maxBins: 100 }))).toThrowError(invalid);
  for (const value of [null, undefined, "5", {}] as readonly unknown[]) {
    expect(() => sketch.add(value as number)).toThrowError(invalid);
    expect(() => sketch.addAll([1, value as number])).toThrowError(invalid);
  }
  expect(() => sketch.addAll(new BigInt64Array(2) as ArrayLike<unknown> as ArrayLike<number>)).toThrowError(invalid);
  expect(sketch.count).toBe(3);
  expect(reasonOf(new DDSketch().min)).toBe("empty");
  expect(reasonOf(new DDSketch().max)).toBe("empty");
  const random = seededRandom("damage");
  for (const options of [{}, { maxBins: 2 }]) {
    const bytes = sketchOf([1, 2, 3, -7, 1e300, 0, Number.NaN, Infinity, -1e-320, -4, 0.1], options).toBytes();
    expectDamageRefused(bytes, random, (changed) => {
      const restored = DDSketch.fromBytes(changed);
      return () => {
        for (const q of quantiles) if (restored.count > 0) expect(restored.quantile(q)).not.toBeNaN();
      };
    });
  }
  const writer = new SummaryWriter("DDSK", 1);
  writer.f64(Number.NaN);
  expect(() => DDSketch.fromBytes(writer.finish())).toThrowError(/an accuracy of NaN/);
});
