import fc from "fast-check";
import { expect, test } from "vitest";
import type { Progress } from "../../../src/core/progress.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { notComputable } from "../../../src/stats/not-computable.ts";
import { energyTest } from "../../../src/stats/tests/energy-test.ts";
import { permutationTest } from "../../../src/stats/tests/permutation-test.ts";
import { permutedSplits } from "../../../src/stats/tests/permuted-splits.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";
import { alarmRate, expectLevel, normals } from "./null-rate.ts";

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanDifference = (x: Float64Array, y: Float64Array): number => mean(x) - mean(y);

test("all splits are visited once, in blocks too", () => {
  for (const [n, m, blockLength, expected] of [
    [3, 4, 1, 35],
    [1, 9, 1, 10],
    [6, 4, 2, 10],
    [5, 5, 5, 2],
  ] as const) {
    const splits = permutedSplits(n, m, { random: seededRandom(1), blockLength });
    const seen = new Set<string>();
    for (const mask of splits.masks) {
      expect(mask.reduce((sum, bit) => sum + bit, 0)).toBe(n);
      if (blockLength > 1) expect(mask[0]).toBe(mask[1]);
      seen.add(mask.join(""));
    }
    expect(splits).toMatchObject({ method: "exact", permutations: expected });
    expect(seen.size).toBe(expected);
  }
});

test("random splits are fair and keep the sizes, in blocks of any length too", () => {
  for (const [n, m, blockLength] of [
    [30, 10, 1],
    [10, 30, 1],
    [25, 17, 4],
    [3, 40, 100],
  ] as const) {
    const taken = new Float64Array(n + m);
    const options = { random: seededRandom(2), blockLength, permutations: 4000 };
    for (const mask of permutedSplits(n, m, options).masks) {
      mask.forEach((bit, row) => {
        taken[row] = (taken[row] as number) + bit;
      });
    }
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(4000 * n);
    if (blockLength === 1) for (const count of taken) expect(Math.abs(count / 4000 - n / (n + m))).toBeLessThan(0.035);
  }
});

test("exact p-values count the splits; the sides add up", () => {
  const options = { statistic: meanDifference, random: seededRandom(1) };
  const x = [1, 2, 4];
  const y = [8, 16, 32];
  const less = computed(permutationTest(x, y, { ...options, alternative: "less" }));
  expect(less).toMatchObject({ pValue: 1 / 20, method: "exact", permutations: 20, standardError: 0, n: 3, m: 3 });
  expect(computed(permutationTest(x, y, { ...options, alternative: "greater" })).pValue).toBe(1);
  expect(computed(permutationTest(x, y, options)).pValue).toBe(2 / 20);
  expect(computed(permutationTest([5, 5], [5, 5, 5], options)).pValue).toBe(1);
  expect(computed(permutationTest([1], [2], options)).pValue).toBe(1);
});

test("random p-values lie within their standard error of the exact one, and never are 0", () => {
  const x = [3, 1, 4, 1, 5, 9, 2, 6];
  const y = [5, 8, 9, 7, 9, 3, 2, 8];
  const statistic = meanDifference;
  const exact = computed(permutationTest(x, y, { statistic, random: seededRandom(1), permutations: 20_000 }));
  const drawn = computed(permutationTest(x, y, { statistic, random: seededRandom(1), permutations: 5000 }));
  expect([exact.method, drawn.method]).toEqual(["exact", "random"]);
  expect(Math.abs(drawn.pValue - exact.pValue)).toBeLessThan(4 * drawn.standardError);
  const again = computed(permutationTest(x, y, { statistic, random: seededRandom(1), permutations: 5000 }));
  expect(again).toEqual(drawn);
  const far = computed(
    permutationTest(normals(seededRandom(3), 40), normals(seededRandom(4), 40, 9), {
      statistic,
      random: seededRandom(5),
      permutations: 99,
      alternative: "less",
    }),
  );
  expect(far.pValue).toBe(1 / 100);
});

test("alarms at its level and sees a shift", () => {
  const run = (shift: number) => (random: Random) =>
    permutationTest(normals(random, 12), normals(random, 9, shift), {
      statistic: meanDifference,
      random,
      permutations: 99,
    });
  expectLevel(alarmRate(1500, 0.1, run(0)), 1500, 0.1);
  expect(alarmRate(100, 0.1, run(2.5))).toBeGreaterThan(0.95);
});

test("blocks hold the level on autocorrelated rows, where single rows do not", () => {
  const series = (random: Random, n: number): Float64Array => {
    let level = random.normal() / Math.sqrt(1 - 0.8 ** 2);
    return Float64Array.from({ length: n }, () => {
      level = 0.8 * level + random.normal();
      return level;
    });
  };
  const rate = (blockLength: number): number =>
    alarmRate(400, 0.1, (random) =>
      permutationTest(series(random, 200), series(random, 200), {
        statistic: meanDifference,
        random,
        permutations: 79,
        blockLength,
      }),
    );
  expect(rate(1)).toBeGreaterThan(0.3);
  // blocks of 20 rows are still a little alike
  expect(rate(20)).toBeLessThan(0.18);
});

test("tells its progress and stops at a signal", () => {
  const told: Progress[] = [];
  const control = new AbortController();
  const options = {
    statistic: meanDifference,
    random: seededRandom(1),
    permutations: 1000,
    signal: control.signal,
    onProgress: (progress: Progress): void => {
      told.push(progress);
      if (progress.done >= 500) control.abort(new Error("enough"));
    },
  };
  const x = normals(seededRandom(1), 30);
  expect(() => permutationTest(x, x, options)).toThrowError("enough");
  expect(told.at(-1)).toMatchObject({ done: 500, total: 1000, unit: "splits" });
  expect(() => energyTest(x, x, options)).toThrowError("enough");
});

test("permutation: inputs without an answer say why, and wrong options are refused", () => {
  const options = { statistic: meanDifference, random: seededRandom(1) };
  expect(reasonOf(permutationTest([], [1], options))).toBe("empty");
  expect(reasonOf(permutationTest([Number.NaN], [1], options))).toBe("nan");
  expect(reasonOf(permutationTest([Infinity], [1], options))).toBe("infinite");
  expect(reasonOf(permutationTest([Infinity], [Infinity], options))).toBe("nan");
  const sometimes = (x: Float64Array): number => (x[0] === 3 ? Number.NaN : 1);
  expect(reasonOf(permutationTest([1, 2], [3, 4], { ...options, statistic: sometimes }))).toBe("nan");
  const never = () => notComputable("too-few", "of everything");
  expect(reasonOf(permutationTest([1, 2], [3, 4], { ...options, statistic: never }))).toBe("too-few");
  for (const wrong of [{ permutations: 0 }, { permutations: 1e15 }, { blockLength: 0 }, { blockLength: 1.5 }]) {
    expect(() => permutationTest([1, 2], [3, 4], { ...options, ...wrong })).toThrowError(/argument\/invalid/);
  }
  const mistyped = "larger" as "greater";
  expect(() => permutationTest([1], [2], { ...options, alternative: mistyped })).toThrowError(/argument\/invalid/);
});

test("the energy test is the permutation test of the energy distance", () => {
  const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1000, max: 1000 }));
  const sample = fc.array(value, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const found = computed(energyTest(x, y, { random: seededRandom(1) }));
      const statistic = (a: Float64Array, b: Float64Array): number => energyByPairs(a, b);
      const slow = computed(permutationTest(x, y, { statistic, random: seededRandom(1), alternative: "greater" }));
      expect(Math.abs(found.statistic - slow.statistic)).toBeLessThan(1e-9);
      if (slow.statistic > 1e-9) expect(found.pValue).toBe(slow.pValue);
      else expect(found.pValue).toBe(1);
    }),
    { seed: 9, numRuns: 60 },
  );
});

/** n·m/(n + m) (2 E|X − Y| − E|X − X′| − E|Y − Y′|), Székely and Rizzo's own formula. */
function energyByPairs(x: Float64Array, y: Float64Array): number {
  const across = (a: Float64Array, b: Float64Array): number =>
    mean(a.map((value) => mean(b.map((other) => Math.abs(value - other)))));
  const value = 2 * across(x, y) - across(x, x) - across(y, y);
  // rounding would tell equal splits apart
  return Math.round(((x.length * y.length) / (x.length + y.length)) * value * 1e9) / 1e9;
}

test("the energy test alarms at its level with ties, and sees a change of spread", () => {
  const scores = (random: Random, n: number): Float64Array => Float64Array.from({ length: n }, () => random.int(5));
  const rate = alarmRate(1500, 0.1, (random) =>
    energyTest(scores(random, 20), scores(random, 8), { random, permutations: 99 }),
  );
  expectLevel(rate, 1500, 0.1);
  const found = alarmRate(100, 0.05, (random) => {
    const wide = normals(random, 100).map((v) => 2.2 * v);
    return energyTest(normals(random, 100), wide, { random, permutations: 99 });
  });
  expect(found).toBeGreaterThan(0.95);
});

test("the energy test takes values of any size", () => {
  const random = seededRandom(1);
  expect(reasonOf(energyTest([], [1], { random }))).toBe("empty");
  expect(reasonOf(energyTest([1], [Infinity], { random }))).toBe("infinite");
  expect(computed(energyTest([4, 4], [4, 4, 4], { random })).pValue).toBe(1);
  expect(computed(energyTest([1], [2], { random })).pValue).toBe(1);
  for (const scale of [5e-324, 1e-310, 1e-200, 1e300]) {
    const result = energyTest(
      [1, 2, 3, 4].map((v) => v * scale),
      [5, 6, 7, 8].map((v) => v * scale),
      { random },
    );
    expect(relativeError(computed(result).pValue, 2 / 70)).toBeLessThan(1e-12);
  }
});
