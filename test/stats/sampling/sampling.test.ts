import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { binomialPmf } from "../../../src/stats/distributions/binomial.ts";
import { binomialDraw } from "../../../src/stats/sampling/binomial-draw.ts";
import { betaDraw, gammaDraw } from "../../../src/stats/sampling/gamma-draw.ts";
import { incompleteBeta } from "../../../src/stats/special/incomplete-beta.ts";
import { incompleteGamma } from "../../../src/stats/special/incomplete-gamma.ts";
import { chiSquaredGoodnessOfFit } from "../../../src/stats/tests/chi-squared-goodness-of-fit.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { computed } from "../computed.ts";

/** The p-value of KS between draws pushed through their own distribution function and an even grid. */
function uniformity(draws: readonly number[]): number {
  const grid = Float64Array.from({ length: 20_000 }, (_, i) => (i + 0.5) / 20_000);
  return computed(ksTest(draws, grid)).pValue;
}

test("gamma and beta draws follow their distribution", () => {
  const random = seededRandom("gamma");
  for (const shape of [0.3, 1, 4.5, 400]) {
    const draws = Array.from({ length: 4000 }, () => incompleteGamma(shape, gammaDraw(random, shape)).lower);
    expect(uniformity(draws), `gamma ${shape}`).toBeGreaterThan(1e-3);
  }
  for (const [a, b] of [
    [0.5, 2],
    [30, 3],
  ] as const) {
    const draws = Array.from({ length: 4000 }, () => incompleteBeta(a, b, betaDraw(random, a, b)).lower);
    expect(uniformity(draws), `beta ${a} ${b}`).toBeGreaterThan(1e-3);
  }
});

test("binomial draws follow their distribution, by inversion and by halving", () => {
  const random = seededRandom("binomial");
  for (const [n, p] of [
    [9, 0.3],
    [40, 0.9],
    [200, 0.5],
    [100_000, 0.0001],
    [100_000, 0.3],
  ] as const) {
    const rows = 8000;
    const counts = new Map<number, number>();
    for (let i = 0; i < rows; i++) {
      const k = binomialDraw(random, n, p);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    const kept = [...counts.keys()].filter((k) => binomialPmf(k, n, p) * rows > 20);
    const observed = kept.map((k) => counts.get(k) ?? 0);
    const expected = kept.map((k) => binomialPmf(k, n, p) * 1e9);
    expect(computed(chiSquaredGoodnessOfFit(observed, expected)).pValue, `${n} ${p}`).toBeGreaterThan(1e-3);
  }
  expect(binomialDraw(random, 10, 0)).toBe(0);
  expect(binomialDraw(random, 10, 1)).toBe(10);
});
