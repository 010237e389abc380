import fc from "fast-check";
import { expect, test } from "vitest";
import { ksOneSampleSf } from "../../../src/stats/distributions/ks-one-sample-sf.ts";
import { chiSquaredTest } from "../../../src/stats/tests/chi-squared-test.ts";
import { fisherExactTest, type TwoByTwo } from "../../../src/stats/tests/fisher-exact-test.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { mannWhitneyTest } from "../../../src/stats/tests/mann-whitney-test.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import { welchTest } from "../../../src/stats/tests/welch-test.ts";
import { computed, reasonOf as reason } from "../computed.ts";
import { goldenCase, sampleOf } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

function expectClose(found: number, expected: number | undefined, within = 1e-11): void {
  expect(relativeError(found, expected ?? Number.NaN), `${found} for ${expected}`).toBeLessThan(within);
}

for (const id of ["P01", "P02", "P03", "P04", "P05"]) {
  test(`ksTest equals scipy on ${id}`, () => {
    const { inputs, expected } = goldenCase(id);
    const method = id === "P05" ? "asymptotic" : "auto";
    const result = computed(ksTest(sampleOf(inputs["x"]), sampleOf(inputs["y"]), { method }));
    expectClose(result.statistic, expected["D"]);
    expectClose(result.pValue, expected["p"]);
    expect(result.method).toBe(id === "P05" ? "asymptotic" : "exact");
  });
}

test("the exact KS p-value is the share of all orders of the rows", () => {
  for (const [n, m] of [
    [3, 3],
    [4, 6],
    [1, 5],
    [5, 2],
    [6, 6],
  ] as const) {
    const distances = everyOrder(n, m).map((firsts) => {
      const x = firsts;
      const y = Array.from({ length: n + m }, (_, i) => i).filter((i) => !firsts.includes(i));
      return computed(ksTest(x, y));
    });
    for (const { statistic, pValue } of distances) {
      const share = distances.filter((other) => other.statistic >= statistic - 1e-12).length / distances.length;
      expectClose(pValue, share);
    }
  }
});

test("exact and asymptotic KS p-values approach each other", () => {
  const x = Float64Array.from({ length: 4000 }, (_, i) => i / 4000);
  const y = Float64Array.from({ length: 3001 }, (_, i) => (i / 3001) ** 1.06);
  const exact = computed(ksTest(x, y, { method: "exact" }));
  const asymptotic = computed(ksTest(x, y, { method: "asymptotic" }));
  expect(exact.pValue).toBeGreaterThan(0.001);
  expect(relativeError(asymptotic.pValue, exact.pValue)).toBeLessThan(0.05);
});

test("the one-sample KS distribution joins where its methods meet", () => {
  expectClose(1 - ksOneSampleSf(0.274, 10), 0.6284796154565043, 1e-10);
  for (const n of [20, 100, 139, 141, 900]) {
    for (const square of [0.7, 2.2, 4]) {
      const d = Math.sqrt(square / n);
      expect(relativeError(ksOneSampleSf(d * (1 + 1e-9), n), ksOneSampleSf(d * (1 - 1e-9), n))).toBeLessThan(3e-5);
    }
  }
});

test("KS does not depend on order, nor on a monotone change of the values", () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, values, (x, y) => {
      const direct = computed(ksTest(x, y));
      const swapped = computed(
        ksTest(
          [...y].reverse(),
          x.map((v) => v),
        ),
      );
      const warped = computed(
        ksTest(
          x.map((v) => v ** 3),
          y.map((v) => v ** 3),
        ),
      );
      expect(swapped.statistic).toBe(direct.statistic);
      expectClose(swapped.pValue, direct.pValue, 1e-12);
      expect(warped).toEqual(direct);
      expect(direct.pValue).toBeGreaterThanOrEqual(0);
      expect(direct.pValue).toBeLessThanOrEqual(1);
    }),
  );
});

test("chiSquaredTest equals scipy: Pearson, Yates, G", () => {
  for (const id of ["P09", "P10", "P11"]) {
    const { inputs, expected } = goldenCase(id);
    const result = computed(
      chiSquaredTest(inputs["table"] as number[][], { statistic: id === "P11" ? "g" : "pearson" }),
    );
    expectClose(result.statistic, expected["stat"]);
    expectClose(result.pValue, expected["p"]);
    expect(result.dof).toBe(expected["dof"]);
  }
});

test("Fisher, Mann–Whitney and Welch equal scipy", () => {
  expectClose(fisherExactTest(goldenCase("P12").inputs["table"] as TwoByTwo).pValue, goldenCase("P12").expected["p"]);
  const u = goldenCase("P17");
  const ranks = computed(mannWhitneyTest(sampleOf(u.inputs["x"]), sampleOf(u.inputs["y"])));
  expectClose(ranks.statistic, u.expected["U"]);
  expectClose(ranks.pValue, u.expected["p"]);
  const t = goldenCase("P18");
  const means = computed(welchTest(sampleOf(t.inputs["x"]), sampleOf(t.inputs["y"])));
  expectClose(means.statistic, t.expected["t"]);
  expectClose(means.pValue, t.expected["p"], 1e-9);
});

test("Welch's difference keeps its digits next to large means, and its interval is mpmath's", () => {
  const x = [1e9 + 0.1, 1e9 + 0.4, 1e9 + 0.2];
  const y = [1e9 + 0.1, 1e9 + 0.3, 1e9 + 0.2, 1e9 + 0.1];
  const { difference, statistic, pValue, lower, upper } = computed(welchTest(x, y, { confidence: 0.99 }));
  expectClose(difference, 0.05833333730697632);
  expectClose(statistic, 0.5813185228348401);
  expectClose(pValue, 0.5998080143583671);
  expectClose(lower, -0.49787215167386);
  expectClose(upper, 0.6145388262878126);
});

test("a single row borrows the pooled variance, as in scipy", () => {
  const single = computed(welchTest([3.5], [1, 2, 4, 5.5, 2.5], { equalVariance: true }));
  expectClose(single.statistic, 0.2581988897471611);
  expectClose(single.pValue, 0.8089941627230568);
  expect(single.dof).toBe(4);
  const moments = { n: 5, mean: 3, variance: 3.125 };
  const other = computed(welchTest(moments, { n: 1, mean: 3.5, variance: 0 }, { equalVariance: true }));
  expectClose(other.statistic, -single.statistic);
  expect(reason(welchTest([3.5], [1, 2, 4]))).toBe("too-few");
  expect(reason(welchTest([3.5], [1], { equalVariance: true }))).toBe("too-few");
  expect(reason(welchTest([3.5], [1, 1], { equalVariance: true }))).toBe("constant");
});

test("the exact Mann–Whitney p-value is the share of all orders", () => {
  const all = everyOrder(4, 5).map((x) => {
    const y = Array.from({ length: 9 }, (_, i) => i).filter((i) => !x.includes(i));
    return computed(mannWhitneyTest(x, y));
  });
  const middle = 10;
  for (const { statistic, pValue } of all) {
    const share = all.filter((o) => Math.abs(o.statistic - middle) >= Math.abs(statistic - middle)).length / all.length;
    expectClose(pValue, Math.min(1, share), 1e-12);
  }
});

test("the two-proportion z squared is chi-squared without correction", () => {
  const z = computed(twoProportionTest({ successes: 43, trials: 60 }, { successes: 29, trials: 60 }));
  const chi = computed(
    chiSquaredTest(
      [
        [43, 17],
        [29, 31],
      ],
      { yates: false },
    ),
  );
  expectClose(z.statistic ** 2, chi.statistic, 1e-12);
  expectClose(z.pValue, chi.pValue, 1e-12);
});

test("inputs without an answer say why", () => {
  expect(reason(ksTest([], [1]))).toBe("empty");
  expect(reason(ksTest([1, Number.NaN], [1]))).toBe("nan");
  expect(reason(ksTest([Number.POSITIVE_INFINITY], [1]))).toBeUndefined();
  expect(reason(welchTest([1, 1], [1, 1]))).toBe("constant");
  expect(reason(welchTest([1], [1, 2]))).toBe("too-few");
  expect(reason(welchTest([1, Number.POSITIVE_INFINITY], [1, 2]))).toBe("infinite");
  expect(reason(mannWhitneyTest([1, 1], [1, 1]))).toBe("constant");
  expect(
    reason(
      chiSquaredTest([
        [0, 0],
        [0, 0],
      ]),
    ),
  ).toBe("empty");
  expect(
    reason(
      chiSquaredTest([
        [3, 0],
        [4, 0],
      ]),
    ),
  ).toBe("constant");
  expect(reason(twoProportionTest({ successes: 0, trials: 5 }, { successes: 0, trials: 9 }))).toBe("constant");
  expect(reason(twoProportionTest({ successes: 0, trials: 0 }, { successes: 0, trials: 9 }))).toBe("empty");
  expect(() => chiSquaredTest([[1, 2], [3]])).toThrowError(/argument\/invalid/);
  expect(() =>
    chiSquaredTest([
      [1, -2],
      [3, 4],
    ]),
  ).toThrowError(/argument\/invalid/);
  expect(() => twoProportionTest({ successes: 6, trials: 5 }, { successes: 0, trials: 9 })).toThrowError(
    /argument\/invalid/,
  );
  expect(() =>
    fisherExactTest([
      [1.5, 2],
      [3, 4],
    ]),
  ).toThrowError(/argument\/invalid/);
});

/** Every choice of n places out of n + m. */
function everyOrder(n: number, m: number): number[][] {
  if (n === 0) return [[]];
  if (m < 0) return [];
  const withLast = everyOrder(n - 1, m).map((places) => [...places, n + m - 1]);
  return m === 0 ? withLast : [...everyOrder(n, m - 1), ...withLast];
}
