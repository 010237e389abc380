import fc from "fast-check";
import { expect, test } from "vitest";
import { binCounter, binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../../../src/stats/binning/category-bins.ts";
import { mergeCounts } from "../../../src/stats/binning/merge-counts.ts";
import { explicitBins, quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import { slotNames } from "../../../src/stats/binning/reference-bins.ts";
import { computed, reasonOf } from "../computed.ts";

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e-300, max: 1e-300 }),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, Infinity, -Infinity, Number.NaN),
);

test("every value lands in the slot that the edges say, whatever the values", () => {
  fc.assert(
    fc.property(
      fc.array(anyNumber, { minLength: 1, maxLength: 60 }),
      fc.array(anyNumber),
      fc.integer({ min: 1, max: 30 }),
      (reference, values, most) => {
        const bins = quantileBins({ values: reference }, { bins: most });
        if (reasonOf(bins) !== undefined) return;
        const { min, uppers } = computed(bins);
        const slotOf = (x: number): number => {
          if (Number.isNaN(x)) return uppers.length + 2;
          if (x < min) return 0;
          const bin = uppers.findIndex((upper) => x <= upper);
          return bin === -1 ? uppers.length + 1 : bin + 1;
        };
        const expected = new Float64Array(uppers.length + 4);
        for (const x of values) expected[slotOf(x)] = (expected[slotOf(x)] ?? 0) + 1;
        expect(binCounts(computed(bins), { values })).toEqual(expected);
      },
    ),
    { numRuns: 300 },
  );
});

test("many bins on a heavy tail take the halving path and still agree with a scan", () => {
  const reference = Float64Array.from({ length: 5000 }, (_, i) => Math.exp((i / 5000) * 60));
  const bins = computed(quantileBins({ values: reference }, { bins: 256 }));
  expect(bins.uppers.length).toBe(256);
  const inner = bins.counts.slice(1, 257);
  expect(Math.min(...inner)).toBeGreaterThanOrEqual(19);
  expect(Math.max(...inner)).toBeLessThanOrEqual(20);
  expect(bins.counts.reduce((a, b) => a + b)).toBe(5000);
});

test("few distinct values get a bin each; ties never straddle an edge", () => {
  const coin = computed(quantileBins({ values: [0, 0, 0, 1] }));
  expect(coin.rule).toBe("distinct");
  expect(coin.uppers).toEqual([0, 1]);
  expect(coin.counts).toEqual([0, 3, 1, 0, 0, 0]);
  const constant = computed(quantileBins({ values: [7, 7] }));
  expect(Array.from(binCounts(constant, { values: [7, 6.9, 7.1] }))).toEqual([1, 1, 1, 0, 0]);
});

test("missing rows by Arrow's validity bitmap are counted and never looked at", () => {
  const values = [1, Number.NaN, 3, 4, 5, 6, 7, 8, 9];
  const validity = Uint8Array.from([0b11111101, 0b0]);
  const bins = computed(quantileBins({ values, validity }, { bins: 2 }));
  expect(bins.uppers).toEqual([5, 8]);
  expect(bins.counts).toEqual([0, 4, 3, 0, 0, 2]);
  const counter = binCounter(bins);
  counter.add(null);
  counter.add(8);
  expect(Array.from(counter.counts())).toEqual([0, 0, 1, 0, 0, 1]);
});

test("counts of parts add up to the counts of the whole, in any order and split", () => {
  const bins = computed(quantileBins({ values: Array.from({ length: 100 }, (_, i) => i * i) }, { bins: 16 }));
  fc.assert(
    fc.property(fc.array(anyNumber), fc.array(anyNumber), fc.array(anyNumber), (a, b, c) => {
      const [x, y, z] = [a, b, c].map((values) => binCounts(bins, { values })) as [
        Float64Array,
        Float64Array,
        Float64Array,
      ];
      const whole = binCounts(bins, { values: [...a, ...b, ...c] });
      expect(mergeCounts(mergeCounts(x, y), z)).toEqual(whole);
      expect(mergeCounts(z, mergeCounts(y, x))).toEqual(whole);
    }),
  );
  expect(() => mergeCounts([1], [1, 2])).toThrowError(/argument\/invalid/);
});

test("categories: ranked, capped, with unlisted and missing slots", () => {
  const bins = computed(categoryBins(["b", "a", "a", "c", null, "d", "b", "a"], { most: 2 }));
  expect(bins).toEqual({ kind: "category", version: 1, categories: ["a", "b"], counts: [3, 2, 2, 1], singletons: 2 });
  expect(Array.from(categoryCounts(bins, ["c", "a", "zzz", undefined, "__proto__"]))).toEqual([1, 0, 3, 1]);
  expect(slotNames(bins)).toEqual(["a", "b", "(unlisted)", "(missing)"]);
  expect(reasonOf(categoryBins([null]))).toBe("empty");
});

test("explicit edges, and what is refused", () => {
  const bins = explicitBins([0, 1, 10], { values: [0, 0.5, 1, 2, 11, -1] });
  expect(bins.counts).toEqual([1, 3, 1, 1, 0, 0]);
  expect(slotNames(bins)).toEqual(["below 0", "≤ 1", "≤ 10", "above 10", "(NaN)", "(missing)"]);
  expect(JSON.parse(JSON.stringify(bins))).toEqual(bins);
  expect(() => explicitBins([1, 1], { values: [] })).toThrowError(/argument\/invalid/);
  expect(() => explicitBins([0, Infinity], { values: [] })).toThrowError(/argument\/invalid/);
  expect(reasonOf(quantileBins({ values: [Number.NaN, Infinity] }))).toBe("empty");
  expect(() => quantileBins({ values: [1] }, { bins: 0 })).toThrowError(/argument\/invalid/);
});
