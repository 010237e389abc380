import { isMainThread, Worker, workerData } from "node:worker_threads";
import { type Random, seededRandom } from "../src/core/random.ts";
import { binCounts } from "../src/stats/binning/bin-counter.ts";
import { categoryBins, categoryCounts } from "../src/stats/binning/category-bins.ts";
import { equalWidthBins } from "../src/stats/binning/equal-width-bins.ts";
import { quantileBins } from "../src/stats/binning/numeric-bins.ts";
import type { CategoryBins, NumericBins, ReferenceBins } from "../src/stats/binning/reference-bins.ts";
import { binnedDistance } from "../src/stats/distances/binned-distance.ts";
import { compareSorted } from "../src/stats/distances/compare-samples.ts";
import type { Distance } from "../src/stats/distances/distance.ts";
import { lineDistance } from "../src/stats/distances/line-histograms.ts";
import { interpolatedQuantile } from "../src/stats/quantile.ts";
import { sortDoubles } from "../src/stats/sort-doubles.ts";
import type { DistanceNull } from "../src/stats/thresholds/calibration.ts";
import { distanceNull } from "../src/stats/thresholds/distance-null.ts";
import {
  categoriesOf,
  countsOf,
  type Population,
  populations,
  rowsOf,
  slotChances,
  zipf,
} from "./stats/drift-free-data.ts";
import { FalseAlarmRates, sure } from "./stats/false-alarm-rates.ts";
import { type SampleNulls, sampleNulls } from "./stats/sample-nulls.ts";
import { fixedLimitsAndPower } from "./stats/threshold-power.ts";

// How often a window without drift is called drift, by size-aware thresholds at the rates 0.05 and 0.01, for every distance, binning, size and kind
// of data; beside them fixed limits, which show that a wrong rate would be seen, and how often a real shift is found.
//
// Small windows are drawn row by row, 50 references × 40 windows. Windows of half a million rows and more are drawn as counts, against references
// of as many rows, which are drawn and cut into bins anew (50 × 20, of five million rows 16 × 60): so the sampling error of both sides is in the
// rate, and no window meets bins whose ends another reference has drawn. The windows of one reference share its luck, hence the standard error is
// that between references where it is the larger one. Among some hundred rates a few lie three standard errors off by chance: where one is above
// its target, windows are added, up to three times as many, and it is judged by all of them.

const metrics = ["psi", "kullbackLeibler", "jensenShannon", "hellinger", "totalVariation", "lInfinity"] as const;
const rules = ["quantiles", "equal-width", "sturges", "doane", "freedman-diaconis"] as const;
const small = { rounds: 50, windows: 40, draws: 199 };
const large = { rounds: 50, windows: 20 };
const huge = { rounds: 16, windows: 60 };

function binsBy(rule: (typeof rules)[number], values: Float64Array): NumericBins {
  if (rule === "quantiles") return sure(quantileBins({ values }));
  return sure(equalWidthBins({ values }, rule === "equal-width" ? {} : { bins: rule }));
}

const measured = (metric: (typeof metrics)[number], bins: ReferenceBins, counts: Float64Array): number =>
  sure(binnedDistance(metric, bins, counts)).value;

/** Windows of rows against references of rows. */
function smallWindows(population: Population, n: number, m: number): void {
  const random = seededRandom(`small/${population.name}/${m}`);
  const rates = new FalseAlarmRates();
  rates.run(small.rounds, () => {
    const reference = sortDoubles(rowsOf(random, population, n));
    const windows = Array.from({ length: small.windows }, () => sortDoubles(rowsOf(random, population, m)));
    for (const rule of rules) {
      const bins = binsBy(rule, reference);
      const counts = windows.map((values) => binCounts(bins, { values }));
      addAll(rates, rule, bins, counts, m, random);
    }
    const nulls = sampleNulls(reference, m, random, small.draws);
    for (const window of windows)
      addSample(rates, nulls, sure(compareSorted(reference, window, { unit: "referenceStd" })));
  });
  rates.report(`${population.name}, n = ${n}, m = ${m}`);
}

function addAll(
  rates: FalseAlarmRates,
  rule: string,
  bins: ReferenceBins,
  windows: readonly Float64Array[],
  m: number,
  random: Random,
): void {
  for (const metric of metrics) {
    const calm = sure(distanceNull(metric, bins, m, { random, draws: small.draws }));
    for (const counts of windows) rates.add(`${metric} over ${rule}`, calm, measured(metric, bins, counts));
  }
}

function addSample(
  rates: FalseAlarmRates,
  nulls: SampleNulls,
  found: { readonly ks: { readonly statistic: number }; readonly wasserstein: Distance; readonly energy: Distance },
): void {
  rates.add("wasserstein / std", nulls.wasserstein, found.wasserstein.value);
  rates.add("energy", nulls.energy, found.energy.value);
  rates.add("KS D", nulls.ksD, found.ks.statistic);
}

/** Windows drawn as counts, against references of rows, each with bins of its own. */
function largeWindows(population: Population, rows: number): void {
  const random = seededRandom(`large/${population.name}/${rows}`);
  const rates = new FalseAlarmRates();
  const { rounds, windows } = rows > 1_000_000 ? huge : large;
  rates.run(rounds, () => {
    const reference = sortDoubles(rowsOf(random, population, rows));
    for (const rule of rules) {
      const bins = binsBy(rule, reference);
      const chances = slotChances(population, bins);
      const counts = Array.from({ length: windows }, () => countsOf(random, chances, rows));
      addAll(rates, rule, bins, counts, rows, random);
    }
    addAtoms(rates, reference, rows, windows, random);
  });
  rates.report(`${population.name}, n = m = ${rows}`);
}

/** Windows and references drawn as counts over categories that are given. */
function addCounts(
  rates: FalseAlarmRates,
  bins: ReferenceBins,
  chances: Float64Array,
  rows: number,
  random: Random,
): void {
  const nulls = metrics.map((metric) => sure(distanceNull(metric, bins, rows, { random, draws: 999 })));
  for (let window = 0; window < 200; window++) {
    const fresh = { ...bins, counts: Array.from(countsOf(random, chances, rows)) };
    const counts = countsOf(random, chances, rows);
    metrics.forEach((metric, i) => {
      rates.add(`${metric} over categories`, nulls[i] as DistanceNull, measured(metric, fresh, counts));
    });
  }
}

/** The distances of samples, on a population of two thousand values: quantiles of the pilot. */
function addAtoms(rates: FalseAlarmRates, pilot: Float64Array, rows: number, windows: number, random: Random): void {
  const positions = Float64Array.from({ length: 2000 }, (_, i) => interpolatedQuantile(pilot, (i + 0.5) / 2000));
  const chances = new Float64Array(2000).fill(1 / 2000);
  const drawn = countsOf(random, chances, rows);
  const reference = new Float64Array(rows);
  let at = 0;
  drawn.forEach((count, i) => {
    reference.fill(positions[i] as number, at, at + count);
    at += count;
  });
  const nulls = sampleNulls(reference, rows, random, small.draws);
  const widths = new Float64Array(2000);
  const places = { positions, referenceWidths: widths, currentWidths: widths };
  for (let window = 0; window < windows; window++) {
    const left = countsOf(random, chances, rows);
    const right = countsOf(random, chances, rows);
    let gap = 0;
    let largest = 0;
    for (let i = 0; i < left.length; i++) {
      gap += (left[i] as number) - (right[i] as number);
      if (positions[i] !== positions[i + 1]) largest = Math.max(largest, Math.abs(gap));
    }
    addSample(rates, nulls, {
      ks: { statistic: largest / rows },
      wasserstein: sure(lineDistance("wasserstein", places, left, right, { unit: "referenceStd" })),
      energy: sure(lineDistance("energy", places, left, right)),
    });
  }
}

function categories(): void {
  for (const [n, m] of [
    [10_000, 50],
    [10_000, 100],
    [10_000, 500],
    [20_000, 5000],
  ] as const) {
    const random = seededRandom(`categories/${m}`);
    const rates = new FalseAlarmRates();
    rates.run(small.rounds, () => {
      const bins = sure(categoryBins(categoriesOf(random, n)));
      const windows = Array.from({ length: small.windows }, () => categoryCounts(bins, categoriesOf(random, m)));
      addAll(rates, "categories", bins, windows, m, random);
    });
    rates.report(`a long tail, n = ${n}, m = ${m}`);
  }
  for (const rows of [500_000, 5_000_000]) {
    const random = seededRandom(`categories/${rows}`);
    const rates = new FalseAlarmRates();
    const bins: CategoryBins = sure(categoryBins(categoriesOf(random, 500_000)));
    const listed = bins.categories.map((name) => zipf[Number(name.slice(1))] as number);
    const rest = 1 - listed.reduce((sum, each) => sum + each, 0);
    const chances = Float64Array.from([...listed, rest, 0]);
    const reference = { ...bins, counts: Array.from(countsOf(random, chances, rows)) };
    rates.run(5, () => addCounts(rates, reference, chances, rows, random));
    rates.report(`a long tail, n = m = ${rows}`);
  }
}

/** What a worker prints reaches the main thread only when the worker pauses. */
const pause = (): Promise<void> => new Promise((resume) => setTimeout(resume, 1));

async function falseAlarms(population: Population): Promise<void> {
  for (const m of [50, 100, 500]) {
    smallWindows(population, 10_000, m);
    await pause();
  }
  smallWindows(population, 20_000, 5000);
  for (const rows of [500_000, 5_000_000]) {
    await pause();
    largeWindows(population, rows);
  }
  await pause();
}

if (isMainThread) {
  // Two workers, since it is minutes of arithmetic.
  const halves = [
    ["normal", "uniform", "integers with ties"],
    ["the rest", "lognormal", "zero-inflated"],
  ];
  for (const names of halves) new Worker(new URL(import.meta.url), { workerData: names });
} else {
  const names = workerData as readonly string[];
  if (names.includes("the rest")) {
    fixedLimitsAndPower();
    categories();
    await pause();
  }
  for (const population of populations) if (names.includes(population.name)) await falseAlarms(population);
}
