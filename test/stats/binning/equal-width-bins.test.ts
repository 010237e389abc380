import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { binCounts } from "../../../src/stats/binning/bin-counter.ts";
import { equalWidthBins } from "../../../src/stats/binning/equal-width-bins.ts";
import { computed, reasonOf } from "../computed.ts";

const rules = ["sturges", "doane", "freedman-diaconis"] as const;

test("the rules find as many bins as numpy.histogram_bin_edges (numpy 2.4.6)", () => {
  const squares = { values: Float64Array.from({ length: 100 }, (_, i) => i * i) };
  const found = rules.map((rule) => computed(equalWidthBins(squares, { bins: rule })));
  expect(found.map((bins) => bins.uppers.length)).toEqual([8, 10, 5]);
  expect(found.map((bins) => bins.rule)).toEqual(rules);
  expect(found[2]?.uppers).toEqual([1960.2, 3920.4, 5880.6, 7840.8, 9801]);
  expect(found[2]?.min).toBe(0);
});

test("outliers and heavy tails do not make more bins than the cap, and the bulk keeps its resolution", () => {
  const random = seededRandom("outlier");
  const values = Float64Array.from({ length: 5000 }, (_, i) => (i === 7 ? 1e12 : random.normal()));
  const bins = computed(equalWidthBins({ values }, { bins: "freedman-diaconis" }));
  expect(bins.uppers.length).toBe(1000);
  const width = (bins.uppers[1] as number) - (bins.uppers[0] as number);
  expect(width).toBeGreaterThan(0.1);
  expect(width).toBeLessThan(0.2);
  expect(bins.counts[1001]).toBe(1);
  expect(bins.counts.reduce((sum, count) => sum + count)).toBe(5000);
  const few = computed(equalWidthBins({ values }, { bins: "freedman-diaconis", most: 20 }));
  expect(few.uppers.length).toBe(20);
  expect(few.min).toBeLessThan(0);
  const tail = Float64Array.from({ length: 2000 }, () => Math.tan(Math.PI * (random.next() - 0.5)));
  for (const rule of rules) {
    expect(computed(equalWidthBins({ values: tail }, { bins: rule })).uppers.length).toBeLessThanOrEqual(1000);
  }
});

test("whatever the values: finite ascending edges, every row counted once", () => {
  const anyNumber = fc.oneof(
    fc.double(),
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324, -5e-324, Infinity, Number.NaN, 1, 1 + 2 ** -52),
  );
  const bins = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(...rules));
  fc.assert(
    fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 40 }), bins, (values, asked) => {
      const made = equalWidthBins({ values }, { bins: asked });
      const finite = values.filter((value) => Number.isFinite(value));
      if (finite.length === 0) {
        expect(reasonOf(made)).toBe("empty");
        return;
      }
      const { min, uppers, counts } = computed(made);
      expect(uppers.length).toBeGreaterThanOrEqual(1);
      expect(uppers.length).toBeLessThanOrEqual(typeof asked === "number" ? asked : 1000);
      for (const [i, upper] of uppers.entries()) {
        expect(Number.isFinite(upper)).toBe(true);
        if (i > 0) expect(upper).toBeGreaterThan(uppers[i - 1] as number);
      }
      if (uppers.length < 1000) {
        expect(min).toBe(Math.min(...finite));
        expect(uppers[uppers.length - 1]).toBe(Math.max(...finite));
      }
      expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
      expect(Array.from(binCounts(computed(made), { values }))).toEqual(counts);
    }),
    { seed: 5, numRuns: 300 },
  );
});

test("constant columns, quartiles that coincide, and what is refused", () => {
  expect(computed(equalWidthBins({ values: [4, 4, 4] }, { bins: "doane" }))).toMatchObject({ min: 4, uppers: [4] });
  const flat = Float64Array.from({ length: 100 }, (_, i) => (i === 0 ? 9 : 1));
  expect(computed(equalWidthBins({ values: flat }, { bins: "freedman-diaconis" })).uppers).toEqual([9]);
  expect(computed(equalWidthBins({ values: [0, 1] })).uppers.length).toBe(10);
  expect(reasonOf(equalWidthBins({ values: [] }))).toBe("empty");
  for (const bins of [0, 1.5, Number.NaN, 1e9, "scott" as "doane"]) {
    expect(() => equalWidthBins({ values: [1, 2] }, { bins })).toThrowError(/argument\/invalid/);
  }
  expect(() => equalWidthBins({ values: [1, 2] }, { most: 0 })).toThrowError(/argument\/invalid/);
});
