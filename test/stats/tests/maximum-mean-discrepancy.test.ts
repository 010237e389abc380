import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { kernelSplitSums } from "../../../src/stats/tests/kernel-split-sums.ts";
import { maximumMeanDiscrepancy } from "../../../src/stats/tests/maximum-mean-discrepancy.ts";
import { mmdLinear } from "../../../src/stats/tests/mmd-linear.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";
import { alarmRate, expectLevel, normals } from "./null-rate.ts";

const rows = (random: Random, n: number, dimensions: number, shift: number = 0) => ({
  values: normals(random, n * dimensions, shift),
  dimensions,
});

test("both estimates and the p-value are those of the plain formulas", () => {
  const value = fc.integer({ min: -4, max: 4 });
  const samples = fc.integer({ min: 1, max: 3 }).chain((dimensions) => {
    const sample = fc
      .array(fc.array(value, { minLength: dimensions, maxLength: dimensions }), { minLength: 2, maxLength: 5 })
      .map((made) => made.flat());
    return fc.record({ x: sample, y: sample, dimensions: fc.constant(dimensions) });
  });
  fc.assert(
    fc.property(samples, ({ x, y, dimensions }) => {
      const options = { random: seededRandom(1), bandwidth: 1.5 };
      const found = maximumMeanDiscrepancy({ values: x, dimensions }, { values: y, dimensions }, options);
      fc.pre(reasonOf(found) === undefined);
      const result = computed(found);
      const plain = plainMmd(x, y, dimensions, 1.5);
      expect(Math.abs(result.statistic - plain.unbiased)).toBeLessThan(1e-13);
      expect(Math.abs(result.biased - plain.biased)).toBeLessThan(1e-13);
      expect(result).toMatchObject({ method: "exact", standardError: 0, bandwidth: 1.5, dimensions });
      const swapped = computed(maximumMeanDiscrepancy({ values: y, dimensions }, { values: x, dimensions }, options));
      expect(Math.abs(swapped.statistic - result.statistic)).toBeLessThan(1e-13);
      expect(swapped.pValue).toBe(result.pValue);
    }),
    { seed: 10 },
  );
});

function plainMmd(x: number[], y: number[], d: number, sigma: number): { unbiased: number; biased: number } {
  const cut = (values: number[]): number[][] =>
    Array.from({ length: values.length / d }, (_, i) => values.slice(i * d, (i + 1) * d));
  const kernel = (a: number[], b: number[]): number =>
    Math.exp(-a.reduce((sum, v, k) => sum + (v - (b[k] as number)) ** 2, 0) / (2 * sigma ** 2));
  const total = (a: number[][], b: number[][]): number =>
    a.reduce((sum, left) => sum + b.reduce((inner, right) => inner + kernel(left, right), 0), 0);
  const [p, q] = [cut(x), cut(y)];
  const [n, m] = [p.length, q.length];
  const cross = (2 * total(p, q)) / (n * m);
  return {
    unbiased: (total(p, p) - n) / (n * (n - 1)) + (total(q, q) - m) / (m * (m - 1)) - cross,
    biased: total(p, p) / n ** 2 + total(q, q) / m ** 2 - cross,
  };
}

test("the median bandwidth is the median of all distances, of a draw above maxPairs, and of the positive ones among ties", () => {
  const random = seededRandom(1);
  expect(computed(maximumMeanDiscrepancy([0, 1], [3, 7], { random })).bandwidth).toBe(3.5); // of 1 2 3 4 6 7
  const mostly = computed(maximumMeanDiscrepancy([0, 0, 0, 0, 0], [0, 0, 0, 0, 2, 6], { random }));
  expect(mostly.bandwidth).toBe(4); // of nine 2, nine 6 and one 4
  const wide = { values: [0, 0, 3, 4], dimensions: 2 };
  expect(computed(maximumMeanDiscrepancy(wide, wide, { random })).bandwidth).toBe(5);
  const [x, y] = [normals(random, 900), normals(random, 900)];
  const all = computed(mmdLinear(x, y, { random, maxPairs: 1e8 })).bandwidth;
  const drawn = computed(mmdLinear(x, y, { random, maxPairs: 20_000 })).bandwidth;
  expect(relativeError(drawn, all)).toBeLessThan(0.04);
});

test("alarms at its level, and sees a shift and a change of shape alone", () => {
  const options = (random: Random) => ({ random, permutations: 99 });
  const level = alarmRate(1000, 0.1, (random) =>
    maximumMeanDiscrepancy(rows(random, 10, 2), rows(random, 14, 2), options(random)),
  );
  expectLevel(level, 1000, 0.1);
  const shift = alarmRate(50, 0.05, (random) =>
    maximumMeanDiscrepancy(rows(random, 50, 5), rows(random, 50, 5, 0.7), options(random)),
  );
  expect(shift).toBeGreaterThan(0.95);
  // the marginals agree, only the correlation differs
  const shape = alarmRate(50, 0.05, (random) => {
    const tilted = rows(random, 100, 2);
    for (let i = 0; i < 200; i += 2)
      tilted.values[i + 1] = 0.95 * (tilted.values[i] as number) + 0.312 * random.normal();
    return maximumMeanDiscrepancy(rows(random, 100, 2), tilted, options(random));
  });
  expect(shape).toBeGreaterThan(0.95);
});

test("the linear estimate alarms at its level, sees a shift, and agrees with the quadratic one", () => {
  const run = (shift: number) => (random: Random) =>
    mmdLinear(rows(random, 400, 2), rows(random, 300, 2, shift), { random, bandwidth: 1.5 });
  expectLevel(alarmRate(2000, 0.05, run(0)), 2000, 0.05);
  expect(alarmRate(100, 0.05, run(1))).toBeGreaterThan(0.95);
  const random = seededRandom(12);
  const [x, y] = [normals(random, 4000), normals(random, 4000, 0.5)];
  const linear = computed(mmdLinear(x, y, { random, bandwidth: 1 }));
  const full = computed(
    maximumMeanDiscrepancy(x.subarray(0, 800), y.subarray(0, 800), { random, bandwidth: 1, permutations: 1 }),
  );
  expect(Math.abs(linear.statistic - full.statistic)).toBeLessThan(4 * linear.standardError);
  expect(linear).toMatchObject({ used: 4000, n: 4000, m: 4000, dimensions: 1 });
});

test("the sums do not depend on how many splits fit into memory", () => {
  const random = seededRandom(16);
  const masks = Array.from({ length: 7 }, () => random.shuffle(Uint8Array.of(1, 1, 1, 0, 0, 0, 0)));
  const kernelRow = (row: number, into: Float64Array): void => {
    for (let j = row + 1; j < 7; j++) into[j] = 2 ** row * 3 ** j;
  };
  const all = kernelSplitSums(7, 3, masks, kernelRow, { total: 7 });
  expect(all).toHaveLength(7);
  expect(kernelSplitSums(7, 3, masks, kernelRow, { total: 7, mostHeld: 7 })).toEqual(all);
  const [first] = all;
  const at = [0, 1, 2, 3, 4, 5, 6].filter((row) => masks[0]?.[row] === 1) as [number, number, number];
  const inside = 2 ** at[0] * (3 ** at[1] + 3 ** at[2]) + 2 ** at[1] * 3 ** at[2];
  expect(first?.inside).toBe(inside);
});

test("reports progress and stops at a signal", () => {
  const random = seededRandom(13);
  const [x, y] = [normals(random, 30), normals(random, 40)];
  const told: number[] = [];
  const result = computed(
    maximumMeanDiscrepancy(x, y, { random, permutations: 50, onProgress: ({ done }) => told.push(done) }),
  );
  expect(result.permutations).toBe(50);
  expect(told.at(-1)).toBe(51);
  const control = new AbortController();
  const stopped = { random, signal: control.signal, onProgress: () => control.abort(new Error("enough")) };
  expect(() => maximumMeanDiscrepancy(x, y, stopped)).toThrowError("enough");
});

test("values of any size have an answer", () => {
  const random = seededRandom(14);
  for (const scale of [5e-324, 1e-310, 1e-170, 1e170, 1e300, 2e307]) {
    const x = [1, 2, 3, 4, 5].map((v) => v * scale);
    const y = [-1, 6, 7, 8, 3].map((v) => v * scale);
    const result = computed(maximumMeanDiscrepancy(x, y, { random }));
    for (const number of [result.statistic, result.biased, result.bandwidth, result.pValue]) {
      expect(Number.isFinite(number)).toBe(true);
    }
    expect(result.pValue).toBe(computed(maximumMeanDiscrepancy([1, 2, 3, 4, 5], [-1, 6, 7, 8, 3], { random })).pValue);
    for (const bandwidth of [5e-324, 1e-200, 1e200, 1.7e308]) {
      const odd = computed(maximumMeanDiscrepancy(x, y, { random, bandwidth }));
      expect(Number.isFinite(odd.statistic) && odd.pValue > 0).toBe(true);
    }
  }
  const mixed = maximumMeanDiscrepancy([1e-300, 1e300, 0], [1e-300, -1e300, 1], { random });
  expect(Number.isFinite(computed(mixed).statistic)).toBe(true);
});

test("inputs without an answer say why, and wrong options are refused", () => {
  const options = { random: seededRandom(15) };
  for (const run of [
    (x: number[], y: number[]) => maximumMeanDiscrepancy(x, y, options),
    (x: number[], y: number[]) => mmdLinear(x, y, options),
  ]) {
    expect(reasonOf(run([], [1]))).toBe("empty");
    expect(reasonOf(run([1], [1, 2, 3, 4]))).toBe("too-few");
    expect(reasonOf(run([1, Number.NaN, 2, 3], [1, 2, 3, 4]))).toBe("nan");
    expect(reasonOf(run([1, Infinity, 2, 3], [1, 2, 3, 4]))).toBe("infinite");
    expect(reasonOf(run([7, 7, 7, 7], [7, 7, 7, 7]))).toBe("constant");
  }
  expect(reasonOf(mmdLinear([1, 1, 1, 1], [2, 2, 2, 2], options))).toBe("constant");
  expect(computed(maximumMeanDiscrepancy([1, 1, 1, 1], [2, 2, 2, 2], options)).pValue).toBe(2 / 70);
  const two = { values: [1, 2, 3, 4], dimensions: 2 };
  expect(() => maximumMeanDiscrepancy(two, [1, 2], options)).toThrowError(/argument\/invalid/);
  expect(() => maximumMeanDiscrepancy({ values: [1, 2, 3], dimensions: 2 }, two, options)).toThrowError(
    /argument\/invalid/,
  );
  expect(() => maximumMeanDiscrepancy({ values: [1, 2], dimensions: 0 }, two, options)).toThrowError(
    /argument\/invalid/,
  );
  const long = Float64Array.from({ length: 9000 }, (_, i) => i);
  expect(() => maximumMeanDiscrepancy(long, long, options)).toThrowError(/mmdLinear/);
  for (const wrong of [{ bandwidth: 0 }, { bandwidth: Number.NaN }, { maxPairs: 0 }]) {
    expect(() => mmdLinear([1, 2, 3, 4], [1, 2, 3, 4], { ...options, ...wrong })).toThrowError(/argument\/invalid/);
  }
  expect(() => maximumMeanDiscrepancy([1, 2], [3, 4], { ...options, permutations: 0 })).toThrowError(
    /argument\/invalid/,
  );
});
