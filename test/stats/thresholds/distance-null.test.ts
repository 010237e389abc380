import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../../../src/stats/binning/category-bins.ts";
import { quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { totalVariation } from "../../../src/stats/distances/histogram-distances.ts";
import { psi } from "../../../src/stats/distances/psi.ts";
import { distanceNull } from "../../../src/stats/thresholds/distance-null.ts";
import { distancePValue, distanceThreshold } from "../../../src/stats/thresholds/read-null.ts";
import { drawCounts } from "../../../src/stats/sampling/draw-counts.ts";
import { nullWeights } from "../../../src/stats/thresholds/null-weights.ts";
import { computed, reasonOf } from "../computed.ts";

const normals = (random: Random, length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

/** The share of drift-free windows of m rows (new reference each time) whose PSI and TVD alarm at the rate 0.05. */
function falseAlarms(
  random: Random,
  n: number,
  m: number,
  rounds: number,
): { psi: number; tvd: number; fixed: number } {
  const shape = computed(quantileBins({ values: normals(random, n) }));
  const calmPsi = computed(distanceNull("psi", shape, m, { random, draws: 1999 }));
  const calmTvd = computed(distanceNull("totalVariation", shape, m, { random, draws: 1999 }));
  const alarms = { psi: 0, tvd: 0, fixed: 0 };
  for (let round = 0; round < rounds; round++) {
    const bins = computed(quantileBins({ values: normals(random, n) }));
    const counts = binCounts(bins, { values: normals(random, m) });
    const found = computed(psi(bins.counts, counts)).value;
    if (found > distanceThreshold(calmPsi, { falseAlarmRate: 0.05 })) alarms.psi++;
    if (found > 0.1) alarms.fixed++;
    if (distancePValue(calmTvd, computed(totalVariation(bins.counts, counts)).value) <= 0.05) alarms.tvd++;
  }
  return { psi: alarms.psi / rounds, tvd: alarms.tvd / rounds, fixed: alarms.fixed / rounds };
}

test("the stated false alarm rate holds at 50 rows and at 20,000, where the fixed limit of 0.1 does not", () => {
  const random = seededRandom("false alarms");
  const band = 4 * Math.sqrt((0.05 * 0.95) / 600) + 0.01;
  const small = falseAlarms(random, 1000, 50, 600);
  expect(small.fixed).toBeGreaterThan(0.5);
  for (const rate of [small.psi, small.tvd]) expect(Math.abs(rate - 0.05)).toBeLessThan(band);
  const large = falseAlarms(random, 1000, 20_000, 150);
  expect(large.fixed).toBe(0);
  for (const rate of [large.psi, large.tvd]) expect(Math.abs(rate - 0.05)).toBeLessThan(2 * band);
});

test("five million rows against a large reference: simulated as counts, the rate still holds", () => {
  const random = seededRandom("millions");
  const bins = computed(quantileBins({ values: normals(random, 50_000) }));
  const calm = computed(distanceNull("psi", bins, 5_000_000, { random, draws: 999 }));
  const threshold = distanceThreshold(calm, { falseAlarmRate: 0.05 });
  const counts = new Float64Array(bins.counts.length);
  let alarms = 0;
  for (let i = 0; i < 400; i++) {
    drawCounts(random, nullWeights(bins), 5_000_000, counts);
    if (computed(psi(bins.counts, counts)).value > threshold) alarms++;
  }
  expect(alarms / 400).toBeLessThan(0.05 + 4 * Math.sqrt(0.0475 / 400));
  expect(threshold).toBeLessThan(0.002);
});

test("PSI on well-filled slots is chi-squared and agrees with the simulation", () => {
  const random = seededRandom("chi");
  const letters = (length: number): (string | null)[] =>
    Array.from({ length }, () => ["a", "b", "b", "c", "c", "c", "rare", null][random.int(8)] ?? null);
  const bins = computed(categoryBins(letters(4000), { most: 3 }));
  const analytic = computed(distanceNull("psi", bins, 3000, { random }));
  expect(analytic.method).toBe("chi-squared");
  expect(analytic.dof).toBe(4);
  let alarms = 0;
  for (let i = 0; i < 400; i++) {
    const reference = computed(categoryBins(letters(4000), { most: 3 }));
    const value = computed(psi(reference.counts, categoryCounts(reference, letters(3000)))).value;
    if (distancePValue(analytic, value) <= 0.05) alarms++;
  }
  expect(Math.abs(alarms / 400 - 0.05)).toBeLessThan(4 * Math.sqrt(0.0475 / 400));
});

test("p-value and threshold say the same, a shift is seen, and the same seed gives the same null", () => {
  const random = seededRandom(5);
  const bins = computed(quantileBins({ values: normals(random, 3000) }));
  const calm = computed(distanceNull("psi", bins, 300, { random: seededRandom(1), draws: 999 }));
  const again = computed(distanceNull("psi", bins, 300, { random: seededRandom(1), draws: 999 }));
  expect(again).toEqual(calm);
  const threshold = distanceThreshold(calm, { falseAlarmRate: 0.01 });
  expect(distancePValue(calm, threshold)).toBeGreaterThan(0.01);
  expect(distancePValue(calm, threshold * (1 + 1e-9))).toBe(0.01);
  const shifted = normals(random, 300).map((x) => x + 0.5);
  expect(distancePValue(calm, computed(psi(bins.counts, binCounts(bins, { values: shifted }))).value)).toBe(0.001);
  expect(distancePValue(calm, 0)).toBe(1);
});

test("misuse and empty references", () => {
  const random = seededRandom(2);
  const bins = computed(quantileBins({ values: [1, 2, 3] }));
  expect(() => distanceNull("psi", bins, 0, { random })).toThrowError(/argument\/invalid/);
  expect(() =>
    distanceThreshold(computed(distanceNull("psi", bins, 5, { random, draws: 99 })), { falseAlarmRate: 0.001 }),
  ).toThrowError(/at least 1\/\(draws \+ 1\), here 0\.01\. .*draws: 999/);
  for (const count of [Infinity, -1, Number.NaN]) {
    const broken = { ...bins, counts: bins.counts.map((each, slot) => (slot === 1 ? count : each)) };
    expect(() => distanceNull("psi", broken, 5, { random })).toThrowError(/counts\[1\] = /);
  }
  expect(reasonOf(distanceNull("psi", { ...bins, counts: bins.counts.map(() => 0) }, 5, { random }))).toBe("empty");
});

test("a null is read for the window at hand by its options", () => {
  const random = seededRandom(8);
  const bins = computed(quantileBins({ values: Float64Array.from({ length: 500 }, () => random.normal()) }));
  const calm = computed(distanceNull("psi", bins, 100, { random, draws: 199 }));
  const threshold = distanceThreshold(calm, { falseAlarmRate: 0.05 });
  expect(distanceThreshold(calm, { falseAlarmRate: 0.05, m: 100 })).toBe(threshold);
  const smaller = distanceThreshold(calm, { falseAlarmRate: 0.05, m: 90 });
  expect(smaller).toBeGreaterThan(threshold);
  expect(distancePValue(calm, smaller, { m: 90 })).toBe(distancePValue(calm, threshold));
  for (const bad of [
    () => distanceThreshold(calm, undefined as never),
    () => distanceThreshold(calm, 0.05 as never),
    () => distanceThreshold(calm, { falseAlarmRate: 0.05, m: 0 }),
    () => distancePValue(calm, 0.1, { m: 1.5 }),
    () => distancePValue(calm, Number.NaN),
  ])
    expect(bad).toThrowError(/argument\/invalid/);
});
