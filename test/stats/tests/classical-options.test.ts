import fc from "fast-check";
import { expect, test } from "vitest";
import { normalSf } from "../../../src/stats/distributions/normal.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { fisherExactTest, type TwoByTwo } from "../../../src/stats/tests/fisher-exact-test.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { mannWhitneyTest } from "../../../src/stats/tests/mann-whitney-test.ts";
import { mcNemarTest } from "../../../src/stats/tests/mcnemar-test.ts";
import { newcombeInterval } from "../../../src/stats/tests/newcombe-interval.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import { welchTest } from "../../../src/stats/tests/welch-test.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

function expectClose(found: number, expected: number, within = 1e-12): void {
  expect(relativeError(found, expected), `${found} for ${expected}`).toBeLessThan(within);
}

const x = [1.1, 2.5, 3.2, 4.8, 5.9];
const y = [2.2, 6.1, 7.4, 8.8, 9.3, 10.5, 11];

test("one-sided Kolmogorov–Smirnov equals scipy, whose sides are named after the distribution functions", () => {
  const exact = { method: "exact" } as const;
  expectClose(computed(ksTest(x, y, exact)).pValue, 0.01515151515151515);
  const less = computed(ksTest(x, y, { ...exact, alternative: "less" }));
  expectClose(less.statistic, 0.8571428571428571);
  expectClose(less.pValue, 0.007575757575757576);
  const greater = computed(ksTest(x, y, { ...exact, alternative: "greater" }));
  expect(greater.statistic).toBe(0);
  expect(greater.pValue).toBe(1);
  const limit = { method: "asymptotic" } as const;
  expectClose(computed(ksTest(x, y, limit)).pValue, 0.005830903790087456);
  expectClose(computed(ksTest(x, y, { ...limit, alternative: "less" })).pValue, 0.006125847925980369);
  expect(computed(ksTest(x, y, { ...limit, alternative: "greater" })).pValue).toBe(1);
});

test("the exact one-sided KS p-value is the share of all orders of the rows", () => {
  for (const [n, m] of [
    [4, 4],
    [3, 6],
    [5, 4],
  ] as const) {
    const all = orders(n, m).map((first) => {
      const second = Array.from({ length: n + m }, (_, i) => i).filter((i) => !first.includes(i));
      return computed(ksTest(first, second, { alternative: "greater" }));
    });
    for (const { statistic, pValue } of all) {
      expectClose(pValue, all.filter((other) => other.statistic >= statistic - 1e-12).length / all.length);
    }
  }
});

test("far apart samples have the p-value of the one order they are in", () => {
  const far = Float64Array.from({ length: 20_000 }, (_, i) => 10 + i);
  expectClose(computed(ksTest([1, 2], far)).pValue, 9.998500174981253e-9);
  expectClose(computed(ksTest([1, 2], far, { alternative: "less" })).pValue, 9.998500174981253e-9 / 2);
  const thousand = Float64Array.from({ length: 480 }, (_, i) => i);
  const above = Float64Array.from({ length: 520 }, (_, i) => 1e6 + i);
  expect(computed(ksTest(thousand, above)).pValue).toBeGreaterThan(1e-300);
  const million = Float64Array.from({ length: 300_000 }, (_, i) => i);
  expect(computed(ksTest(million, million.map((v) => v + 1e7).subarray(1), { method: "exact" })).pValue).toBe(0);
});

test("an exact KS p-value that would take forever is refused", () => {
  const long = Float64Array.from({ length: 3_000_000 }, (_, i) => i);
  const other = long.subarray(0, 2_999_999).map((v) => v * 1.002);
  expect(() => ksTest(long, other, { method: "exact" })).toThrowError(/argument\/invalid.*steps/s);
});

test("Mann–Whitney: every alternative and method equals scipy", () => {
  const cases = [
    ["two-sided", 0.030303030303030304, 0.03475558435961616],
    ["greater", 0.9911616161616161, 0.9885048029537675],
    ["less", 0.015151515151515152, 0.01737779217980808],
  ] as const;
  for (const [alternative, exact, asymptotic] of cases) {
    expectClose(computed(mannWhitneyTest(x, y, { alternative, method: "exact" })).pValue, exact);
    expectClose(computed(mannWhitneyTest(x, y, { alternative, method: "asymptotic" })).pValue, asymptotic);
  }
  expect(computed(mannWhitneyTest(x, y)).statistic).toBe(4);
  expect(computed(mannWhitneyTest(x, y)).method).toBe("exact");
});

test("the exact Mann–Whitney p-value with ties is the share of all assignments of the tied values", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 4, maxLength: 8 }), (values) => {
      fc.pre(new Set(values).size > 1);
      const n = 3;
      const all = orders(n, values.length - n).map((places) => {
        const first = places.map((i) => values[i] ?? 0);
        const second = values.filter((_, i) => !places.includes(i));
        return computed(mannWhitneyTest(first, second, { alternative: "greater", method: "exact" }));
      });
      for (const { statistic, pValue } of all) {
        expectClose(pValue, all.filter((other) => other.statistic >= statistic).length / all.length);
      }
    }),
    { seed: 7, numRuns: 40 },
  );
});

test("Mann–Whitney with nearly everything tied keeps its variance", () => {
  const flat = new Float64Array(1_000_000);
  const one = Float64Array.from([0, 0, 0, 1]);
  const result = computed(mannWhitneyTest(one, flat));
  // One value above N − 1 equal ones: U moves by N/2 with the chance n/N, so its variance is n·m/4.
  const z = (result.statistic - 2_000_000 - 0.5) / Math.sqrt(1_000_000);
  expectClose(result.pValue, 2 * normalSf(z), 1e-11);
});

test("Fisher equals exact rational arithmetic, with every alternative", () => {
  const cases: readonly (readonly [TwoByTwo, number, number, number])[] = [
    [table(8, 2, 3, 9), 0.029973122852379817, 0.014986561426189909, 0.9990473922362467],
    [table(3, 1, 1, 3), 0.4857142857142857, 0.24285714285714285, 0.9857142857142858],
    [table(0, 10, 12, 0), 1.546441174924147e-6, 1, 1.546441174924147e-6],
    [table(400, 600, 300, 700), 3.3716997073999386e-6, 1.6858498536999693e-6, 0.9999989360990145],
    [table(10, 20, 30, 40), 0.5044757698516282, 0.8676419647894413, 0.2533310713617557],
    [table(5, 5, 5, 5), 1, 0.6718591006516703, 0.6718591006516703],
    [table(0, 3, 0, 4), 1, 1, 1],
  ];
  for (const [counts, both, greater, less] of cases) {
    expectClose(fisherExactTest(counts).pValue, both);
    expectClose(fisherExactTest(counts, { alternative: "greater" }).pValue, greater);
    expectClose(fisherExactTest(counts, { alternative: "less" }).pValue, less);
  }
  expect(fisherExactTest(table(8, 2, 3, 9)).oddsRatio).toBe(12);
  expect(reasonOf(fisherExactTest(table(8, 0, 3, 9)).oddsRatio)).toBe("zero-denominator");
});

test("Fisher's tails overlap in the table itself, for counts up to a trillion", () => {
  const count = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(count, count, count, count, fc.integer({ min: 0, max: 6 }), (a, b, c, d, zeros) => {
      const scale = 10 ** zeros;
      const counts = table(a * scale, b, c, d * scale);
      const greater = fisherExactTest(counts, { alternative: "greater" }).pValue;
      const less = fisherExactTest(counts, { alternative: "less" }).pValue;
      const both = fisherExactTest(counts).pValue;
      expect(greater + less).toBeGreaterThan(1 - 1e-9);
      expect(both).toBeGreaterThanOrEqual(Math.min(greater, less) * (1 - 1e-9));
      expect(both).toBeLessThanOrEqual(1);
    }),
    { seed: 3, numRuns: 60 },
  );
});

test("Welch and Student equal scipy, with every alternative, and the interval belongs to the test", () => {
  const cases = [
    ["two-sided", 0.01156211770529534, 0.01719022270794599],
    ["greater", 0.9942189411473523, 0.991404888646027],
    ["less", 0.00578105885264767, 0.008595111353972996],
  ] as const;
  for (const [alternative, welch, student] of cases) {
    expectClose(computed(welchTest(x, y, { alternative })).pValue, welch, 1e-11);
    expectClose(computed(welchTest(x, y, { alternative, equalVariance: true })).pValue, student, 1e-11);
  }
  const welch = computed(welchTest(x, y, { confidence: 0.9 }));
  expectClose(welch.statistic, -3.090188667569408);
  expectClose(welch.dof, 9.907531247895157);
  expectClose(welch.lower, -6.983139450900008);
  expectClose(welch.upper, -1.8168605490999905);
  const student = computed(welchTest(x, y, { confidence: 0.9, equalVariance: true }));
  expect([student.dof, student.n, student.m]).toEqual([10, 5, 7]);
  expectClose(student.lower, -7.19619596880788);
  const edge = computed(welchTest(x, y, { confidence: 1 - welch.pValue }));
  expect(Math.abs(edge.upper)).toBeLessThan(1e-12);
});

test("moments stand for their sample", () => {
  const moments = { n: 5, mean: 3.5, variance: 3.575 };
  const direct = computed(welchTest(x, y));
  expectClose(computed(welchTest(moments, y)).pValue, direct.pValue);
  expect(reasonOf(welchTest({ n: 1, mean: 0, variance: 0 }, y))).toBe("too-few");
  expect(reasonOf(welchTest({ n: 9, mean: 1e308, variance: 1 }, { n: 9, mean: -1e308, variance: 1 }))).toBe(
    "out-of-range",
  );
  expect(() => welchTest({ n: 5, mean: 0, variance: -1 }, y)).toThrowError(/argument\/invalid/);
  expect(() => welchTest({ n: 2.5, mean: 0, variance: 1 }, y)).toThrowError(/argument\/invalid/);
});

test("McNemar is the binomial tail, or chi-squared", () => {
  const cases = [
    [9, 1, 0.021484375, 0.02685669550752441],
    [121, 59, 4.434449263755176e-6, 5.450094825427117e-6],
    [30, 12, 0.007915897334896727, 0.008711912962379598],
  ] as const;
  for (const [onlyFirst, onlySecond, exact, asymptotic] of cases) {
    const pairs = { onlyFirst, onlySecond };
    expectClose(computed(mcNemarTest(pairs)).pValue, exact);
    expectClose(computed(mcNemarTest(pairs, { method: "asymptotic" })).pValue, asymptotic);
    expect(mcNemarTest(table(50, onlyFirst, onlySecond, 3))).toEqual(mcNemarTest(pairs));
  }
  expect(computed(mcNemarTest({ onlyFirst: 5, onlySecond: 5 })).pValue).toBe(1);
  // scipy 1.17: 2·binom.cdf(k, n, ½) − binom.pmf(k, n, ½).
  const halved = [
    [9, 1, 12 / 1024],
    [3, 12, 0.02127075195312501],
    [5, 5, 1],
    [0, 0, 1],
  ] as const;
  for (const [onlyFirst, onlySecond, midP] of halved)
    expectClose(computed(mcNemarTest({ onlyFirst, onlySecond }, { method: "midP" })).pValue, midP);
  expect(
    computed(mcNemarTest({ onlyFirst: 10, onlySecond: 6 }, { method: "asymptotic", continuity: false })).statistic,
  ).toBe(1);
  expect(computed(mcNemarTest({ onlyFirst: 0, onlySecond: 0 })).pValue).toBe(1);
  expect(reasonOf(mcNemarTest({ onlyFirst: 0, onlySecond: 0 }, { method: "asymptotic" }))).toBe("zero-denominator");
  expect(computed(mcNemarTest({ onlyFirst: 1500, onlySecond: 200 })).pValue).toBeGreaterThan(1e-250);
});

test("two proportions: sides, and Newcombe's published intervals", () => {
  const first = { successes: 56, trials: 70 };
  const second = { successes: 48, trials: 80 };
  const both = computed(twoProportionTest(first, second));
  const greater = computed(twoProportionTest(first, second, { alternative: "greater" }));
  expectClose(both.pValue, 2 * greater.pValue);
  expectClose(computed(twoProportionTest(second, first, { alternative: "less" })).pValue, greater.pValue);
  // R. G. Newcombe (1998), table II, method 10.
  const published: readonly (readonly [number, number, number, number, number, number])[] = [
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [10, 10, 0, 10, 0.6075, 1],
  ];
  for (const [a, n, b, m, lower, upper] of published) {
    const found = computed(newcombeInterval({ successes: a, trials: n }, { successes: b, trials: m }));
    expect(Math.abs(found.lower - lower)).toBeLessThan(6e-5);
    expect(Math.abs(found.upper - upper)).toBeLessThan(6e-5);
    expectClose(found.value, a / n - b / m, 1e-14);
  }
  const { lower, upper } = computed(newcombeInterval(first, second));
  expect([both.lower, both.upper, both.n, both.m]).toEqual([lower, upper, 70, 80]);
});

test("unknown words and impossible options are refused", () => {
  const misuses: ((word: never) => unknown)[] = [
    (word) => ksTest(x, y, { alternative: word }),
    (word) => ksTest(x, y, { method: word }),
    (word) => mannWhitneyTest(x, y, { alternative: word }),
    (word) => mannWhitneyTest(x, y, { method: word }),
    (word) => welchTest(x, y, { alternative: word }),
    () => welchTest(x, y, { confidence: 1 }),
    (word) => fisherExactTest(table(1, 2, 3, 4), { alternative: word }),
    (word) => mcNemarTest({ onlyFirst: 1, onlySecond: 2 }, { method: word }),
    (word) => twoProportionTest({ successes: 1, trials: 2 }, { successes: 1, trials: 2 }, { alternative: word }),
    () => mcNemarTest({ onlyFirst: -1, onlySecond: 2 }),
    () => fisherExactTest(table(2 ** 53 - 1, 2 ** 53 - 1, 0, 1)),
  ];
  for (const misuse of misuses) expect(() => misuse("bigger" as never)).toThrowError(/argument\/invalid/);
});

test("a p-value is a probability whatever the samples", () => {
  const sample = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(sample, sample, (a, b) => {
      for (const alternative of ["two-sided", "greater", "less"] as const) {
        for (const result of [
          ksTest(a, b, { alternative }),
          mannWhitneyTest(a, b, { alternative }),
          mannWhitneyTest(a, b, { alternative, method: "exact" }),
          welchTest(a, b, { alternative }),
        ]) {
          if (isNotComputable(result)) continue;
          expect(result.pValue >= 0 && result.pValue <= 1).toBe(true);
          expect(Number.isNaN(result.statistic)).toBe(false);
        }
      }
    }),
    { seed: 11, numRuns: 150 },
  );
});

function table(a: number, b: number, c: number, d: number): TwoByTwo {
  return [
    [a, b],
    [c, d],
  ];
}

/** Every choice of n places out of n + m. */
function orders(n: number, m: number): number[][] {
  if (n === 0) return [[]];
  const withLast = orders(n - 1, m).map((places) => [...places, n + m - 1]);
  return m === 0 ? withLast : [...orders(n, m - 1), ...withLast];
}
