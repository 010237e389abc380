import { seededRandom } from "../../src/core/random.ts";
import { binCounts } from "../../src/stats/binning/bin-counter.ts";
import { quantileBins } from "../../src/stats/binning/numeric-bins.ts";
import { binnedDistance } from "../../src/stats/distances/binned-distance.ts";
import { compareSorted } from "../../src/stats/distances/compare-samples.ts";
import { sortDoubles } from "../../src/stats/sort-doubles.ts";
import { distanceNull } from "../../src/stats/thresholds/distance-null.ts";
import { distancePValue } from "../../src/stats/thresholds/read-null.ts";
import { report } from "../report.ts";
import { sure } from "./false-alarm-rates.ts";
import { sampleNulls } from "./sample-nulls.ts";

const bench = "stats-thresholds";

/** What fixed limits do without drift, and what size-aware ones find when there is some. */
export function fixedLimitsAndPower(): void {
  const random = seededRandom("power");
  const shape = sortDoubles(Float64Array.from({ length: 10_000 }, () => random.normal()));
  const bins = sure(quantileBins({ values: shape }));
  const psiOf = (values: Float64Array): number => sure(binnedDistance("psi", bins, binCounts(bins, { values }))).value;
  for (const [m, shift, least] of [
    [50, 1, 0.95],
    [500, 0.3, 0.95],
    [5000, 0.1, 0.95],
  ] as const) {
    const nulls = sampleNulls(shape, m, random, 999);
    const calm = {
      ...nulls,
      psi: sure(distanceNull("psi", bins, m, { random, draws: 999 })),
    };
    const found = { psi: 0, wasserstein: 0, energy: 0, ksD: 0 };
    const fixed = { psi: 0, wasserstein: 0 };
    for (let window = 0; window < 1000; window++) {
      const still = sortDoubles(Float64Array.from({ length: m }, () => random.normal()));
      if (psiOf(still) > 0.1) fixed.psi++;
      if (sure(compareSorted(shape, still, { unit: "referenceStd" })).wasserstein.value > 0.1) fixed.wasserstein++;
      const moved = still.map((value) => value + shift);
      const { ks, wasserstein, energy } = sure(compareSorted(shape, moved, { unit: "referenceStd" }));
      const psi = psiOf(moved);
      const values = { psi, wasserstein: wasserstein.value, energy: energy.value, ksD: ks.statistic };
      for (const metric of ["psi", "wasserstein", "energy", "ksD"] as const) {
        if (distancePValue(calm[metric], values[metric]) <= 0.01) found[metric]++;
      }
    }
    for (const [metric, alarms] of Object.entries(fixed)) {
      const target = m === 50 ? { atLeast: 0.5 } : {};
      report({
        bench,
        case: `fixed limit 0.1 of ${metric}, no drift, m = ${m}`,
        value: alarms / 1000,
        unit: "false alarms",
        ...target,
      });
    }
    for (const [metric, alarms] of Object.entries(found)) {
      const atLeast = metric === "psi" ? least - 0.2 : least;
      report({
        bench,
        case: `${metric} at 0.01, a shift of ${shift} std, m = ${m}`,
        value: alarms / 1000,
        unit: "found",
        atLeast,
      });
    }
  }
}
