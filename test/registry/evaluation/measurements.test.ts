import { expect, test } from "vitest";
import type { MetricEstimate, Metrics } from "../../../src/contracts/metric-estimate.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { measureCalibration } from "../../../src/registry/evaluation/calibration/calibration.ts";
import { compareDecisions } from "../../../src/registry/evaluation/comparison/compare-decisions.ts";
import { pairedDifference } from "../../../src/registry/evaluation/comparison/paired-difference.ts";
import { predictionStability } from "../../../src/registry/evaluation/comparison/prediction-stability.ts";
import { measureFairness } from "../../../src/registry/evaluation/fairness/measure-fairness.ts";
import { metricByName } from "../../../src/registry/evaluation/metric-by-name.ts";
import { scoreCurve } from "../../../src/registry/evaluation/score-curve.ts";
import { chooseThresholds } from "../../../src/registry/evaluation/thresholds/choose-thresholds.ts";
import { drawRows } from "./drawn-rows.ts";
import { judgedRows } from "./judged.ts";

function estimate(metrics: Metrics | undefined, name: string): Required<MetricEstimate> {
  const found = metrics?.[name];
  if (found === undefined || "notComputable" in found) throw new Error(`${name}: ${found?.notComputable ?? "missing"}`);
  const { value, lower = Number.NaN, upper = Number.NaN, n } = found;
  return { value, lower, upper, n };
}

/** Probabilities that are wrong by a known amount in every bin, and labels that follow the true ones. */
function miscalibrated(seed: string, rows: number, gap: number) {
  const random = seededRandom(seed);
  const predictions = Float64Array.from({ length: rows }, () => 0.2 + 0.6 * random.next());
  return { predictions, labels: predictions.map((p) => (random.next() < p - gap ? 1 : 0)) };
}

test.each([0, 0.01, 0.03, 0.07, 0.15])("the intervals of the calibration errors cover true ones of %d", (gap) => {
  const sets = 60;
  const covered = { ece: 0, mce: 0 };
  let [plain, byChance, rms] = [0, 0, 0];
  for (let i = 0; i < sets; i++) {
    const found = measureCalibration(judgedRows(miscalibrated(`gap ${gap} ${i}`, 800, gap)))?.calibration;
    for (const name of ["ece", "mce"] as const) {
      const { lower, value, upper } = estimate(found, name);
      expect(lower <= value && value <= upper).toBe(true);
      if (lower <= gap && gap <= upper) covered[name]++;
    }
    plain += estimate(found, "ece").value / sets;
    byChance += estimate(found, "eceByChance").value / sets;
    rms += estimate(found, "rmsDebiased").value / sets;
  }
  expect(covered.ece / sets).toBeGreaterThanOrEqual(0.91);
  expect(covered.mce / sets).toBeGreaterThanOrEqual(0.91);
  // Of a model that is right the plain error is what chance makes it; the debiased one is near the truth throughout.
  if (gap === 0) expect(Math.abs(plain / byChance - 1)).toBeLessThan(0.1);
  expect(Math.abs(rms - gap)).toBeLessThan(0.016);
});

test("rows of which nothing happened in any bin are no proof that nothing can: the calibration error has an upper end", () => {
  let covered = 0;
  for (let i = 0; i < 100; i++) {
    const random = seededRandom(`rare ${i}`);
    const predictions = Float64Array.from({ length: 60 }, () => 0.004 + 0.002 * random.next());
    const labels = predictions.map((p) => (random.next() < p + 0.025 ? 1 : 0));
    if (estimate(measureCalibration(judgedRows({ labels, predictions }))?.calibration, "ece").upper >= 0.025) covered++;
  }
  expect(covered).toBeGreaterThanOrEqual(95);
  const three = measureCalibration(judgedRows({ labels: [0, 0, 0], predictions: [0.01, 0.02, 0.03] }))?.calibration;
  expect(estimate(three, "ece").upper).toBeGreaterThan(0.5);
});

test("slope, intercept and Spiegelhalter's test tell an overconfident model, ten bins show it", () => {
  const random = seededRandom("sure");
  const truth = Float64Array.from({ length: 4000 }, () => random.normal());
  const labels = truth.map((x) => (random.next() < 1 / (1 + Math.exp(-x)) ? 1 : 0));
  const found = measureCalibration(judgedRows({ labels, predictions: truth.map((x) => 1 / (1 + Math.exp(-2 * x))) }));
  const slope = estimate(found?.calibration, "slope");
  expect(slope.lower).toBeLessThan(0.5);
  expect(slope.upper).toBeGreaterThan(0.5);
  expect(slope.upper).toBeLessThan(0.7);
  expect(found?.reliability.bins).toHaveLength(10);
  expect(found?.reliability.bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(4000);
  const test = found?.reliability.spiegelhalter;
  expect(test !== undefined && "pValue" in test && test.pValue < 1e-6).toBe(true);
  const classes = drawRows(seededRandom("classes"), "multiclass", 900);
  const many = measureCalibration(judgedRows({ kind: "multiclass", ...classes }));
  expect(many?.reliability.of).toBe("likeliest class");
  expect(measureCalibration(judgedRows({ kind: "regression", labels, predictions: truth }))).toBeUndefined();
  expect(measureCalibration(judgedRows({ labels, predictions: truth }))).toBeUndefined();
  const oneClass = measureCalibration(judgedRows({ labels: [1, 1, 1], predictions: [0.5, 0.6, 0.7] }));
  expect(oneClass?.calibration["slope"]).toEqual({ notComputable: "all labels are the same" });
});

test("a threshold keeps what it was asked for, and its cross-fitted value is the less optimistic one", () => {
  const optimism: number[] = [];
  for (let i = 0; i < 60; i++) {
    const rows = drawRows(seededRandom(`threshold ${i}`), "binary", 120);
    const [found] = chooseThresholds(judgedRows(rows), [{ criterion: "youden" }]);
    if (found === undefined || "notComputable" in found) continue;
    optimism.push(found.value - found.crossFitted);
  }
  expect(optimism.length).toBeGreaterThan(50);
  expect(optimism.reduce((a, b) => a + b, 0) / optimism.length).toBeGreaterThan(0.01);
  const judged = judgedRows(drawRows(seededRandom("rules"), "binary", 3000));
  const found = chooseThresholds(judged, [
    { criterion: "fBeta", beta: 1 },
    { criterion: "recall", precisionAtLeast: 0.7 },
    { criterion: "precision", recallAtLeast: 0.8 },
    { criterion: "cost", falsePositiveCost: 1, falseNegativeCost: 5 },
  ]);
  const [f1, recall, precision, cost] = found.map((one) => {
    if ("notComputable" in one) return undefined;
    expect(one.thresholdLower).toBeLessThanOrEqual(one.threshold);
    expect(one.thresholdUpper).toBeGreaterThanOrEqual(one.threshold);
    expect(one.warning).toMatch(/optimistic/);
    return one;
  });
  expect(estimate(recall?.metrics, "precision").value).toBeGreaterThanOrEqual(0.7);
  expect(estimate(precision?.metrics, "recall").value).toBeGreaterThanOrEqual(0.8);
  // A miss costs five false calls, so more is called than for F1.
  expect(cost?.threshold ?? 1).toBeLessThan(f1?.threshold ?? 0);
  expect(recall?.by).toBe("recall where precision ≥ 0.7");
  const hopeless = judgedRows({ labels: [0, 1, 0, 1, 0, 1], predictions: [0.9, 0.1, 0.9, 0.1, 0.9, 0.1] });
  expect(chooseThresholds(hopeless, [{ criterion: "recall", precisionAtLeast: 0.9 }])).toEqual([
    { by: "recall where precision ≥ 0.9", notComputable: "it is best to call no row positive" },
  ]);
  const numbers = judgedRows({ kind: "regression", labels: [1, 2], predictions: [1, 2] });
  expect(chooseThresholds(numbers, [{ criterion: "youden" }])).toEqual([
    { by: "youden", notComputable: "a regression model has no threshold" },
  ]);
});

/** Decisions of three groups with stated rates of calls. */
function groups(seed: string, rates: readonly number[], rows: number) {
  const random = seededRandom(seed);
  const names = ["a", "b", "c"];
  const group = Array.from({ length: rows }, (_, i) => i % rates.length);
  const predictions = group.map((place) => (random.next() < (rates[place] ?? 0) ? 0.9 : 0.1));
  const labels = group.map(() => (random.next() < 0.4 ? 1 : 0));
  return judgedRows({ labels, predictions, texts: { sex: group.map((place) => names[place] ?? "") } });
}

test("the intervals of the largest difference between groups cover it, though it was picked as the largest", () => {
  const sets = 300;
  const covered = { equal: 0, unequal: 0, ratio: 0 };
  for (let i = 0; i < sets; i++) {
    const equal = measureFairness(groups(`equal ${i}`, [0.5, 0.5, 0.5], 450), "sex", {}).metrics;
    if (estimate(equal, "demographicParityDifference").lower <= 0) covered.equal++;
    const unequal = measureFairness(groups(`unequal ${i}`, [0.3, 0.4, 0.6], 450), "sex", {}).metrics;
    const { lower, upper } = estimate(unequal, "demographicParityDifference");
    if (lower <= 0.3 && 0.3 <= upper) covered.unequal++;
    const ratio = estimate(unequal, "demographicParityRatio");
    if (ratio.lower <= 0.5 && 0.5 <= ratio.upper) covered.ratio++;
  }
  for (const [what, count] of Object.entries(covered)) expect(count / sets, what).toBeGreaterThanOrEqual(0.935);
});

test("fairness by hand: rates, differences, small groups apart, and what one class leaves unsaid", () => {
  const sex = [..."fffffmmmmmx"];
  const labels = [1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1];
  const predictions = [0.9, 0.1, 0.9, 0.1, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9];
  const found = measureFairness(judgedRows({ labels, predictions, texts: { sex } }), "sex", { minRows: 5 });
  expect(found.groups).toBe(2);
  expect(found.small).toEqual([{ value: "x", rows: 1 }]);
  expect(estimate(found.metrics, "demographicParityDifference").value).toBeCloseTo(3 / 5 - 2 / 5, 12);
  expect(estimate(found.metrics, "demographicParityRatio").value).toBeCloseTo(2 / 3, 12);
  expect(estimate(found.metrics, "equalOpportunityDifference").value).toBeCloseTo(1 - 1 / 2, 12);
  expect(estimate(found.metrics, "equalisedOddsDifference").value).toBeCloseTo(1 / 2, 12);
  expect(estimate(found.metrics, "predictiveParityDifference").value).toBeCloseTo(1 - 1 / 2, 12);
  const [f, m] = found.byGroup ?? [];
  expect([f?.value, m?.value]).toEqual(["f", "m"]);
  expect(estimate(m?.metrics, "falsePositiveRate").value).toBe(0);
  const alone = measureFairness(judgedRows({ labels, predictions, texts: { sex } }), "sex", { minRows: 6 });
  expect(alone.metrics["equalisedOddsDifference"]).toEqual({ notComputable: "fewer than two groups have enough rows" });
  const oneClass = labels.map((label, i) => (sex[i] === "f" ? 0 : label));
  const odds = measureFairness(judgedRows({ labels: oneClass, predictions, texts: { sex } }), "sex", { minRows: 5 });
  expect(odds.metrics["equalisedOddsDifference"]).toEqual({ notComputable: 'the rate of "f" is one of 0 rows' });
});

test("a paired difference: DeLong for AUC, a seeded bootstrap for few rows, influences for many, all of one width", () => {
  const { labels, predictions, others } = drawRows(seededRandom("paired"), "binary", 400);
  const few = judgedRows({ labels, predictions });
  expect(pairedDifference(metricByName("auc"), few, predictions, others).method).toBe("delong");
  for (const name of ["logLoss", "averagePrecision", "f1@0.5"]) {
    const one = metricByName(name);
    const found = pairedDifference(one, few, predictions, others);
    expect(found.method).toBe("bootstrap");
    expect(pairedDifference(one, few, predictions, others)).toEqual(found);
    const by = one.advantage(labels, predictions, others);
    if ("notComputable" in found.difference || "notComputable" in by) throw new Error(name);
    expect(found.difference.value).toBeCloseTo(by.value, 12);
    const width = (ends: MetricEstimate): number => (ends.upper ?? 0) - (ends.lower ?? 0);
    expect(width(found.difference) / width(by), name).toBeGreaterThan(0.85);
    expect(width(found.difference) / width(by), name).toBeLessThan(1.18);
  }
  const many = drawRows(seededRandom("paired"), "binary", 501);
  expect(pairedDifference(metricByName("logLoss"), judgedRows(many), many.predictions, many.others).method).toBe(
    "influence",
  );
  const itself = pairedDifference(metricByName("logLoss"), few, predictions, predictions);
  expect(itself.difference).toEqual({ value: 0, lower: 0, upper: 0, n: 400 });
});

test("models that differ alike on every row have no interval, whatever the metric: three rows prove nothing", () => {
  const labels = Float64Array.of(0, 1, 1);
  const [right, wrong] = [Float64Array.of(0.1, 0.9, 0.9), Float64Array.of(0.9, 0.1, 0.1)];
  for (const name of ["auc", "logLoss", "brier", "accuracy@0.5", "precision@0.5", "recall@0.5", "f1@0.5", "mcc@0.5"]) {
    const { difference } = pairedDifference(metricByName(name), { labels, outputs: 1 }, right, wrong);
    expect("notComputable" in difference || difference.lower === undefined, name).toBe(true);
  }
  const numbers = Float64Array.of(1, 2, 3);
  for (const name of ["mae", "mse", "rmse"]) {
    const one = metricByName(name, "regression");
    const [near, far] = [numbers.map((x) => x + 0.1), numbers.map((x) => x + 1)];
    expect(pairedDifference(one, { labels: numbers, outputs: 1 }, near, far).difference).not.toHaveProperty("lower");
  }
  expect(metricByName("logLoss").estimate(labels, right)).not.toHaveProperty("upper");
});

test("stability and McNemar's test by hand; the index of a model against itself is 0", () => {
  const judged = judgedRows({ labels: [1, 1, 0, 0, 1, 0], predictions: [0.9, 0.8, 0.2, 0.6, 0.3, 0.1] });
  const others = Float64Array.of(0.9, 0.4, 0.2, 0.4, 0.3, 0.7);
  const stability = predictionStability(judged, others, 0.5);
  expect(estimate(stability, "meanAbsoluteDifference").value).toBeCloseTo((0.4 + 0.2 + 0.6) / 6, 12);
  expect(estimate(stability, "changedDecisions").value).toBeCloseTo(3 / 6, 12);
  expect(compareDecisions(judged, others, 0.5)).toEqual({
    onlyThis: 2,
    onlyChampion: 1,
    pValue: expect.closeTo(1, 12) as number,
    midPValue: expect.closeTo(0.625, 12) as number,
  });
  expect(estimate(predictionStability(judged, judged.predictions, 0.5), "psi").value).toBe(0);
  const numbers = judgedRows({ kind: "regression", labels: [1, 2, 3], predictions: [1, 2, 3] });
  expect(predictionStability(numbers, Float64Array.of(1, 2, 4), 0.5)["changedDecisions"]).toEqual({
    notComputable: "a number is no decision",
  });
  expect(compareDecisions(numbers, Float64Array.of(1, 2, 4), 0.5)).toBeUndefined();
});

test("the curve of a binary report has at most 200 points with both ends; its areas are the metrics of the library", () => {
  const drawn = drawRows(seededRandom("curve"), "binary", 5000);
  const judged = judgedRows(drawn);
  const curve = scoreCurve(judged);
  if (curve === undefined) throw new Error("no curve");
  const { thresholds, truePositives, falsePositives, positives, negatives } = curve;
  expect(thresholds.length).toBeGreaterThan(150);
  expect(thresholds.length).toBeLessThanOrEqual(200);
  expect([truePositives.length, falsePositives.length]).toEqual([thresholds.length, thresholds.length]);
  expect(positives + negatives).toBe(5000);
  expect([truePositives.at(-1), falsePositives.at(-1)]).toEqual([positives, negatives]);
  expect(thresholds[0]).toBe(Math.max(...Array.from(drawn.predictions)));
  for (const [i, threshold] of thresholds.entries()) {
    const called = (label: number): number =>
      Array.from(drawn.predictions).filter((p, row) => p >= threshold && drawn.labels[row] === label).length;
    if (i % 40 === 0) expect([called(1), called(0)]).toEqual([truePositives[i], falsePositives[i]]);
  }
  let area = 0;
  let [right, wrong] = [0, 0];
  for (const [i, called] of truePositives.entries()) {
    const wronglyCalled = falsePositives[i] ?? 0;
    area += ((wronglyCalled - wrong) / negatives) * ((called + right) / 2 / positives);
    [right, wrong] = [called, wronglyCalled];
  }
  expect(area).toBeCloseTo(metricByName("auc").value(judged.labels, judged.predictions), 3);
  const few = scoreCurve(judgedRows({ labels: [0, 1, 1], predictions: [0.1, 0.4, 0.4] }));
  expect(few).toEqual({
    positives: 2,
    negatives: 1,
    thresholds: [0.4, 0.1],
    truePositives: [2, 2],
    falsePositives: [0, 1],
  });
  expect(scoreCurve(judgedRows({ labels: [1, 1], predictions: [0.1, 0.4] }))).toBeUndefined();
  expect(scoreCurve(judgedRows({ kind: "regression", labels: [1, 0], predictions: [0.1, 0.4] }))).toBeUndefined();
});
