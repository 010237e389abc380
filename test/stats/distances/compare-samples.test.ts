import fc from "fast-check";
import { expect, test } from "vitest";
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
