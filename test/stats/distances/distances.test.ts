import fc from "fast-check";
import { expect, test } from "vitest";
import { energyDistance } from "../../../src/stats/distances/energy-distance.ts";
import { hellinger, lInfinity, totalVariation } from "../../../src/stats/distances/histogram-distances.ts";
import { jensenShannon } from "../../../src/stats/distances/jensen-shannon.ts";
import { kullbackLeibler } from "../../../src/stats/distances/kullback-leibler.ts";
import { energyHistogram, wassersteinHistogram } from "../../../src/stats/distances/line-histograms.ts";
import { psi } from "../../../src/stats/distances/psi.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { computed, reasonOf } from "../computed.ts";
import { goldenCase, sampleOf } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

test("Jensen–Shannon equals scipy in both bases", () => {
  const { inputs, expected } = goldenCase("P13");
  const p = inputs["p"] as number[];
  const q = inputs["q"] as number[];
  expect(relativeError(computed(jensenShannon(p, q, { base: "e" })).value, expected["nat"] ?? 0)).toBeLessThan(1e-11);
  expect(relativeError(computed(jensenShannon(p, q)).value, expected["base2"] ?? 0)).toBeLessThan(1e-11);
});

test("Wasserstein and energy equal scipy", () => {
  const { inputs, expected } = goldenCase("P15");
  const x = sampleOf(inputs["x"]);
  const y = sampleOf(inputs["y"]);
  expect(relativeError(computed(wasserstein(x, y)).value, expected["w1"] ?? 0)).toBeLessThan(1e-11);
  expect(
    relativeError(computed(wasserstein(x, y, { unit: "referenceStd" })).value, expected["normed"] ?? 0),
  ).toBeLessThan(1e-11);
  expect(relativeError(computed(energyDistance(x, y)).value, goldenCase("P16").expected["d"] ?? 0)).toBeLessThan(1e-11);
});

const counts = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 6, maxLength: 6 })
  .filter((c) => c.some((v) => v > 0));

test("every histogram distance is 0 on equal shares, not negative, within its bound, and blind to the order of cells", () => {
  const bounded = [jensenShannon, totalVariation, lInfinity, hellinger];
  fc.assert(
    fc.property(counts, counts, (p, q) => {
      for (const distance of [...bounded, psi]) {
        const value = computed(distance(p, q)).value;
        expect(value).toBeGreaterThanOrEqual(0);
        expect(computed(distance([...p].reverse(), [...q].reverse())).value).toBeCloseTo(value, 10);
      }
      for (const distance of bounded) {
        expect(computed(distance(p, q)).value).toBeLessThanOrEqual(1);
        expect(
          computed(
            distance(
              p,
              p.map((c) => c * 3),
            ),
          ).value,
        ).toBeCloseTo(0, 7);
      }
      const tv = computed(totalVariation(p, q)).value;
      const h = computed(hellinger(p, q)).value;
      expect(h * h).toBeLessThanOrEqual(tv + 1e-12);
      expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-12);
    }),
  );
});

test("Wasserstein moves with a shift and scales with the unit", () => {
  const values = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, values, fc.integer({ min: 1, max: 9 }), (x, y, by) => {
      expect(
        computed(
          wasserstein(
            x,
            x.map((v) => v + by),
          ),
        ).value,
      ).toBeCloseTo(by, 10);
      const once = computed(wasserstein(x, y)).value;
      expect(computed(wasserstein(y, x)).value).toBeCloseTo(once, 10);
      expect(
        computed(
          wasserstein(
            x.map((v) => v * by),
            y.map((v) => v * by),
          ),
        ).value,
      ).toBeCloseTo(once * by, 8);
    }),
  );
});

test("cells that are empty on both sides change nothing", () => {
  expect(computed(psi([5, 0, 9], [50, 0, 20])).value).toBe(computed(psi([5, 9], [50, 20])).value);
});

test("nearly equal histograms keep their digits: the quadratic limits of the divergences", () => {
  const p = [4e14, 3e14, 3e14];
  const q = [4e14 + 1, 3e14 - 1, 3e14];
  const square = 1 / (4e14 * 1e15) + 1 / (3e14 * 1e15); // Σ (p − q)²/p
  const off = { smoothing: { pseudocount: 0 } };
  expect(relativeError(computed(psi(p, q, off)).value, square)).toBeLessThan(1e-13);
  expect(relativeError(computed(kullbackLeibler(p, q, off)).value, square / 2)).toBeLessThan(1e-13);
  expect(relativeError(computed(hellinger(p, q)).value, Math.sqrt(square / 8))).toBeLessThan(1e-13);
  expect(relativeError(computed(jensenShannon(p, q, { base: "e" })).value, Math.sqrt(square / 8))).toBeLessThan(1e-13);
  expect(computed(totalVariation(p, q)).value).toBe(1e-15);
});

test("counts of any magnitude: huge, tiny, of one cell, beyond the largest sum", () => {
  for (const distance of [psi, kullbackLeibler, jensenShannon, hellinger, totalVariation, lInfinity]) {
    for (const scale of [1e300, 1e-300, 5e-324, 1e15]) {
      const found = distance([scale, scale, 0], [scale, 0, scale]);
      expect(Number.isFinite(computed(found).value)).toBe(true);
    }
    expect(computed(distance([3], [9])).value).toBe(0);
    expect(() => distance([1e308, 1e308], [1, 1])).toThrowError(/argument\/invalid/);
    expect(() => distance([Number.NaN], [1])).toThrowError(/argument\/invalid/);
    expect(() => distance([Infinity], [1])).toThrowError(/argument\/invalid/);
  }
  expect(computed(totalVariation([1e300, 3e300], [2e-300, 2e-300])).value).toBe(0.25);
});

test("distances without an answer say why", () => {
  expect(reasonOf(psi([0, 0], [1, 2]))).toBe("empty");
  expect(reasonOf(psi([1, 0], [1, 2], { smoothing: { pseudocount: 0 } }))).toBe("zero-cell");
  expect(reasonOf(kullbackLeibler([1, 1], [1, 0], { smoothing: { floor: 0 } }))).toBe("zero-cell");
  expect(reasonOf(totalVariation([1, 1], [0, 0]))).toBe("empty");
  expect(reasonOf(wasserstein([1], [Number.NaN]))).toBe("nan");
  expect(reasonOf(wasserstein([1, Infinity], [1]))).toBe("infinite");
  expect(reasonOf(wasserstein([3, 3], [1], { unit: "referenceStd" }))).toBe("constant");
  expect(reasonOf(energyDistance([], [1]))).toBe("empty");
  expect(() => psi([1, 2], [1])).toThrowError(/argument\/invalid/);
  expect(() => hellinger([1, -2], [1, 1])).toThrowError(/argument\/invalid/);
});

test("smoothing by a word is refused", () => {
  for (const smoothing of ["none", 0.5])
    expect(() => psi([1, 2], [2, 1], { smoothing: smoothing as never })).toThrowError(/argument\/invalid/);
});

test("bins wider than the doubles have no error bound", () => {
  const edges = [-1.7e308, 1.7e308, 1.75e308];
  expect(computed(energyHistogram(edges, [1, 1], [1, 1]))).not.toHaveProperty("errorBound");
  expect(computed(wassersteinHistogram(edges, [1, 1], [1, 1]))).not.toHaveProperty("errorBound");
});
