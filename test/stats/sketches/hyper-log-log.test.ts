import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import type { HashableValue } from "../../../src/stats/sketches/hash-value.ts";
import { HyperLogLog } from "../../../src/stats/sketches/hyper-log-log.ts";
import { registerEstimate } from "../../../src/stats/sketches/register-estimate.ts";
import { SummaryWriter } from "../../../src/stats/bytes/summary-writer.ts";
import { expectDamageRefused } from "./damaged-bytes.ts";

function sketchOf(values: Iterable<HashableValue>, precision = 14): HyperLogLog {
  const sketch = new HyperLogLog({ precision });
  sketch.addAll(values);
  return sketch;
}

const anyValue: fc.Arbitrary<HashableValue> = fc.oneof(
  fc.double(),
  fc.integer({ min: -50, max: 50 }),
  fc.string({ unit: "binary" }),
  fc.boolean(),
  fc.bigInt(),
  fc.uint8Array({ maxLength: 40 }),
);

test("estimates stay within three standard errors at every cardinality and precision", () => {
  let beyondTwo = 0;
  let checked = 0;
  for (const precision of [4, 8, 11, 14]) {
    for (let seed = 0; seed < 8; seed++) {
      const sketch = new HyperLogLog({ precision });
      const relative = 1.04 / Math.sqrt(2 ** precision);
      let next = 0;
      for (const n of [1, 10, 100, 300, 1000, 3000, 10_000, 40_000]) {
        for (; next < n; next++) sketch.add(seed * 1e6 + next);
        const { value, standardError, exact } = sketch.estimate();
        expect(exact).toBe(n <= 2 ** precision / 8);
        if (exact) expect(value).toBe(n);
        else {
          // The error is symmetric on a logarithmic scale; that matters for few registers.
          const error = Math.abs(Math.log(value / n)) / relative;
          checked++;
          if (error > 2) beyondTwo++;
          expect(error).toBeLessThan(3.5);
          expect(standardError).toBeCloseTo(relative * value, 9);
        }
      }
    }
  }
  // A normal error is beyond two standard errors in 4.6% of all cases.
  expect(beyondTwo / checked).toBeLessThan(0.09);
});

test("intervals hold the truth about as often as they say, and the estimate has no bias", () => {
  const n = 4000;
  const runs = 300;
  let held = 0;
  let sum = 0;
  for (let run = 0; run < runs; run++) {
    const sketch = new HyperLogLog({ precision: 7 });
    sketch.addAll(Float64Array.from({ length: n }, (_, i) => run + i / 32_768));
    const { value, lower, upper } = sketch.estimate({ confidence: 0.9 });
    if (lower <= n && n <= upper) held++;
    sum += value / n;
  }
  expect(held / runs).toBeGreaterThan(0.85);
  expect(held / runs).toBeLessThan(0.95);
  expect(Math.abs(sum / runs - 1)).toBeLessThan((4 * 1.04) / Math.sqrt(128 * runs));
});

test("the estimator inverts the expected registers, from 1 to beyond 10^18", () => {
  // Register k or less with probability exp(−λ/2^k): Poisson registers at their expected shares.
  const m = 2 ** 16;
  for (const n of [1e3, 1e5, 1e7, 1e9, 1e12, 1e18]) {
    const registers = new Uint8Array(m);
    let filled = 0;
    for (let k = 0; k <= 49; k++) {
      const upTo = k === 49 ? m : Math.round(m * Math.exp(-(n / m) * 2 ** -k));
      registers.fill(k, filled, Math.max(filled, upTo));
      filled = Math.max(filled, upTo);
    }
    if (n < 1e18) expect(registerEstimate(registers, 49) / n).toBeCloseTo(1, 2);
  }
  expect(registerEstimate(new Uint8Array(16), 61)).toBe(0);
  expect(registerEstimate(new Uint8Array(16).fill(61), 61)).toBe(2 ** 64);
});

test("the state is a function of the set: any order, repetition, split, merge and restart gives the same bytes", () => {
  const rows = fc.array(fc.tuple(anyValue, fc.integer({ min: 0, max: 3 }), fc.integer()), { maxLength: 120 });
  fc.assert(
    fc.property(rows, fc.constantFrom(4, 6, 14), (drawn, precision) => {
      const whole = sketchOf(
        drawn.map(([value]) => value),
        precision,
      );
      const shuffled = [...drawn, ...drawn.slice(0, 20)].sort(([, , a], [, , b]) => a - b);
      const parts = [0, 1, 2, 3].map((part) =>
        sketchOf(
          shuffled.filter(([, p]) => p === part).map(([value]) => value),
          precision,
        ),
      );
      const merged = new HyperLogLog({ precision });
      for (const part of parts) merged.merge(HyperLogLog.fromBytes(part.toBytes()));
      const [a, b, c, d] = parts as [HyperLogLog, HyperLogLog, HyperLogLog, HyperLogLog];
      d.merge(c);
      b.merge(a);
      d.merge(b);
      expect(merged.toBytes()).toEqual(whole.toBytes());
      expect(d.toBytes()).toEqual(whole.toBytes());
      d.merge(d);
      d.merge(new HyperLogLog({ precision }));
      expect(d.toBytes()).toEqual(whole.toBytes());
      expect(whole.toBytes().length).toBeLessThanOrEqual(2 ** precision + 14);
    }),
    { seed: 5, numRuns: 80 },
  );
});

test("a Float64Array counts as its numbers do one by one, across the end of exactness", () => {
  const random = seededRandom("typed");
  const values = Float64Array.from({ length: 5000 }, (_, i) => (i % 50 === 0 ? Number.NaN : random.int(4000) - 2000));
  const single = new HyperLogLog({ precision: 12 });
  for (const value of values) single.add(value);
  expect(sketchOf(values, 12).toBytes()).toEqual(single.toBytes());
  expect(sketchOf([0, -0, Number.NaN, Number.NaN]).estimate().value).toBe(2);
  expect(new HyperLogLog().estimate()).toMatchObject({ value: 0, lower: 0, upper: 0, exact: true });
});

test("bad arguments, other precisions and damaged bytes are refused", () => {
  const invalid = /argument\/invalid/;
  for (const precision of [3, 19, 10.5, Number.NaN]) expect(() => new HyperLogLog({ precision })).toThrowError(invalid);
  const sketch = sketchOf(["a", "b"]);
  for (const value of [null, undefined, {}, [], () => 1, Symbol("s")]) {
    expect(() => sketch.add(value as string)).toThrowError(invalid);
  }
  expect(() => sketch.merge(new HyperLogLog({ precision: 13 }))).toThrowError(invalid);
  expect(() => sketch.estimate({ confidence: 1 })).toThrowError(invalid);
  expect(sketch.estimate().value).toBe(2);
  const random = seededRandom("damage");
  for (const n of [0, 5, 8, 9, 500]) {
    const bytes = sketchOf(
      Array.from({ length: n }, (_, i) => i),
      6,
    ).toBytes();
    expectDamageRefused(bytes, random, (changed) => {
      const restored = HyperLogLog.fromBytes(changed);
      return () => expect(Number.isFinite(restored.estimate().upper)).toBe(true);
    });
  }
  const writer = new SummaryWriter("HYLL", 1);
  writer.u8(4);
  writer.u8(0);
  writer.bytes(new Uint8Array(16).fill(62));
  expect(() => HyperLogLog.fromBytes(writer.finish())).toThrowError(/a register of 62/);
});
