import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { categoryBins } from "../../../src/stats/binning/category-bins.ts";
import { equalWidthBins } from "../../../src/stats/binning/equal-width-bins.ts";
import { explicitBins, quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { binnedDistance } from "../../../src/stats/distances/binned-distance.ts";
import type { DistanceMetric } from "../../../src/stats/distances/distance.ts";
import { energyDistance } from "../../../src/stats/distances/energy-distance.ts";
import { energyHistogram, wassersteinHistogram } from "../../../src/stats/distances/line-histograms.ts";
import { psi } from "../../../src/stats/distances/psi.ts";
import { categoryDistance, sampleDistance } from "../../../src/stats/distances/sample-distance.ts";
import { wasserstein } from "../../../src/stats/distances/wasserstein.ts";
import { computed, reasonOf } from "../computed.ts";
import { goldenCase, sampleOf } from "../golden.ts";
import { relativeError } from "../relative-error.ts";

const histogramMetrics = [
  "psi",
  "kullbackLeibler",
  "jensenShannon",
  "hellinger",
  "totalVariation",
  "lInfinity",
] as const;

test("Evidently's PSI, KL and JS: its edges over the union stated, its zero fill as a floor (P14)", () => {
  const { inputs, expected } = goldenCase("P14");
  const x = sampleOf(inputs["x"]);
  const y = sampleOf(inputs["y"]);
  const union = computed(equalWidthBins({ values: Float64Array.from([...x, ...y]) }, { bins: "sturges" }));
  expect(union.uppers.length).toBe(expected["bins"]);
  const binning = explicitBins([union.min, ...union.uppers], { values: x });
  const smoothing = { floor: 1e-4 };
  const found = computed(sampleDistance("psi", x, y, { binning, smoothing }));
  expect(relativeError(found.value, expected["psi"] ?? 0)).toBeLessThan(1e-11);
  expect(found).toMatchObject({ n: 500, m: 400, base: "e", binning: { rule: "explicit", bins: 11, edges: "given" } });
  const js = computed(sampleDistance("jensenShannon", x, y, { binning, base: "e" }));
  expect(relativeError(js.value, expected["js"] ?? 0)).toBeLessThan(1e-11);
  // scipy's entropy divides by the sums after the fill.
  const filled = (counts: Float64Array, rows: number): Float64Array =>
    counts.map((count) => (count === 0 ? 1e-4 : count / rows));
  const inner = (values: Float64Array): Float64Array => binCounts(binning, { values }).slice(1, -3);
  const [p, q] = [filled(inner(x), 500), filled(inner(y), 400)] as const;
  const kl = computed(binnedDistanceOf(p, q));
  expect(relativeError(kl, expected["kl"] ?? 0)).toBeLessThan(1e-11);
});

function binnedDistanceOf(p: Float64Array, q: Float64Array): number {
  const bins = explicitBins([0, ...Array.from(p, (_, i) => i + 1)], { values: [] });
  const pad = (shares: Float64Array): number[] => [0, ...shares, 0, 0, 0];
  const found = binnedDistance("kullbackLeibler", { ...bins, counts: pad(p) }, pad(q), {
    smoothing: { pseudocount: 0 },
  });
  return computed(found).value;
}

test("NannyML's Hellinger and JS in base 2 over Doane bins of the reference (P21)", () => {
  const { inputs, expected } = goldenCase("P21");
  const x = sampleOf(inputs["x"]);
  const y = sampleOf(inputs["y"]);
  const found = computed(sampleDistance("hellinger", x, y, { binning: "doane" }));
  expect(found.binning).toEqual({ rule: "doane", bins: expected["bins"], edges: "reference" });
  expect(relativeError(found.value, expected["h"] ?? 0)).toBeLessThan(1e-11);
  const js = computed(sampleDistance("jensenShannon", x, y, { binning: "doane", base: "2" }));
  expect(relativeError(js.value, expected["js2"] ?? 0)).toBeLessThan(1e-11);
});

test("every distance carries its sizes, and the histogram ones their bins, which the current data never move", () => {
  const random = seededRandom("samples");
  const x = Float64Array.from({ length: 700 }, () => random.normal());
  const y = Float64Array.from({ length: 300 }, () => 3 * random.normal());
  for (const metric of histogramMetrics) {
    for (const binning of ["quantiles", "equal-width", "sturges", "doane", "freedman-diaconis"] as const) {
      const found = computed(sampleDistance(metric, x, y, { binning }));
      expect(found).toMatchObject({ metric, n: 700, m: 300, binning: { rule: binning, edges: "reference" } });
      const moved = Float64Array.from([...y, 1e9]);
      expect(computed(sampleDistance(metric, x, moved, { binning })).binning).toEqual(found.binning);
    }
  }
  expect(computed(sampleDistance("wasserstein", x, y))).toEqual(computed(wasserstein(x, y)));
  expect(computed(sampleDistance("energy", x, y))).toEqual(computed(energyDistance(x, y)));
  const nulls = computed(sampleDistance("totalVariation", x, [Number.NaN, Number.NaN]));
  expect(nulls.value).toBe(1);
});

test("a default sample distance is that of the counts over quantile bins", () => {
  const x = Float64Array.from({ length: 400 }, (_, i) => (i * i) % 97);
  const y = Float64Array.from({ length: 150 }, (_, i) => (i * 7) % 120);
  const bins = computed(quantileBins({ values: x }));
  const counts = binCounts(bins, { values: y });
  expect(computed(sampleDistance("psi", x, y)).value).toBe(computed(psi(bins.counts, counts)).value);
});

test("distances on histograms stay within their bound of the distance of the samples", () => {
  const random = seededRandom("bound");
  for (let round = 0; round < 60; round++) {
    const x = Float64Array.from({ length: 5 + random.int(200) }, () => Math.exp(random.normal()));
    const y = Float64Array.from({ length: 5 + random.int(200) }, () => Math.exp(random.normal() * 1.3));
    const high = Math.max(...x, ...y);
    const edges = [0, 0.4, 0.5, 1, 2, high / 3 + 2, high + 3];
    const bins = explicitBins(edges, { values: x });
    const counts = binCounts(bins, { values: y });
    const sides = [bins.counts.slice(1, -3), counts.slice(1, -3)] as const;
    const w = computed(wassersteinHistogram(edges, ...sides));
    const e = computed(energyHistogram(edges, ...sides));
    expect(Math.abs(w.value - computed(wasserstein(x, y)).value)).toBeLessThanOrEqual(w.errorBound ?? 0);
    expect(Math.abs(e.value - computed(energyDistance(x, y)).value)).toBeLessThanOrEqual(e.errorBound ?? 0);
    expect(computed(binnedDistance("wasserstein", bins, counts))).toEqual({
      ...w,
      binning: { rule: "explicit", bins: 6, edges: "given" },
    });
  }
});

test("binned distances on the line: values of few kinds are exact, rows outside lie at the ends and void the bound", () => {
  const bins = computed(quantileBins({ values: [0, 0, 1, 5] }));
  const inside = computed(binnedDistance("wasserstein", bins, binCounts(bins, { values: [0, 5, 5, 1] })));
  expect(inside.value).toBe(computed(wasserstein([0, 0, 1, 5], [0, 5, 5, 1])).value);
  expect(inside.errorBound).toBeGreaterThan(0);
  const outside = computed(binnedDistance("energy", bins, binCounts(bins, { values: [0, 99, Number.NaN] })));
  expect(outside.value).toBe(computed(energyDistance([0, 0, 1, 5], [0, 5])).value);
  expect(outside).toMatchObject({ n: 4, m: 2 });
  expect(outside.errorBound).toBeUndefined();
});

test("categories: unseen ones share a cell, missing ones have one", () => {
  const found = computed(categoryDistance("lInfinity", ["a", "b", "a", "b"], ["a", "x", "y", "z"]));
  expect(found).toEqual({
    metric: "lInfinity",
    value: 0.75,
    n: 4,
    m: 4,
    binning: { rule: "categories", bins: 2, edges: "reference" },
  });
  expect(computed(categoryDistance("totalVariation", ["a", null], ["a", undefined])).value).toBe(0);
  expect(computed(categoryDistance("jensenShannon", ["a"], ["b"], { most: 1 })).value).toBe(1);
  expect(reasonOf(categoryDistance("psi", [null], ["a"]))).toBe("empty");
  expect(reasonOf(categoryDistance("psi", ["a"], []))).toBe("empty");
});

test("what is refused, and what has no value", () => {
  const x = [1, 2, 3];
  const invalid = /argument\/invalid/;
  expect(() => sampleDistance("manhattan" as DistanceMetric, x, x)).toThrowError(invalid);
  expect(() => sampleDistance("psi", x, x, { base: "2" })).toThrowError(invalid);
  expect(() => sampleDistance("hellinger", x, x, { smoothing: { floor: 1 } })).toThrowError(invalid);
  expect(() => sampleDistance("energy", x, x, { unit: "raw" })).toThrowError(invalid);
  expect(() => sampleDistance("wasserstein", x, x, { bins: 3 })).toThrowError(invalid);
  expect(() => sampleDistance("psi", x, x, { binning: "doane", bins: 3 })).toThrowError(invalid);
  expect(() => sampleDistance("psi", x, x, { binning: "scott" as "doane" })).toThrowError(invalid);
  expect(() => sampleDistance("jensenShannon", x, x, { base: "10" as "2" })).toThrowError(invalid);
  expect(() => sampleDistance("wasserstein", x, x, { unit: "meters" as "raw" })).toThrowError(invalid);
  expect(() => binnedDistance("energy", computed(categoryBins(["a"])), [1, 0, 0])).toThrowError(invalid);
  expect(() => binnedDistance("psi", computed(categoryBins(["a"])), [1, 0])).toThrowError(invalid);
  expect(() => wassersteinHistogram([0, 1], [1, 2], [1, 2])).toThrowError(invalid);
  expect(() => wassersteinHistogram([0, 1, 1], [1, 2], [1, 2])).toThrowError(invalid);
  expect(reasonOf(sampleDistance("psi", [], x))).toBe("empty");
  expect(reasonOf(sampleDistance("psi", x, []))).toBe("empty");
  expect(reasonOf(sampleDistance("psi", [Number.NaN], x))).toBe("empty");
  expect(reasonOf(sampleDistance("wasserstein", x, [Infinity]))).toBe("infinite");
  expect(reasonOf(sampleDistance("wasserstein", [2, 2], x, { unit: "referenceStd" }))).toBe("constant");
  expect(reasonOf(wassersteinHistogram([0, 1, 2], [3, 0], [1, 1], { unit: "referenceStd" }))).toBe("constant");
  expect(reasonOf(wasserstein([-Number.MAX_VALUE], [Number.MAX_VALUE]))).toBe("infinite");
  expect(computed(sampleDistance("psi", [5, 5], [5])).value).toBeCloseTo(0, 12);
});
