import { describe, expect, test } from "vitest";
import type { TaskKind } from "../../../src/contracts/evaluation-detail.ts";
import type { MetricEstimate } from "../../../src/contracts/metric-estimate.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { pairedDifference } from "../../../src/registry/evaluation/comparison/paired-difference.ts";
import { metricByName } from "../../../src/registry/evaluation/metric-by-name.ts";
import { t95 } from "../../../src/registry/evaluation/t95.ts";
import { studentTIsf } from "../../../src/stats/distributions/student-t.ts";
import { drawRows } from "./drawn-rows.ts";

/** The paired difference of a metric, with both ends. */
function difference(
  name: string,
  labels: ArrayLike<number>,
  own: ArrayLike<number>,
  others: ArrayLike<number>,
  kind: TaskKind = "binary",
): MetricEstimate {
  const [mine, theirs] = [Float64Array.from(own), Float64Array.from(others)];
  const judged = { labels: Float64Array.from(labels), outputs: mine.length / labels.length };
  const { difference: found } = pairedDifference(metricByName(name, kind), judged, mine, theirs);
  if ("notComputable" in found) throw new Error(found.notComputable);
  return found;
}

test("Student's quantile is that of the distribution, for any number of rows", () => {
  for (const dof of [1, 2, 5, 59, 60, 61, 100, 1000, 1e6])
    expect(t95(dof), `${dof}`).toBeCloseTo(studentTIsf(0.025, dof), 8);
});

describe("of ten rows too the interval of a paired difference covers what it says", () => {
  // 100 samples: 95% less 3 standard errors is 88.5%.
  test.each([
    ["binary", "accuracy@0.5"],
    ["binary", "f1@0.5"],
    ["binary", "averagePrecision"],
    ["regression", "rmse"],
  ] as const)("%s %s", (kind, name) => {
    const one = metricByName(name, kind);
    const all = drawRows(seededRandom(`truth ${kind}`), kind, 60_000);
    const sign = one.higherIsBetter ? 1 : -1;
    const truth = sign * (one.value(all.labels, all.predictions) - one.value(all.labels, all.others));
    let [covered, found] = [0, 0];
    for (let i = 0; i < 100; i++) {
      const { labels, predictions, others } = drawRows(seededRandom(`ten ${kind} ${i}`), kind, 10);
      if (Number.isNaN(one.value(labels, predictions)) || Number.isNaN(one.value(labels, others))) continue;
      const { lower = Number.NaN, upper = Number.NaN } = difference(name, labels, predictions, others, kind);
      found++;
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(found).toBeGreaterThan(90);
    expect(covered / found).toBeGreaterThanOrEqual(0.885);
  });
});

test("models that decide alike on a few rows may not on others; the same predictions, or the same order of all rows, cannot", () => {
  const labels = [0, 1, 1, 0, 1, 0];
  const own = [0.1, 0.9, 0.8, 0.2, 0.7, 0.3];
  const other = [0.3, 0.7, 0.9, 0.1, 0.8, 0.2];
  for (const name of ["accuracy@0.5", "precision@0.5", "recall@0.5", "f1@0.5", "mcc@0.5", "auc", "averagePrecision"]) {
    const { value, lower = 0, upper = 0 } = difference(name, labels, own, other);
    expect(value, name).toBe(0);
    expect(lower, name).toBeLessThan(-0.3);
    expect(upper, name).toBe(-lower);
    expect(difference(name, labels, own, own), name).toEqual({ value: 0, lower: 0, upper: 0, n: 6 });
  }
  const recalibrated = own.map((p) => p ** 3);
  for (const name of ["auc", "averagePrecision"])
    expect(difference(name, labels, own, recalibrated), name).toEqual({ value: 0, lower: 0, upper: 0, n: 6 });
  const [sure, unsure] = [
    [0.8, 0.1, 0.1],
    [0.4, 0.3, 0.3],
  ];
  const classes = (probabilities: readonly number[] = []) => [...probabilities, ...probabilities];
  expect(difference("accuracy", [0, 1], classes(sure), classes(unsure), "multiclass")).toMatchObject({
    lower: -1,
    upper: 1,
  });
  // As many rows as decide alike tell more: 0 ± 2.8/n.
  const many = Array.from({ length: 1000 }, (_, i) => i % 2);
  const { lower = 0 } = difference(
    "accuracy@0.5",
    many,
    many.map((y) => 0.2 + 0.6 * y),
    many.map((y) => 0.1 + 0.8 * y),
  );
  expect(lower).toBeCloseTo(-0.0028, 4);
  // Errors of one size on every row are no proof that two models are equally good.
  expect(difference("mae", [1, 2, 3], [2, 3, 4], [0, 1, 2], "regression")).toEqual({ value: 0, n: 3 });
});
