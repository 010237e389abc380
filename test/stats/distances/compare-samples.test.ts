import fc from "fast-check";
import { expect, test } from "vitest";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { binnedDistance } from "../../../src/stats/distances/binned-distance.ts";
import { compareSamples, compareSorted } from "../../../src/stats/distances/compare-samples.ts";
import { energyDistance } from "../../../src/stats/distances/energy-distance.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { sortDoubles } from "../../../src/stats/sort-doubles.ts";
import { ksTest } from "../../../src/stats/tests/ks-test.ts";
import { computed, reasonOf } from "../computed.ts";

/** F(value) of a sample, by counting. */
const share = (sample: readonly number[], value: number): number =>
  sample.filter((each) => each <= value).length / sample.length;

test("one walk gives D, the area and the energy that counting by hand gives, ties included", () => {
  const sample = fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.double({ min: -9, max: 9, noNaN: true })), {
    minLength: 1,
    maxLength: 25,
  });
  fc.assert(
    fc.property(sample, sample, (x, y) => {
      const values = [...new Set([...x, ...y])].sort((a, b) => a - b);
      const gaps = values.map((value) => share(x, value) - share(y, value));
      const widths = values.map((value, i) => (values[i + 1] ?? value) - value);
      const found = computed(compareSamples(x, y));
      expect(found.ks.statistic).toBeCloseTo(Math.max(...gaps.map(Math.abs)), 12);
      expect(found.wasserstein.value).toBeCloseTo(
        gaps.reduce((sum, gap, i) => sum + Math.abs(gap) * (widths[i] as number), 0),
        11,
      );
      const squares = gaps.reduce((sum, gap, i) => sum + gap * gap * (widths[i] as number), 0);
      expect(found.energy.value ** 2).toBeCloseTo(2 * squares, 11);
    }),
    { seed: 3 },
  );
});

test("the comparison is what the three functions say", () => {
  const x = Float64Array.from({ length: 300 }, (_, i) => (i * 37) % 101);
  const y = Float64Array.from({ length: 170 }, (_, i) => ((i * 53) % 89) + 0.5);
  const found = computed(compareSamples(x, y, { unit: "referenceStd", ks: { method: "exact" } }));
  expect(found.ks).toEqual(ksTest(x, y, { method: "exact" }));
  expect(found.wasserstein).toEqual(wasserstein(x, y, { unit: "referenceStd" }));
  expect(found.energy).toEqual(energyDistance(x, y));
  expect(compareSorted(sortDoubles(x), sortDoubles(y), { unit: "referenceStd", ks: { method: "exact" } })).toEqual(
    found,
  );
});

test("no comparison of empty, NaN, infinite or constant samples", () => {
  expect(reasonOf(compareSamples([], [1]))).toBe("empty");
  expect(reasonOf(compareSorted([1], []))).toBe("empty");
  expect(reasonOf(compareSamples([1], [Number.NaN]))).toBe("nan");
  expect(reasonOf(compareSamples([Infinity], [1]))).toBe("infinite");
  expect(reasonOf(compareSamples([1, 1], [2], { unit: "referenceStd" }))).toBe("constant");
  expect(reasonOf(compareSamples([-1.7e308], [1.7e308]))).toBe("infinite");
});

test("samples farther apart than the largest double have the distances that a double can hold", () => {
  const ends = [-1.7e308, -1e-300, 5e-324, 1.7e308];
  const same = computed(compareSamples(ends, ends));
  expect([same.ks.statistic, same.wasserstein.value, same.energy.value]).toEqual([0, 0, 0]);
  expect(computed(wasserstein([-1e308, 1e308], [-1e308, 1e308])).value).toBe(0);
  const half = computed(compareSamples([-1e308, -1e308, 1e308], [-1e308, 1e308, 1e308]));
  expect(half.wasserstein.value / ((2 / 3) * 1e308)).toBeCloseTo(1, 12);
  expect(half.energy.value / (Math.sqrt(4 / 9) * 1e154)).toBeCloseTo(1, 12);
  expect(computed(energyDistance([-1.7e308], [1.7e308])).value / Math.sqrt(6.8) / 1e154).toBeCloseTo(1, 12);
  const inDeviations = computed(wasserstein([-1.7e308, -1.6e308], [1.7e308], { unit: "referenceStd" }));
  expect(inDeviations.value).toBeCloseTo(67, 10);
  // The smallest values stay apart for KS, though a quarter of them would not.
  expect(computed(compareSamples([-1.7e308, 5e-324, 1.7e308], [-1.7e308, 0, 1.7e308])).ks.statistic).toBeCloseTo(
    1 / 3,
    12,
  );
  expect(computed(ksTest([-Infinity, 1, Infinity], [-Infinity, 2, Infinity])).statistic).toBeCloseTo(1 / 3, 12);
});

test("histograms of values farther apart than the largest double", () => {
  const values = [-1.7e308, 0, 1.7e308];
  const bins = computed(quantileBins({ values }));
  const counts = (window: readonly number[]): Float64Array => binCounts(bins, { values: window });
  expect(computed(binnedDistance("wasserstein", bins, counts(values))).value).toBe(0);
  const moved = counts([-1.7e308, -1.7e308, 1.7e308]);
  expect(computed(binnedDistance("wasserstein", bins, moved)).value / (1.7e308 / 3)).toBeCloseTo(1, 12);
  expect(computed(binnedDistance("energy", bins, moved)).value / Math.sqrt(3.4 / 9) / 1e154).toBeCloseTo(1, 12);
});

test("a side, which the comparison does not have, and unknown words are refused", () => {
  for (const options of [
    { alternative: "greater" },
    { alternative: "sideways" },
    { ks: { alternative: "less" } },
    { ks: { method: "guess" } },
    { unit: "metres" },
  ] as never[])
    expect(() => compareSamples([1, 2], [2, 3], options)).toThrowError(/argument\/invalid/);
  const plain = computed(compareSamples([1, 2], [2, 3]));
  expect(compareSamples([1, 2], [2, 3], { alternative: "two-sided", ks: { alternative: "two-sided" } })).toEqual(plain);
});
