import { describe, expect, test } from "vitest";
import type { TaskKind } from "../../../src/contracts/evaluation-detail.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { EvaluationMetric } from "../../../src/registry/evaluation/evaluation-metric.ts";
import { metric } from "../../../src/registry/evaluation/metric.ts";
import { metricByName } from "../../../src/registry/evaluation/metric-by-name.ts";
import { defaultMetrics, isLoss, kindsOfMetric, plainMetrics } from "../../../src/registry/evaluation/metric-names.ts";
import { averagePrecision } from "../../../src/stats/quality/binary/average-precision.ts";
import { confusionAt } from "../../../src/stats/quality/binary/confusion.ts";
import { confusionMetrics } from "../../../src/stats/quality/binary/confusion-metrics.ts";
import { confusionMatrix } from "../../../src/stats/quality/multiclass/confusion-matrix.ts";
import { multiclassAuc } from "../../../src/stats/quality/multiclass/multiclass-auc.ts";
import { multiclassBrierScore, multiclassLogLoss } from "../../../src/stats/quality/multiclass/multiclass-losses.ts";
import { multiclassMetrics } from "../../../src/stats/quality/multiclass/multiclass-metrics.ts";
import { topKAccuracy } from "../../../src/stats/quality/multiclass/top-k-accuracy.ts";
import { meanAbsoluteError, rootMeanSquaredError } from "../../../src/stats/quality/regression/mean-errors.ts";
import { rSquared } from "../../../src/stats/quality/regression/r-squared.ts";
import {
  meanAbsolutePercentageError,
  symmetricMeanAbsolutePercentageError,
  weightedAbsolutePercentageError,
} from "../../../src/stats/quality/regression/relative-errors.ts";
import { pinballLoss } from "../../../src/stats/quality/regression/robust-losses.ts";
import { computed } from "../../stats/computed.ts";
import { type DrawnRows, drawRows } from "./drawn-rows.ts";

const kinds: readonly TaskKind[] = ["binary", "multiclass", "regression"];
const at: { readonly [kind in TaskKind]: readonly string[] } = {
  binary: ["accuracy", "precision", "recall", "specificity", "f1", "balancedAccuracy", "mcc", "kappa"].map(
    (name) => `${name}@0.4`,
  ),
  multiclass: ["topAccuracy@2"],
  regression: ["quantileLoss@0.8"],
};
const everyMetric = kinds.flatMap((kind) => [...plainMetrics[kind], ...at[kind]].map((name) => [kind, name] as const));

function pointOf(one: EvaluationMetric, { labels, predictions }: DrawnRows): number {
  const found = one.estimate(labels, predictions);
  if ("notComputable" in found) throw new Error(`${one.name}: ${found.notComputable}`);
  return found.value;
}

test("values are those of the statistics, which are compared with scikit-learn", () => {
  const binary = drawRows(seededRandom("values"), "binary", 700);
  const found = confusionMetrics(computed(confusionAt(binary.predictions, binary.labels, { threshold: 0.4 })));
  for (const name of [
    "accuracy",
    "precision",
    "recall",
    "specificity",
    "f1",
    "balancedAccuracy",
    "mcc",
    "kappa",
  ] as const)
    expect(pointOf(metricByName(`${name}@0.4`), binary), name).toBeCloseTo(Number(found[name]), 12);
  const area = computed(averagePrecision(binary.predictions, binary.labels));
  expect(pointOf(metricByName("averagePrecision"), binary)).toBeCloseTo(area.value, 12);

  const many = drawRows(seededRandom("values"), "multiclass", 700);
  const called = Array.from(many.labels, (_, i) => {
    const row = Array.from(many.predictions.subarray(3 * i, 3 * i + 3));
    return row.indexOf(Math.max(...row));
  });
  const matrix = multiclassMetrics(computed(confusionMatrix(called, many.labels)));
  const of = (name: string): number => pointOf(metricByName(name, "multiclass"), many);
  expect(of("accuracy")).toBeCloseTo(Number(matrix.accuracy), 12);
  expect(of("balancedAccuracy")).toBeCloseTo(Number(matrix.balancedAccuracy), 12);
  expect(of("macroF1")).toBeCloseTo(Number(matrix.macro.f1), 12);
  expect(of("macroPrecision")).toBeCloseTo(Number(matrix.macro.precision), 12);
  expect(of("macroRecall")).toBeCloseTo(Number(matrix.macro.recall), 12);
  expect(of("weightedF1")).toBeCloseTo(Number(matrix.weighted.f1), 12);
  expect(of("weightedPrecision")).toBeCloseTo(Number(matrix.weighted.precision), 12);
  expect(of("mcc")).toBeCloseTo(Number(matrix.mcc), 12);
  expect(of("kappa")).toBeCloseTo(Number(matrix.kappa), 12);
  const labels = { labels: [0, 1, 2] };
  expect(of("logLoss")).toBeCloseTo(computed(multiclassLogLoss(many.predictions, many.labels, labels)).value, 12);
  expect(of("brier")).toBeCloseTo(computed(multiclassBrierScore(many.predictions, many.labels, labels)).value, 12);
  expect(of("macroAuc")).toBeCloseTo(
    Number(computed(multiclassAuc(many.predictions, many.labels, { ...labels, scheme: "one-vs-rest" })).value),
    12,
  );
  expect(of("topAccuracy@2")).toBeCloseTo(
    computed(topKAccuracy(many.predictions, many.labels, { ...labels, k: 2 })).value,
    12,
  );

  const numbers = drawRows(seededRandom("values"), "regression", 700);
  const { predictions: p, labels: y } = numbers;
  const pairs = [
    ["rmse", rootMeanSquaredError(p, y)],
    ["mae", meanAbsoluteError(p, y)],
    ["r2", rSquared(p, y)],
    ["mape", meanAbsolutePercentageError(p, y)],
    ["smape", symmetricMeanAbsolutePercentageError(p, y)],
    ["wape", weightedAbsolutePercentageError(p, y)],
    ["quantileLoss@0.8", pinballLoss(p, y, { quantile: 0.8 })],
  ] as const;
  for (const [name, expected] of pairs)
    expect(pointOf(metricByName(name, "regression"), numbers), name).toBeCloseTo(computed(expected).value, 12);
});

describe("intervals cover what they say, alone and as a paired difference", () => {
  // The population's own value stands in for by 60,000 rows; 300 samples of 400 rows each: 95% ± 3 standard errors is 91.2% to 98.8%.
  const truth = new Map(kinds.map((kind) => [kind, drawRows(seededRandom(`truth ${kind}`), kind, 60_000)]));
  const samples = new Map(
    kinds.map((kind) => [
      kind,
      Array.from({ length: 300 }, (_, i) => drawRows(seededRandom(`${kind} ${i}`), kind, 400)),
    ]),
  );
  test.each(everyMetric)("%s %s", (kind, name) => {
    const one = metricByName(name, kind);
    const all = truth.get(kind) as DrawnRows;
    const value = one.value(all.labels, all.predictions);
    const sign = one.higherIsBetter ? 1 : -1;
    const difference = sign * (value - one.value(all.labels, all.others));
    const covered = { alone: 0, paired: 0 };
    for (const { labels, predictions, others } of samples.get(kind) ?? []) {
      const alone = one.estimate(labels, predictions);
      const paired = one.advantage(labels, predictions, others);
      if ("notComputable" in alone || "notComputable" in paired) throw new Error(name);
      if ((alone.lower ?? Infinity) <= value && value <= (alone.upper ?? -Infinity)) covered.alone++;
      if ((paired.lower ?? Infinity) <= difference && difference <= (paired.upper ?? -Infinity)) covered.paired++;
    }
    for (const [what, count] of Object.entries(covered)) {
      expect(count / 300, what).toBeGreaterThanOrEqual(0.912);
      expect(count / 300, what).toBeLessThanOrEqual(0.992);
    }
  });
});

test("a perfect model has no interval of width 0, and one row none at all", () => {
  const labels = Float64Array.from({ length: 40 }, (_, i) => i % 2);
  const right = labels.map((label) => (label === 1 ? 0.9 : 0.1));
  for (const name of ["averagePrecision", "f1@0.5", "mcc@0.5", "accuracy@0.5", "auc"]) {
    const found = metricByName(name).estimate(labels, right);
    if ("notComputable" in found) throw new Error(found.notComputable);
    expect(found.value, name).toBeCloseTo(1, 12);
    expect(found.lower, name).toBeLessThan(0.95);
  }
  const exact = metricByName("rmse", "regression").estimate([1, 2, 3], Float64Array.of(1, 2, 3));
  expect(exact).toEqual({ value: 0, n: 3 });
  expect(metricByName("mae", "regression").estimate([1], Float64Array.of(2))).toEqual({ value: 1, n: 1 });
});

test("what cannot be computed says so, and is never a number", () => {
  const why = (kind: TaskKind, name: string, labels: readonly number[], predictions: readonly number[]): string => {
    const found = metricByName(name, kind).estimate(labels, Float64Array.from(predictions));
    return "notComputable" in found ? found.notComputable : `the number ${found.value}`;
  };
  for (const [kind, name] of everyMetric) expect(why(kind, name, [], []), name).not.toMatch(/the number/);
  expect(why("binary", "averagePrecision", [0, 0], [0.1, 0.2])).toBe("there are no positives");
  expect(why("binary", "f1@0.5", [0, 0], [0.1, 0.2])).toMatch(/no positives/);
  expect(why("binary", "mcc@0.5", [0, 1], [0.1, 0.2])).toMatch(/the same/);
  expect(why("binary", "logLoss", [0, 1], [0.1, 1.2])).toBe("prediction 1.2 of row 1 is no probability");
  expect(why("multiclass", "macroAuc", [0, 0], [0.9, 0.1, 0.8, 0.2])).toMatch(/class 0 against the others/);
  expect(why("multiclass", "logLoss", [0, 1], [0.9, 0.3, 0.5, 0.5])).toMatch(/row 0 sum to 1.2/);
  expect(why("regression", "mape", [0, 1], [1, 1])).toMatch(/actual value of row 0 is 0/);
  expect(why("regression", "r2", [2, 2], [1, 1])).toBe("all actual values are equal");
  expect(why("regression", "wape", [0, 0], [1, 1])).toBe("all actual values are 0");
});

test("every default and every name is a metric of its kind; a misspelt one is refused with what there is", () => {
  for (const kind of kinds) for (const name of defaultMetrics[kind]) expect(metricByName(name, kind).name).toBe(name);
  expect(kindsOfMetric("logLoss")).toEqual(["binary", "multiclass"]);
  for (const name of ["AUC", "f1", "f1@", "f1@1", "f1@0.50", "topAccuracy@2", "rmse"])
    expect(() => metricByName(name, "binary"), name).toThrowError(/definition\/invalid[\s\S]*auc, averagePrecision/);
});

test("which metrics are losses is told by their names alone", () => {
  for (const [kind, name] of everyMetric) expect(isLoss(name), name).toBe(!metricByName(name, kind).higherIsBetter);
  expect(isLoss("custom:rmse")).toBeUndefined();
});

test("a metric of one's own is jackknifed: its interval is that of the library's metric", () => {
  const { labels, predictions, others } = drawRows(seededRandom("own"), "regression", 2000);
  const mae = (y: Float64Array, p: Float64Array): number =>
    y.reduce((sum, value, i) => sum + Math.abs(value - (p[i] ?? 0)), 0) / y.length;
  const own = metric("mae", { higherIsBetter: false, kinds: ["regression"], value: mae });
  const library = metricByName("mae", "regression");
  for (const found of [
    [own.estimate(labels, predictions), library.estimate(labels, predictions)],
    [own.advantage(labels, predictions, others), library.advantage(labels, predictions, others)],
  ] as const) {
    const [mine, theirs] = found;
    if ("notComputable" in mine || "notComputable" in theirs) throw new Error("both have a value");
    expect(mine.value).toBeCloseTo(theirs.value, 12);
    const width = (one: typeof mine): number => (one.upper ?? 0) - (one.lower ?? 0);
    expect(width(mine) / width(theirs)).toBeGreaterThan(0.75);
    expect(width(mine) / width(theirs)).toBeLessThan(1.35);
  }
  expect(own.name).toBe("custom:mae");
  expect(metric("nan", { higherIsBetter: true, value: () => Number.NaN }).estimate([1], Float64Array.of(1))).toEqual({
    notComputable: "its value is NaN",
  });
  expect(() => metric("my metric", { higherIsBetter: true, value: () => 1 })).toThrowError(/definition\/invalid/);
});
