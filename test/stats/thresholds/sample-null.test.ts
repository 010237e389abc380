import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../../../src/stats/binning/category-bins.ts";
import { equalWidthBins } from "../../../src/stats/binning/equal-width-bins.ts";
import { quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { binnedDistance } from "../../../src/stats/distances/binned-distance.ts";
import { compareSorted } from "../../../src/stats/distances/compare-samples.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { sortDoubles } from "../../../src/stats/sort-doubles.ts";
import { distanceNull } from "../../../src/stats/thresholds/distance-null.ts";
import { DistanceNulls } from "../../../src/stats/thresholds/distance-nulls.ts";
import { distancePValue, distanceThreshold } from "../../../src/stats/thresholds/read-null.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { computed, reasonOf } from "../computed.ts";

type Draw = (random: Random) => number;
const normal: Draw = (random) => random.normal();
const skewed: Draw = (random) => Math.exp(random.normal());
const zeroInflated: Draw = (random) => (random.next() < 0.7 ? 0 : Math.exp(random.normal()));
const sample = (random: Random, length: number, draw: Draw): Float64Array =>
  sortDoubles(Float64Array.from({ length }, () => draw(random)));

test.for([
  ["normal, few rows", normal, 300, 50],
  ["skewed, as many rows as the reference", skewed, 400, 400],
  ["zero-inflated, a window larger than the reference", zeroInflated, 200, 1500],
  ["skewed, by cells", skewed, 1200, 1200],
] as const)("Wasserstein, energy and KS keep their false alarm rate: %s", ([, draw, n, m]) => {
  const random = seededRandom(`sample null/${n}/${m}`);
  const rounds = 300;
  const alarms = { wasserstein: 0, energy: 0, ksD: 0 };
  for (let round = 0; round < rounds; round++) {
    const reference = sample(random, n, draw);
    const found = computed(compareSorted(reference, sample(random, m, draw)));
    const values = { wasserstein: found.wasserstein.value, energy: found.energy.value, ksD: found.ks.statistic };
    for (const metric of ["wasserstein", "energy", "ksD"] as const) {
      const calm = computed(distanceNull(metric, reference, m, { random, draws: 19 }));
      if (distancePValue(calm, values[metric]) <= 0.05) alarms[metric]++;
    }
  }
  for (const [metric, count] of Object.entries(alarms)) {
    expect(count / rounds, metric).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / rounds));
    if (metric !== "ksD" || draw === normal) expect(count / rounds, metric).toBeGreaterThan(0.005);
  }
});

test("row by row and by cells say the same where they meet", () => {
  const reference = sample(seededRandom("meet"), 4000, skewed);
  for (const metric of ["wasserstein", "energy"] as const) {
    const rows = computed(distanceNull(metric, reference, 1000, { random: seededRandom(1), draws: 1999 }));
    const cells = computed(distanceNull(metric, reference, 1001, { random: seededRandom(2), draws: 1999 }));
    for (const rate of [0.5, 0.1, 0.01]) {
      expect(
        distanceThreshold(cells, { falseAlarmRate: rate }) / distanceThreshold(rows, { falseAlarmRate: rate }),
      ).toBeGreaterThan(0.93);
      expect(
        distanceThreshold(cells, { falseAlarmRate: rate }) / distanceThreshold(rows, { falseAlarmRate: rate }),
      ).toBeLessThan(1.07);
    }
  }
});

test("in units of the reference's deviation the null is the same but for the unit", () => {
  const reference = sample(seededRandom("unit"), 500, (random) => 10 * random.normal());
  const window = sample(seededRandom("window"), 80, (random) => 10 * random.normal() + 5);
  const p = (["raw", "referenceStd"] as const).map((unit) => {
    const calm = computed(distanceNull("wasserstein", reference, 80, { random: seededRandom(3), draws: 999, unit }));
    return distancePValue(calm, computed(wasserstein(reference, window, { unit })).value);
  });
  expect(p[0]).toBe(p[1]);
  expect(p[0]).toBeLessThan(0.02);
});

test("the null of KS is its exact distribution, and its threshold the first D as rare as asked", () => {
  const x = sample(seededRandom("ks"), 90, normal);
  const y = sample(seededRandom("ks 2"), 70, (random) => random.normal() + 0.3);
  const calm = computed(distanceNull("ksD", x, 70, { random: seededRandom(1) }));
  const found = computed(ksTest(x, y));
  expect(calm.method).toBe("exact");
  expect(distancePValue(calm, found.statistic)).toBe(found.pValue);
  for (const rate of [0.2, 0.05, 1e-6]) {
    const threshold = distanceThreshold(calm, { falseAlarmRate: rate });
    expect(distancePValue(calm, threshold + 1 / 6300)).toBeLessThanOrEqual(rate);
    expect(distancePValue(calm, threshold - 2 / 6300)).toBeGreaterThan(rate);
  }
  expect(
    distanceThreshold(computed(distanceNull("ksD", [1, 2], 2, { random: seededRandom(1) })), { falseAlarmRate: 0.01 }),
  ).toBe(1);
  const huge = computed(distanceNull("ksD", x, 5_000_000, { random: seededRandom(1) }));
  expect(distanceThreshold(huge, { falseAlarmRate: 0.05 })).toBeLessThan(0.16);
});

test("every distance has a null over bins, with the options it is measured with", () => {
  const random = seededRandom("all");
  const reference = sample(random, 600, skewed);
  const bins = computed(equalWidthBins({ values: reference }, { bins: "sturges" }));
  const calmCounts = binCounts(bins, { values: sample(random, 200, skewed) });
  const movedCounts = binCounts(bins, { values: sample(random, 200, (from) => 3 + skewed(from)) });
  const cases = [
    ["psi", { smoothing: { floor: 1e-4 } }],
    ["kullbackLeibler", { base: "2" }],
    ["jensenShannon", { base: "e" }],
    ["hellinger", {}],
    ["totalVariation", {}],
    ["lInfinity", {}],
    ["wasserstein", { unit: "referenceStd" }],
    ["energy", {}],
  ] as const;
  for (const [metric, options] of cases) {
    const calm = computed(distanceNull(metric, bins, 200, { random, draws: 499, ...options }));
    const p = (counts: Float64Array): number =>
      distancePValue(calm, computed(binnedDistance(metric, bins, counts, options)).value);
    expect(p(calmCounts), metric).toBeGreaterThan(0.01);
    expect(p(movedCounts), metric).toBe(1 / 500);
  }
});

test("the chi-squared limits are taken where every slot is well filled, and agree with the simulation", () => {
  const letters = (random: Random, length: number): (string | null)[] =>
    Array.from({ length }, () => ["a", "b", "b", "c", "c", "c", "rare", null][random.int(8)] ?? null);
  const random = seededRandom("limits");
  const bins = computed(categoryBins(letters(random, 6000), { most: 3 }));
  const cases = [
    ["psi", {}],
    ["kullbackLeibler", { base: "2" }],
    ["jensenShannon", { base: "2" }],
    ["jensenShannon", { base: "e" }],
    ["hellinger", {}],
  ] as const;
  const windows = Array.from({ length: 400 }, () => {
    const reference = computed(categoryBins(letters(random, 6000), { most: 3 }));
    return { reference, counts: categoryCounts(reference, letters(random, 4000)) };
  });
  for (const [metric, options] of cases) {
    const calm = computed(distanceNull(metric, bins, 4000, { random, ...options }));
    expect(calm).toMatchObject({ method: "chi-squared", dof: 4 });
    const threshold = distanceThreshold(calm, { falseAlarmRate: 0.05 });
    expect(distancePValue(calm, threshold)).toBeCloseTo(0.05, 10);
    const alarms = windows.filter(
      ({ reference, counts }) => computed(binnedDistance(metric, reference, counts, options)).value > threshold,
    ).length;
    expect(Math.abs(alarms / 400 - 0.05), metric).toBeLessThan(4 * Math.sqrt(0.0475 / 400));
  }
  expect(computed(distanceNull("psi", bins, 60, { random, draws: 9 })).method).toBe("bootstrap");
  expect(computed(distanceNull("totalVariation", bins, 4000, { random, draws: 9 })).method).toBe("bootstrap");
});

test("categories that are listed by luck: the rate holds where the cap cuts through equals", () => {
  const random = seededRandom("luck");
  const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
  const letters = (length: number): string[] => Array.from({ length }, () => names[random.int(200)] as string);
  const alarms = { totalVariation: 0, hellinger: 0, lInfinity: 0 };
  for (let round = 0; round < 100; round++) {
    const bins = computed(categoryBins(letters(4000), { most: 100 }));
    const windows = [letters(400), letters(400), letters(400)].map((window) => categoryCounts(bins, window));
    for (const metric of ["totalVariation", "hellinger", "lInfinity"] as const) {
      const calm = computed(distanceNull(metric, bins, 400, { random, draws: 59 }));
      for (const counts of windows) {
        if (distancePValue(calm, computed(binnedDistance(metric, bins, counts)).value) <= 0.05) alarms[metric]++;
      }
    }
  }
  for (const [metric, count] of Object.entries(alarms)) {
    expect(count / 300, metric).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / 300));
  }
});

test("a holder works each null out once, whatever the order of questions", () => {
  const reference = sample(seededRandom("held"), 300, normal);
  const bins = computed(quantileBins({ values: reference }));
  const one = new DistanceNulls({ seed: 1, draws: 99 });
  const other = new DistanceNulls({ seed: 1, draws: 99 });
  const first = computed(one.of("psi", bins, 1000));
  expect(one.of("psi", bins, 960)).toBe(first);
  expect(one.of("psi", bins, 1200)).not.toBe(first);
  expect(one.of("psi", bins, 1000, { smoothing: { pseudocount: 1 } })).not.toBe(first);
  expect(one.of("psi", { ...bins }, 1000)).not.toBe(first);
  computed(other.of("energy", reference, 50));
  expect(other.of("psi", bins, 1000)).toEqual(first);
  expect(other.of("energy", reference, 51)).toBe(other.of("energy", reference, 50));
  expect(reasonOf(one.of("wasserstein", [1, Number.NaN], 10))).toBe("nan");
});

test("what is refused, and what has no null", () => {
  const random = seededRandom("misuse");
  const invalid = /argument\/invalid/;
  expect(() => distanceNull("psi" as "energy", [1, 2], 5, { random })).toThrowError(invalid);
  expect(() => distanceNull("ksD" as "psi", computed(quantileBins({ values: [1] })), 5, { random })).toThrowError(
    invalid,
  );
  expect(() => distanceNull("energy", [1, 2], 5, { random, unit: "raw" })).toThrowError(invalid);
  expect(() => distanceNull("energy", [1, 2], 0, { random })).toThrowError(invalid);
  expect(() => distanceNull("energy", [1, 2], 5, { random, draws: 0 })).toThrowError(invalid);
  expect(() => new DistanceNulls({ seed: 1, draws: 0.5 })).toThrowError(invalid);
  expect(reasonOf(distanceNull("energy", [], 5, { random }))).toBe("empty");
  expect(reasonOf(distanceNull("wasserstein", [1, Infinity], 5, { random }))).toBe("infinite");
  expect(reasonOf(distanceNull("wasserstein", [1, 1], 5, { random, unit: "referenceStd" }))).toBe("constant");
  expect(computed(distanceNull("wasserstein", [3], 5, { random, draws: 9 })).scaled.every((value) => value === 0)).toBe(
    true,
  );
});

test("a null beyond the doubles is not computable, and one beyond the memory is refused", () => {
  const random = seededRandom(1);
  const found = distanceNull("wasserstein", [-1.7e308, 0, 1.7e308], 5, { random, draws: 9 });
  expect(reasonOf(found)).toBe("infinite");
  expect(() => distanceNull("wasserstein", [1, 2], 5, { random, draws: 1e15 })).toThrowError(/argument\/invalid/);
  expect(() => new DistanceNulls({ seed: 1, draws: 1e15 })).toThrowError(/argument\/invalid/);
});
