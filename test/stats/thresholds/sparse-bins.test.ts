import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import type { NumericBins } from "../../../src/stats/binning/reference-bins.ts";
import { binnedDistance } from "../../../src/stats/distances/binned-distance.ts";
import { multinomialDraw } from "../../../src/stats/sampling/multinomial-draw.ts";
import { distanceNull } from "../../../src/stats/thresholds/distance-null.ts";
import { distancePValue } from "../../../src/stats/thresholds/read-null.ts";
import { poissonMixture } from "../../../src/stats/thresholds/poisson-mixture.ts";
import { sparseBins } from "../../../src/stats/thresholds/sparse-bins.ts";
import { computed } from "../computed.ts";

/** Bins with the given counts, below to missing. */
function binsOf(counts: Float64Array, rule: NumericBins["rule"]): NumericBins {
  const uppers = Array.from({ length: counts.length - 4 }, (_, i) => i + 1);
  return { kind: "numeric", version: 1, rule, min: 0, uppers, counts: Array.from(counts) };
}

/** A body of ten well-filled bins and a long tail: expected rows fall from 8 to a fifth over 600 bins. */
const chances = Float64Array.from([
  0,
  ...new Array<number>(10).fill(2000),
  ...Array.from({ length: 600 }, (_, i) => 8 * (0.2 / 8) ** (i / 600)),
  0,
  0,
  0,
]);
const rows = Math.round(chances.reduce((sum, each) => sum + each, 0));

test("over hundreds of almost empty bins the stated false alarm rate holds", () => {
  const random = seededRandom("a long tail");
  const drawn = (): Float64Array => {
    const counts = chances.slice();
    multinomialDraw(random, rows, counts);
    return counts;
  };
  const alarms = { psi: 0, jensenShannon: 0, hellinger: 0 };
  for (let round = 0; round < 40; round++) {
    const bins = binsOf(drawn(), "explicit");
    const windows = Array.from({ length: 10 }, drawn);
    for (const metric of ["psi", "jensenShannon", "hellinger"] as const) {
      const calm = computed(distanceNull(metric, bins, rows, { random, draws: 99 }));
      for (const counts of windows) {
        if (distancePValue(calm, computed(binnedDistance(metric, bins, counts)).value) <= 0.05) alarms[metric]++;
      }
    }
  }
  for (const [metric, count] of Object.entries(alarms)) {
    expect(count / 400, metric).toBeLessThan(0.05 + 4 * Math.sqrt(0.0475 / 400));
    expect(count / 400, metric).toBeGreaterThan(0.005);
  }
});

test("a count is judged by how often each count occurs: equal bins are seen to be equal, values between gaps are not filled", () => {
  const meanOf = (cells: Float64Array, count: number): number => {
    const { means, fits } = poissonMixture(seededRandom("means"), cells);
    const each = fits.map((fit) => {
      const upTo = fit[count] ?? new Float64Array(0);
      return upTo.reduce((sum, chance, i) => sum + (chance - (upTo[i - 1] ?? 0)) * (means[i] as number), 0);
    });
    return each.reduce((sum, mean) => sum + mean, 0) / each.length;
  };
  // A thousand cells of mean 2, as often as they have each count on average.
  const equal = Float64Array.from([135, 271, 271, 180, 90, 36, 12, 3, 1]);
  expect(Math.abs(meanOf(equal, 0) - 2)).toBeLessThan(0.35);
  expect(Math.abs(meanOf(equal, 4) - 2)).toBeLessThan(0.5);
  const gaps = new Float64Array(201);
  gaps[0] = 500;
  for (let count = 40; count < 140; count++) gaps[count] = 1;
  expect(meanOf(gaps, 0)).toBeLessThan(0.01);
  expect(Math.abs(meanOf(gaps, 60) - 60)).toBeLessThan(8);
});

test("bins count as sparse where there are fifty, but for the rows that the bins were cut by", () => {
  const random = seededRandom("sparse");
  const counts = (few: number): Float64Array =>
    Float64Array.from([0, 500, ...new Array<number>(few).fill(2), 1, 0, 0, 0]);
  expect(sparseBins(random, binsOf(counts(48), "explicit"))).toBeUndefined();
  expect(sparseBins(random, binsOf(counts(49), "quantiles"))).toBeUndefined();
  const given = sparseBins(random, binsOf(counts(49), "explicit"));
  expect(given?.rows).toBe(99);
  expect(given?.slots[0]).toBe(2);
  const cut = sparseBins(random, binsOf(counts(49), "freedman-diaconis"));
  expect(cut?.rows).toBe(98);
  expect(cut?.counts[49]).toBe(0);
  expect(
    sparseBins(random, binsOf(Float64Array.from([0, ...new Array<number>(60).fill(0), 0, 0, 5]), "explicit")),
  ).toBe(undefined);
});
