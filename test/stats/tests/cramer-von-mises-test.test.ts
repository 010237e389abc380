import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { cramerVonMisesSf } from "../../../src/stats/distributions/cramer-von-mises-sf.ts";
import { cramerVonMisesTest } from "../../../src/stats/tests/cramer-von-mises-test.ts";
import { computed, reasonOf } from "../computed.ts";
import { goldenCase, sampleOf } from "../golden.ts";
import { relativeError } from "../relative-error.ts";
import { alarmRate, expectLevel, normals } from "./null-rate.ts";

test("P19, which has ties, equals scipy with its midranks", () => {
  const { inputs, expected } = goldenCase("P19");
  const result = computed(cramerVonMisesTest(sampleOf(inputs["x"]), sampleOf(inputs["y"]), { ties: "midrank" }));
  expect(relativeError(result.statistic, expected["T"] as number)).toBeLessThan(1e-11);
  expect(relativeError(result.pValue, expected["p"] as number)).toBeLessThan(1e-11);
  expect(result.method).toBe("asymptotic");
});

test("the limit's upper tail keeps its relative precision (mpmath, 60 digits)", () => {
  for (const [x, p] of [
    [0.05, 0.876280931041349],
    [0.2, 0.2674704305407749],
    [0.46136, 0.05000038313265128],
    [2, 1.2780736172781673e-5],
    [10, 4.178941092885288e-23],
    [140, 2.754317998524966e-302],
  ] as const) {
    expect(relativeError(cramerVonMisesSf(x), p)).toBeLessThan(1e-11);
  }
  expect(cramerVonMisesSf(0)).toBe(1);
  expect(cramerVonMisesSf(1e300)).toBe(0);
  expect(() => cramerVonMisesSf(-1)).toThrowError(/argument\/invalid/);
  expect(() => cramerVonMisesSf(Number.NaN)).toThrowError(/argument\/invalid/);
});

test("the exact p-value is the share of all orders of the rows", () => {
  for (const [n, m] of [
    [1, 1],
    [1, 6],
    [3, 3],
    [4, 6],
    [5, 4],
  ] as const) {
    const all = everyOrder(n, m).map((x) => {
      const y = Array.from({ length: n + m }, (_, i) => i).filter((i) => !x.includes(i));
      return computed(cramerVonMisesTest(x, y));
    });
    for (const { statistic, pValue } of all) {
      const share = all.filter((other) => other.statistic >= statistic - 1e-12).length / all.length;
      expect(relativeError(pValue, share)).toBeLessThan(1e-12);
    }
  }
});

test("the farthest exact p-value is 2 of all orders, also where it is tiny", () => {
  const low = Array.from({ length: 40 }, (_, i) => i);
  const result = computed(
    cramerVonMisesTest(
      low,
      low.map((v) => v + 40),
      { method: "exact" },
    ),
  );
  // 2 / C(80, 40)
  expect(relativeError(result.pValue, 2 / 1.0750720873333618e23)).toBeLessThan(1e-12);
});

test("exact and asymptotic approach each other", () => {
  const x = Array.from({ length: 60 }, (_, i) => i);
  const y = x.map((v) => v + 0.5 + v / 6);
  const exact = computed(cramerVonMisesTest(x, y, { method: "exact" }));
  const asymptotic = computed(cramerVonMisesTest(x, y, { method: "asymptotic" }));
  expect(relativeError(asymptotic.pValue, exact.pValue)).toBeLessThan(0.05);
});

test("a million rows lose no digits", () => {
  const n = 300_000;
  const x = Float64Array.from({ length: n }, (_, i) => 2 * i);
  const y = Float64Array.from({ length: n }, (_, i) => 2 * i + 1);
  // the gap is n after every x and 0 after every y: T = n·n²/(n²·4n²)
  expect(relativeError(computed(cramerVonMisesTest(x, y)).statistic, 1 / (4 * n))).toBeLessThan(1e-11);
});

test("does not depend on order, on a monotone change of the values, nor on which is first", () => {
  const values = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 25 });
  const options = fc.record({
    method: fc.constantFrom("auto" as const, "asymptotic" as const),
    ties: fc.constantFrom("average" as const, "midrank" as const, "steps" as const),
  });
  fc.assert(
    fc.property(values, values, options, (x, y, how) => {
      fc.pre(new Set([...x, ...y]).size > 1);
      const direct = computed(cramerVonMisesTest(x, y, how));
      const swapped = computed(cramerVonMisesTest([...y].reverse(), x, how));
      const warped = computed(
        cramerVonMisesTest(
          x.map((v) => v ** 3),
          y.map((v) => v ** 3),
          how,
        ),
      );
      expect(relativeError(swapped.statistic, direct.statistic)).toBeLessThan(1e-12);
      expect(warped).toEqual(direct);
      if (how.ties !== "midrank") expect(direct.pValue).toBeGreaterThan(0);
      expect(direct.pValue).toBeGreaterThanOrEqual(0);
      expect(direct.pValue).toBeLessThanOrEqual(1);
    }),
    { seed: 5 },
  );
});

test("alarms at its level without a shift, and sees one", () => {
  const level = 0.05;
  for (const [n, m] of [
    [8, 12],
    [40, 25],
  ] as const) {
    const rate = alarmRate(2000, level, (random) => cramerVonMisesTest(normals(random, n), normals(random, m)));
    expectLevel(rate, 2000, level);
  }
  const found = alarmRate(200, level, (random) => cramerVonMisesTest(normals(random, 60), normals(random, 60, 0.8)));
  expect(found).toBeGreaterThan(0.95);
});

test("with `average`, tied rows count as the average of all orders in which they could have come", () => {
  const x = [1, 2, 2, 5];
  const y = [2, 2, 3, 5, 5, 7];
  // Nudges that no value reaches: every order of each tied group, the groups of 2 (4 rows) and 5 (3 rows) independent of each other.
  const orders = permutations([0, 1, 2, 3]).flatMap((two) => permutations([0, 1, 2]).map((five) => ({ two, five })));
  const mean =
    orders.reduce((sum, { two: [a = 0, b = 0, c = 0, d = 0], five: [e = 0, f = 0, g = 0] }) => {
      const apart = computed(
        cramerVonMisesTest([1, 2 + a / 9, 2 + b / 9, 5 + e / 9], [2 + c / 9, 2 + d / 9, 3, 5 + f / 9, 5 + g / 9, 7]),
      );
      return sum + apart.statistic;
    }, 0) / orders.length;
  expect(relativeError(computed(cramerVonMisesTest(x, y, { ties: "average" })).statistic, mean)).toBeLessThan(1e-13);
});

test("with zeros and unequal sizes `average` holds its level, where steps alarm too often and midranks always", () => {
  const rates = (["average", "steps", "midrank"] as const).map((ties) =>
    alarmRate(500, 0.05, (random) => {
      const zeros = (n: number): Float64Array =>
        Float64Array.from({ length: n }, () => (random.next() < 0.6 ? 0 : 1 + random.next()));
      return cramerVonMisesTest(zeros(400), zeros(40), { ties });
    }),
  );
  expect(rates[0]).toBeLessThan(0.07);
  expect(rates[1]).toBeGreaterThan(0.08);
  expect(rates[2]).toBe(1);
});

test("with many ties and unequal sizes `average` and `steps` hold their level, where midranks alarm always", () => {
  const rates = (["average", "steps", "midrank"] as const).map((ties) =>
    alarmRate(500, 0.05, (random) => {
      const scores = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.int(6));
      return cramerVonMisesTest(scores(400), scores(40), { ties });
    }),
  );
  expectLevel(rates[0] as number, 500, 0.05);
  expectLevel(rates[1] as number, 500, 0.05);
  expect(rates[2]).toBe(1);
});

test("inputs without an answer say why, and wrong options are refused", () => {
  expect(reasonOf(cramerVonMisesTest([], [1]))).toBe("empty");
  expect(reasonOf(cramerVonMisesTest([1, Number.NaN], [1]))).toBe("nan");
  expect(reasonOf(cramerVonMisesTest([3, 3], [3]))).toBe("constant");
  expect(computed(cramerVonMisesTest([Infinity, 2], [-Infinity, 1e308])).pValue).toBeGreaterThan(0);
  expect(computed(cramerVonMisesTest([1], [2], { method: "asymptotic" })).pValue).toBe(1);
  const wide = Float64Array.from({ length: 3000 }, () => seededRandom(1).next());
  const mistyped = "exakt" as "exact";
  expect(() => cramerVonMisesTest(wide, [1, 2, 3], { method: "exact" })).toThrowError(/argument\/invalid/);
  expect(() => cramerVonMisesTest([1], [2], { method: mistyped })).toThrowError(/argument\/invalid/);
  expect(() => cramerVonMisesTest([1], [2], { exactRows: -1 })).toThrowError(/argument\/invalid/);
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]));
}

/** Every choice of n places out of n + m. */
function everyOrder(n: number, m: number): number[][] {
  if (n === 0) return [[]];
  if (m < 0) return [];
  const withLast = everyOrder(n - 1, m).map((places) => [...places, n + m - 1]);
  return m === 0 ? withLast : [...everyOrder(n, m - 1), ...withLast];
}
