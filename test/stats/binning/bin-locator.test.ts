import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { binCounter } from "../../../src/stats/binning/bin-counter.ts";
import { binLocator } from "../../../src/stats/binning/bin-locator.ts";
import { gridLocator } from "../../../src/stats/binning/grid-locator.ts";
import { explicitBins, quantileBins } from "../../../src/stats/binning/numeric-bins.ts";
import type { BinLocator } from "../../../src/stats/binning/locator-plan.ts";
import type { NumericBins } from "../../../src/stats/binning/reference-bins.ts";
import { searchLocator } from "../../../src/stats/binning/search-locator.ts";
import { wordLocator } from "../../../src/stats/binning/word-locator.ts";
import { computed } from "../computed.ts";

const random = seededRandom("locators");
const bits = new BigInt64Array(1);
const double = new Float64Array(bits.buffer);

/** The doubles next to a value. */
function neighbours(value: number): number[] {
  if (value === 0) return [0, -0, 5e-324, -5e-324];
  double[0] = value;
  const own = bits[0] as bigint;
  return [-2n, -1n, 0n, 1n, 2n].map((step) => {
    bits[0] = own + step;
    return double[0] as number;
  });
}

function slotByScan({ min, uppers }: NumericBins, value: number): number {
  if (Number.isNaN(value)) return uppers.length + 2;
  if (value < min) return 0;
  const bin = uppers.findIndex((upper) => value <= upper);
  return bin === -1 ? uppers.length + 1 : bin + 1;
}

const draws: Readonly<Record<string, () => number>> = {
  normal: () => random.normal(),
  shifted: () => 1e9 + random.normal(),
  integers: () => Math.round(random.normal() * 40),
  subnormal: () => (random.int(2000) - 1000) * 5e-324,
  decades: () => random.normal() * 2 ** (random.int(400) - 200),
  huge: () => (random.next() - 0.5) * Number.MAX_VALUE * 2,
  clusters: () => (random.int(2) === 0 ? 1e12 : -3) + random.next() * 1e-3,
  zeros: () => (random.int(2) === 0 ? (random.int(2) === 0 ? 0 : -0) : random.normal()),
  "a unit in the last place": () => 1 + random.int(600) * 2 ** -52,
  outlier: () => (random.int(1000) === 0 ? 1e300 : random.next()),
};

const special = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  5e-324,
  -5e-324,
  2 ** -1022,
  1e300,
];

test.each(Object.keys(draws))("every way to find a slot agrees with a scan: %s", (name) => {
  const draw = draws[name] as () => number;
  for (const most of [1, 7, 256]) {
    const bins = computed(quantileBins({ values: Float64Array.from({ length: 3000 }, draw) }, { bins: most }));
    const edges = [bins.min, ...bins.uppers].flatMap(neighbours);
    const values = Float64Array.from([
      ...edges,
      ...special,
      ...Array.from({ length: 500 }, draw),
      ...Array.from({ length: 50 }, draw).map((x) => -x),
    ]);
    const expected = Array.from(values, (value) => slotByScan(bins, value));
    const uppers = Float64Array.from(bins.uppers, (upper) => upper + 0);
    const ways: (BinLocator | undefined)[] = [
      binLocator(bins),
      searchLocator(bins.min, uppers),
      ...[0, 1, 3].map((trim) =>
        uppers.length > 8 * trim ? gridLocator(bins.min + 0, uppers, bins.counts, 512, trim)?.build() : undefined,
      ),
      wordLocator(bins.min + 0, uppers, bins.counts, 512)?.build(),
    ];
    for (const way of ways) {
      if (way === undefined) continue;
      const slots = new Int32Array(values.length);
      way.locate(values, slots);
      expect(Array.from(slots)).toEqual(expected);
      expect(Array.from(values, (value) => way.slotOf(value))).toEqual(expected);
    }
  }
});

test("edges of −0 are edges of 0", () => {
  for (const edges of [
    [-1, -0, 1],
    [-0, 1],
    [-2, -1, -0],
  ]) {
    const bins = explicitBins(edges, { values: [] });
    const counter = binCounter(bins);
    const values = Float64Array.of(0, -0);
    counter.addAll({ values });
    const slot = slotByScan(bins, 0);
    expect(counter.counts()[slot]).toBe(2);
  }
});

test("more bins than a table has numbers for", () => {
  const bins = explicitBins(
    Array.from({ length: 70_001 }, (_, i) => i),
    { values: [] },
  );
  const counter = binCounter(bins);
  counter.addAll({ values: [69_999.5, 0, 70_001] });
  expect(counter.counts()[70_000]).toBe(1);
  expect(counter.counts()[1]).toBe(1);
  expect(counter.counts()[70_001]).toBe(1);
});

test("columns of any kind of array, long ones, with and without a bitmap, count the same", () => {
  const values = Float32Array.from({ length: 10_000 }, () => random.normal());
  const bins = computed(quantileBins({ values }, { bins: 50 }));
  const validity = new Uint8Array(1250).map(() => random.int(256));
  const rows = binCounter(bins);
  values.forEach((value, i) => {
    rows.add((((validity[i >> 3] ?? 0) >> (i & 7)) & 1) === 1 ? value : null);
  });
  for (const column of [values, Float64Array.from(values), Array.from(values)]) {
    const counter = binCounter(bins);
    counter.addAll({ values: column, validity });
    expect(counter.counts()).toEqual(rows.counts());
    const all = binCounter(bins);
    all.addAll({ values: column });
    expect(Array.from(all.counts())).toEqual(bins.counts);
  }
});
