import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { bestArmProbabilities } from "../../../src/stats/effects/best-arm.ts";
import { meanPosterior } from "../../../src/stats/effects/mean-posterior.ts";
import { panelEdges } from "../../../src/stats/effects/panel-edges.ts";
import { betaBelief, proportionPosterior } from "../../../src/stats/effects/proportion-posterior.ts";
import { thompsonWeights } from "../../../src/stats/effects/thompson-weights.ts";
import { studentTSf } from "../../../src/stats/distributions/student-t.ts";
import { betaDraw } from "../../../src/stats/sampling/gamma-draw.ts";
import { computed, reasonOf } from "../computed.ts";

test("a posterior without trials is its prior, and more trials narrow it", () => {
  const prior = proportionPosterior({ successes: 0, trials: 0 }, { prior: { a: 2, b: 3 } });
  expect([prior.a, prior.b, prior.value]).toEqual([2, 3, 0.4]);
  const some = proportionPosterior({ successes: 4, trials: 10 });
  const many = proportionPosterior({ successes: 400, trials: 1000 });
  expect(many.upper - many.lower).toBeLessThan((some.upper - some.lower) / 3);
});

test("a mean's posterior without a prior is the t interval, with a strong prior it is the prior's", () => {
  const rows = { n: 10, mean: 5, variance: 4 };
  const plain = computed(meanPosterior(rows));
  expect([plain.dof, plain.scale]).toEqual([9, Math.sqrt(0.4)]);
  expect(plain.lower).toBeCloseTo(5 - 2.262157162798205 * Math.sqrt(0.4), 10);
  const strong = computed(meanPosterior(rows, { prior: { mean: 0, rows: 1e9, variance: 1, dof: 1e9 } }));
  expect(Math.abs(strong.value)).toBeLessThan(1e-6);
  expect(reasonOf(meanPosterior({ ...rows, variance: 0 }))).toBe("constant");
});

test("the best of equal arms is anyone, and shares sum to 1 in any order", () => {
  const arm = proportionPosterior({ successes: 12, trials: 90 });
  for (const share of bestArmProbabilities([arm, arm, arm, arm])) expect(share).toBeCloseTo(0.25, 10);
  const counts = fc.record({ successes: fc.nat(30), misses: fc.nat(300) });
  fc.assert(
    fc.property(fc.array(counts, { minLength: 2, maxLength: 5 }), (drawn) => {
      const arms = drawn.map(({ successes, misses }) => proportionPosterior({ successes, trials: successes + misses }));
      const shares = bestArmProbabilities(arms);
      const turned = bestArmProbabilities([...arms].reverse()).reverse();
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      shares.forEach((share, i) => {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(Math.abs(share - (turned[i] ?? -1))).toBeLessThan(1e-9);
      });
    }),
    { seed: 3, numRuns: 40 },
  );
});

test("quadrature agrees with draws, for the highest and the lowest", () => {
  const random = seededRandom("draws");
  const arms = [
    [3, 40],
    [8, 60],
    [5, 30],
  ].map(([successes = 0, trials = 0]) => proportionPosterior({ successes, trials }));
  const wins = [0, 0, 0];
  const draws = 100_000;
  for (let i = 0; i < draws; i++) {
    const drawn = arms.map(({ a, b }) => betaDraw(random, a, b));
    const winner = drawn.indexOf(Math.max(...drawn));
    wins[winner] = (wins[winner] ?? 0) + 1;
  }
  bestArmProbabilities(arms).forEach((share, i) => {
    expect(Math.abs(share - (wins[i] ?? 0) / draws)).toBeLessThan(0.006);
  });
  const two = arms.slice(0, 2);
  const [highest = 0] = bestArmProbabilities(two);
  const [, other = 0] = bestArmProbabilities(two, { best: "lowest" });
  expect(other).toBeCloseTo(highest, 10);
});

test("two means: the chance to be better is a t tail where one is all but known", () => {
  const wide = computed(meanPosterior({ n: 20, mean: 1, variance: 20 }));
  const known = computed(meanPosterior({ n: 1e9, mean: 0, variance: 1e-6 }));
  // P(t19 > −1), the scale being 1.
  expect(bestArmProbabilities([wide, known])[0]).toBeCloseTo(0.8350616, 6);
});

test("Thompson's shares keep the floor and refuse what cannot be", () => {
  const arms = [1, 40, 20].map((successes) => proportionPosterior({ successes, trials: 100 }));
  const shares = thompsonWeights(arms, { floor: 0.1 });
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(0.1);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(thompsonWeights(arms, { floor: 1 / 3 }).map((share) => share.toFixed(6))).toEqual(Array(3).fill("0.333333"));
  const mean = computed(meanPosterior({ n: 9, mean: 0, variance: 1 }));
  for (const bad of [
    () => thompsonWeights(arms, { floor: 0.4 }),
    () => thompsonWeights(arms, { floor: Number.NaN }),
    () => bestArmProbabilities(arms.slice(1, 2)),
    () => bestArmProbabilities([...arms, mean]),
    () => bestArmProbabilities(arms, { best: "most" as "highest" }),
    () => proportionPosterior({ successes: 2, trials: 1 }),
    () => proportionPosterior({ successes: 1, trials: 1 }, { prior: { a: 0, b: 1 } }),
    () => meanPosterior({ n: 9, mean: 0, variance: 1 }, { prior: { mean: 0, rows: -1, variance: 1, dof: 1 } }),
  ]) {
    expect(bad).toThrowError(/argument\/invalid/);
  }
});

test("the best of means is found next to a mean of any size", () => {
  const arm = (mean: number, variance: number) => computed(meanPosterior({ n: 100, mean, variance }));
  const [expected = 0] = bestArmProbabilities([arm(0, 1), arm(0.125, 1)]);
  for (const base of [1e6, 1e9, 1e12]) {
    const [first = 0] = bestArmProbabilities([arm(base, 1), arm(base + 0.125, 1)]);
    expect(first, `${base}`).toBeCloseTo(expected, 11);
  }
});

test("arms whose scale is lost in the rounding of their mean have shares like others", () => {
  const arm = (mean: number, variance: number) => computed(meanPosterior({ n: 100, mean, variance }));
  expect(bestArmProbabilities([arm(1e16, 1e-4), arm(1.1e16, 1e-4)])).toEqual([0, 1]);
  expect(bestArmProbabilities([arm(1e16, 1e-4), arm(1e16, 1e-4)])).toEqual([0.5, 0.5]);
  const [certain = 0, wide = 0] = bestArmProbabilities([arm(0.05, 1e-40), arm(0, 1)]);
  expect(certain).toBeCloseTo(studentTSf(-0.5, 99), 9);
  expect(certain + wide).toBeCloseTo(1, 12);
  const [sure = 0, alsoSure = 0, unsure = 0] = bestArmProbabilities([arm(0, 1e-40), arm(0.05, 1e-36), arm(0, 1)]);
  expect(sure).toBe(0);
  expect(alsoSure).toBeCloseTo(studentTSf(-0.5, 99), 3);
  expect(unsure).toBeCloseTo(studentTSf(0.5, 99), 3);
  const huge = { ...arm(0, 1), value: 1e308, scale: 1e300 };
  const [far = 0] = bestArmProbabilities([huge, { ...huge, value: -1e308 }]);
  expect(far).toBeCloseTo(1, 9);
});

test("the mean of a posterior of any weight lies inside it", () => {
  const { value } = proportionPosterior({ successes: 1, trials: 2 }, { prior: { a: 1e17, b: 1e17 } });
  expect(value).toBe(0.5);
});

test("the best of proportions is found next to 1 as next to 0", () => {
  const trials = 1e12;
  const arm = (successes: number) => proportionPosterior({ successes, trials });
  // Failures of the first are about exponential, those of the second gamma of shape 2: 3 of 4.
  const [near1 = 0] = bestArmProbabilities([arm(trials), arm(trials - 1)]);
  expect(near1).toBeCloseTo(0.75, 10);
  const [near0 = 0] = bestArmProbabilities([arm(0), arm(1)], { best: "lowest" });
  expect(near0).toBeCloseTo(0.75, 10);
  const [worst = 0] = bestArmProbabilities([arm(trials), arm(trials - 1)], { best: "lowest" });
  expect(worst).toBeCloseTo(0.25, 10);
});

test("the best of many: arms without a failure win by their number of trials", () => {
  const successes = Array.from({ length: 40 }, (_, i) => i);
  // Beta(a, 1) has the distribution function x^a, so the best of all is arm i with the probability a_i/Σa.
  const arms = successes.map((trials) => proportionPosterior({ successes: trials, trials }));
  bestArmProbabilities(arms).forEach((share, i) => {
    expect(Math.abs(share / ((i + 1) / 820) - 1)).toBeLessThan(1e-11);
  });
  const failures = successes.map((trials) => proportionPosterior({ successes: 0, trials }));
  bestArmProbabilities(failures, { best: "lowest" }).forEach((share, i) => {
    expect(Math.abs(share / ((i + 1) / 820) - 1)).toBeLessThan(1e-11);
  });
});

test("many arms are compared at hardly more places than a few", () => {
  const places = (arms: number): number =>
    panelEdges(
      Array.from({ length: arms }, (_, i) => betaBelief({ a: 100 + (i * 40) / arms, b: 900 })),
      "highest",
    ).length;
  expect(places(2)).toBeGreaterThan(70);
  expect(places(64)).toBeLessThan(2 * places(2));
});
