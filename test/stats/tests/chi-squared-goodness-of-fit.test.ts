import fc from "fast-check";
import { expect, test } from "vitest";
import { chiSquaredGoodnessOfFit } from "../../../src/stats/tests/chi-squared-goodness-of-fit.ts";
import { chiSquaredTest } from "../../../src/stats/tests/chi-squared-test.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

const observed = [30, 14, 34, 45, 57, 20];
const even = [1, 1, 1, 1, 1, 1];

test("goodness of fit equals scipy's chisquare and power_divergence", () => {
  const pearson = computed(chiSquaredGoodnessOfFit(observed, even));
  expect(relativeError(pearson.statistic, 37.78)).toBeLessThan(1e-13);
  expect(relativeError(pearson.pValue, 4.177325475265192e-7)).toBeLessThan(1e-12);
  expect([pearson.dof, pearson.n]).toEqual([5, 200]);
  const g = computed(chiSquaredGoodnessOfFit(observed, even, { statistic: "g" }));
  expect(relativeError(g.statistic, 38.471564429489995)).toBeLessThan(1e-13);
  expect(relativeError(g.pValue, 3.033480479312433e-7)).toBeLessThan(1e-12);
  const fewer = computed(chiSquaredGoodnessOfFit(observed, even, { ddof: 2 }));
  expect(relativeError(fewer.pValue, 3.14643313416233e-8)).toBeLessThan(1e-12);
});

test("a huge statistic still has a p-value, and huge counts keep their precision", () => {
  const far = computed(chiSquaredGoodnessOfFit([1650, 350], [1, 1]));
  expect(relativeError(far.statistic, 845)).toBeLessThan(1e-13);
  expect(far.pValue).toBeGreaterThan(1e-190);
  // Differences of 3e7 on 1e15: rounding the expected counts first would lose half of the digits.
  const near = computed(
    chiSquaredTest(
      [
        [1e15 + 3e7, 1e15 - 3e7],
        [1e15 - 3e7, 1e15 + 3e7],
      ],
      { yates: false },
    ),
  );
  expect(relativeError(near.statistic, 3.6)).toBeLessThan(1e-12);
});

test("the scale of the expectation does not matter; a perfect fit is 0", () => {
  const counts = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(counts, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (cells, scale) => {
      fc.pre(cells.some((cell) => cell > 0));
      const plan = cells.map((_, i) => i + 1);
      for (const statistic of ["pearson", "g"] as const) {
        const once = computed(chiSquaredGoodnessOfFit(cells, plan, { statistic }));
        const scaled = computed(
          chiSquaredGoodnessOfFit(
            cells,
            plan.map((share) => share * scale),
            { statistic },
          ),
        );
        expect(relativeError(scaled.statistic, once.statistic)).toBeLessThan(1e-9);
        expect(computed(chiSquaredGoodnessOfFit(plan, plan, { statistic })).statistic).toBeLessThan(1e-25);
      }
    }),
    { seed: 5 },
  );
});

test("inputs without an answer say why", () => {
  expect(reasonOf(chiSquaredGoodnessOfFit([0, 0], [1, 1]))).toBe("empty");
  expect(reasonOf(chiSquaredGoodnessOfFit([1, 2], [0, 0]))).toBe("empty");
  expect(reasonOf(chiSquaredGoodnessOfFit([1, 2], [0, 1]))).toBe("zero-cell");
  expect(reasonOf(chiSquaredGoodnessOfFit([0, 2], [0, 1]))).toBe("too-few");
  expect(reasonOf(chiSquaredGoodnessOfFit([3, 2], [1, 1], { ddof: 1 }))).toBe("too-few");
  const misuses = [
    () => chiSquaredGoodnessOfFit([1, 2], [1]),
    () => chiSquaredGoodnessOfFit([1, -2], [1, 1]),
    () => chiSquaredGoodnessOfFit([0.4, 0.6], [1, 1]),
    () => chiSquaredTest([[0.4, 0.6]], {}),
    () => chiSquaredGoodnessOfFit([1, 2], [Number.NaN, 1]),
    () => chiSquaredGoodnessOfFit([1e308, 1e308], [1, 1]),
    () => chiSquaredGoodnessOfFit([1, 2], [1, 1], { ddof: -1 }),
    () => chiSquaredGoodnessOfFit([1, 2], [1, 1], { statistic: "neyman" as never }),
    () => chiSquaredTest([[1e308, 1e308]], {}),
    () => chiSquaredTest([[1, 2]], { statistic: "neyman" as never }),
  ];
  for (const misuse of misuses) expect(misuse).toThrowError(/argument\/invalid/);
});
