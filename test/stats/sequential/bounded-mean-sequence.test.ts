import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { BoundedMeanSequence } from "../../../src/stats/sequential/bounded-mean-sequence.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

/** The capitals of both betters against a mean in [0, 1], as the paper defines them. */
function byDefinition(values: readonly number[], mean: number, confidence: number): { above: number; below: number } {
  let [above, below, sum, squares] = [0, 0, 0, 0];
  for (const [i, value] of values.entries()) {
    const t = i + 1;
    const variance = (0.25 + squares) / t;
    const bet = Math.sqrt((2 * Math.log(2 / (1 - confidence))) / (variance * t * Math.log(1 + t)));
    above += Math.log(1 + Math.min(bet, 0.5 / mean) * (value - mean));
    below += Math.log(1 - Math.min(bet, 0.5 / (1 - mean)) * (value - mean));
    sum += value;
    squares += (value - (0.5 + sum) / (t + 1)) ** 2;
  }
  return { above, below };
}

const halves = (x: number, y: number): number => Math.log(Math.exp(x) / 2 + Math.exp(y) / 2);
const candidate = (i: number, of: number): number => Math.sin((Math.PI * i) / (2 * (of - 1))) ** 2;
const samples = fc.array(fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true })), {
  maxLength: 80,
});

test("at a candidate the evidence is that of the definition; between two it is safely below", () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 18 }), fc.constantFrom(0.5, 0.95), (values, i, confidence) => {
      const sequence = new BoundedMeanSequence({ candidates: 20, confidence });
      sequence.addAll(values);
      const exact = byDefinition(values, candidate(i, 20), confidence);
      const at = (mean: number, alternative: "two-sided" | "greater" | "less"): number =>
        sequence.logE(mean, { alternative });
      expect(Math.abs(at(candidate(i, 20), "greater") - exact.above)).toBeLessThan(1e-9);
      expect(Math.abs(at(candidate(i, 20), "less") - exact.below)).toBeLessThan(1e-9);
      expect(Math.abs(at(candidate(i, 20), "two-sided") - halves(exact.above, exact.below))).toBeLessThan(1e-9);
      const between = (candidate(i, 20) + candidate(i + 1, 20)) / 2;
      if (between >= 1) return;
      const inside = byDefinition(values, between, confidence);
      expect(at(between, "greater")).toBeLessThanOrEqual(inside.above + 1e-9);
      expect(at(between, "less")).toBeLessThanOrEqual(inside.below + 1e-9);
      expect(at(between, "two-sided")).toBeLessThanOrEqual(halves(inside.above, inside.below) + 1e-9);
    }),
    { seed: 61 },
  );
});

test("the evidence against the true mean is a martingale", () => {
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 18 }), (values, i) => {
      const mean = candidate(i, 20);
      for (const alternative of ["two-sided", "greater", "less"] as const) {
        const logE = (...more: number[]): number => {
          const sequence = new BoundedMeanSequence({ candidates: 20 });
          sequence.addAll([...values, ...more]);
          return sequence.logE(mean, { alternative });
        };
        const now = logE();
        const next = mean * Math.exp(logE(1) - now) + (1 - mean) * Math.exp(logE(0) - now);
        expect(Math.abs(next - 1)).toBeLessThan(1e-9);
      }
    }),
    { seed: 62, numRuns: 40 },
  );
});

test("the interval holds every mean without evidence, and only few others", () => {
  fc.assert(
    fc.property(samples, (values) => {
      const sequence = new BoundedMeanSequence({ candidates: 50 });
      sequence.addAll(values);
      const found = sequence.interval();
      expect(reasonOf(found)).toBe(values.length === 0 ? "empty" : undefined);
      if (values.length === 0) return;
      const { lower, upper, value } = computed(found);
      expect(Math.abs(value - values.reduce((a, b) => a + b, 0) / values.length)).toBeLessThan(1e-12);
      for (let i = 0; i <= 200; i++) {
        const { above, below } = byDefinition(values, Math.min(1 - 1e-9, Math.max(1e-9, i / 200)), 0.95);
        if (halves(above, below) < Math.log(20) - 1e-9) expect(i / 200 >= lower && i / 200 <= upper).toBe(true);
      }
      if (lower === 0) return;
      const nextCandidate = Math.sin(Math.asin(Math.sqrt(lower)) + Math.PI / 98) ** 2;
      expect(sequence.logE(lower)).toBeGreaterThanOrEqual(Math.log(20) - 1e-9);
      expect(sequence.logE((lower + nextCandidate) / 2)).toBeLessThan(Math.log(20));
    }),
    { seed: 63 },
  );
});

test("one by one, all at once, through bytes and in other units: the same, to the bit", () => {
  fc.assert(
    fc.property(samples, samples, (left, right) => {
      const whole = new BoundedMeanSequence({ candidates: 30 });
      for (const value of [...left, ...right]) whole.add(value);
      let parts = new BoundedMeanSequence({ candidates: 30 });
      parts.addAll(Float64Array.from(left));
      parts = BoundedMeanSequence.fromBytes(parts.toBytes());
      parts.addAll(right);
      expect(parts.toBytes().join()).toBe(whole.toBytes().join());
      const scaled = new BoundedMeanSequence({ candidates: 30, lower: -8, upper: 8 });
      scaled.addAll([...left, ...right].map((value) => 16 * value - 8));
      expect(Math.abs(scaled.logE(4) - whole.logE(0.75))).toBeLessThan(1e-9);
    }),
    { seed: 64 },
  );
});

test("values mirrored in the range give the mirrored interval", () => {
  const random = seededRandom("mirror");
  const values = Array.from({ length: 500 }, () => random.next() ** 3);
  const [one, other] = [new BoundedMeanSequence(), new BoundedMeanSequence()];
  one.addAll(values);
  other.addAll(values.map((value) => 1 - value));
  expect(relativeError(computed(one.interval()).lower, 1 - computed(other.interval()).upper)).toBeLessThan(1e-9);
});

test("looked at again and again it holds 95% for rare, skewed and even values", () => {
  const random = seededRandom("betting");
  const draws = [
    { mean: 0.02, draw: () => (random.next() < 0.02 ? 1 : 0) },
    { mean: 0.1, draw: () => random.next() ** 9 },
    { mean: 0.5, draw: () => random.next() },
  ];
  for (const { mean, draw } of draws) {
    let excluded = 0;
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const sequence = new BoundedMeanSequence({ candidates: 100 });
      for (let look = 0; look < 30; look++) {
        sequence.addAll(Array.from({ length: 20 }, draw));
        const found = sequence.interval();
        if (reasonOf(found) === undefined && computed(found).lower <= mean && computed(found).upper >= mean) continue;
        excluded++;
        break;
      }
    }
    expect(excluded / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt(0.0475 / runs));
  }
});

test("it narrows, and it notices a mean that changed", () => {
  const sequence = new BoundedMeanSequence();
  const random = seededRandom("narrow");
  const width = (): number => computed(sequence.interval()).upper - computed(sequence.interval()).lower;
  sequence.addAll(Array.from({ length: 300 }, () => 0.2 * random.next()));
  const before = width();
  sequence.addAll(Array.from({ length: 5000 }, () => 0.2 * random.next()));
  expect(width()).toBeLessThan(before / 3);
  expect(width()).toBeLessThan(0.02);
  expect(sequence.logE(0.15, { alternative: "less" })).toBeGreaterThan(50);
  expect(sequence.logE(0.15, { alternative: "greater" })).toBeLessThan(0);
  const drifting = new BoundedMeanSequence({ candidates: 60, confidence: 0.5 });
  drifting.addAll(new Float64Array(8));
  expect(reasonOf(drifting.interval())).toBe(undefined);
  drifting.addAll(new Float64Array(136).fill(1));
  expect(reasonOf(drifting.interval())).toBe("out-of-range");
});

test("misuse is refused, and refused values leave nothing behind", () => {
  for (const bad of [
    { lower: 1, upper: 1 },
    { lower: -1e308, upper: 1e308 },
    { upper: Infinity },
    { lower: Number.NaN },
    { confidence: 0 },
    { candidates: 9 },
    { candidates: 10_001 },
    { candidates: 10.5 },
  ])
    expect(() => new BoundedMeanSequence(bad)).toThrowError(/argument\/invalid/);
  const sequence = new BoundedMeanSequence({ lower: 2, upper: 3 });
  for (const bad of [1.9, 3.1, Number.NaN, Infinity]) {
    expect(() => sequence.add(bad)).toThrowError(/argument\/invalid/);
    expect(() => sequence.addAll([2.5, bad])).toThrowError(/argument\/invalid/);
    expect(() => sequence.logE(bad)).toThrowError(/argument\/invalid/);
  }
  expect(() => sequence.logE(2.5, { alternative: "above" as "less" })).toThrowError(/argument\/invalid/);
  expect(sequence.count).toBe(0);
  expect(sequence.logE(2.5)).toBe(0);
  const bytes = sequence.toBytes();
  for (let i = 0; i < bytes.length; i += 997) {
    const damaged = bytes.slice();
    damaged[i] = (damaged[i] as number) ^ 1;
    expect(() => BoundedMeanSequence.fromBytes(damaged)).toThrowError(/argument\/invalid/);
  }
});
