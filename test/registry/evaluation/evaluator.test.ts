import { afterEach, expect, test } from "vitest";
import { linear } from "../../../src/backends/function/linear.ts";
import type { MetricEstimate, Metrics } from "../../../src/contracts/metric-estimate.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { metricByName } from "../../../src/registry/evaluation/metric-by-name.ts";
import { brierScore, logLoss } from "../../../src/stats/quality/probabilistic/probability-losses.ts";
import { isPresent } from "../../../src/table/column.ts";
import { columnOf, makeTable } from "../../../src/table/table.ts";
import { computed } from "../../stats/computed.ts";
import { rowsOf, sql } from "../../support/edit-store.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "../registry-fixture.ts";

let open: RegistryFixture | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

function estimate(metrics: Metrics | undefined, name: string): MetricEstimate {
  const found = metrics?.[name];
  if (found === undefined || "notComputable" in found) throw new Error(`${name}: ${found?.notComputable ?? "missing"}`);
  return found;
}

test("metrics, slices and intervals agree with a count by hand", async () => {
  open = await openRegistry();
  const heldOut = trainingSet("held out", 400);
  const report = await open.evaluator.evaluate(delayModel, trained(1), heldOut, {
    label: "late",
    metrics: ["auc", "logLoss", "brier", "accuracy@0.5", "precision@0.5", "recall@0.5"],
    slices: ["load.carrier", "late"],
  });
  const x = columnOf(heldOut.table, "load.delay", "f64").values;
  const y = columnOf(heldOut.table, "late", "bool").values;
  const p = x.map((value) => 1 / (1 + Math.exp(-1.7 * value)));
  let pairs = 0;
  let wins = 0;
  for (let i = 0; i < 400; i++) {
    for (let j = 0; j < 400; j++) {
      if (y[i] !== 1 || y[j] !== 0) continue;
      pairs++;
      wins += Math.sign((p[i] ?? 0) - (p[j] ?? 0)) / 2 + 0.5;
    }
  }
  const mean = (row: (p: number, y: number) => number): number =>
    p.reduce((sum, value, i) => sum + row(value, y[i] ?? 0), 0) / 400;
  expect(estimate(report.metrics, "auc").value).toBeCloseTo(wins / pairs, 12);
  expect(estimate(report.metrics, "logLoss").value).toBeCloseTo(
    mean((q, l) => -Math.log(l === 1 ? q : 1 - q)),
    12,
  );
  expect(estimate(report.metrics, "brier").value).toBeCloseTo(
    mean((q, l) => (q - l) ** 2),
    12,
  );
  expect(estimate(report.metrics, "accuracy@0.5").value).toBeCloseTo(
    mean((q, l) => (q >= 0.5 === (l === 1) ? 1 : 0)),
    12,
  );
  for (const name of ["auc", "logLoss", "brier", "accuracy@0.5", "precision@0.5", "recall@0.5"]) {
    const { value, lower = Number.NaN, upper = Number.NaN } = estimate(report.metrics, name);
    expect(lower < value && value < upper, name).toBe(true);
  }
  const carriers = report.slices.filter((slice) => slice.column === "load.carrier");
  expect(carriers.map((slice) => slice.value)).toEqual(["AA", "BB", "CC"]);
  expect(carriers.reduce((sum, slice) => sum + slice.rows, 0)).toBe(400);
  const oneClass = report.slices.find((slice) => slice.column === "late");
  expect(oneClass?.metrics["auc"]).toEqual({ notComputable: "all labels are the same" });
});

test("the digest binds model and data: equal inputs, equal digest; it is that of the stored bytes", async () => {
  open = await openRegistry();
  const options = { label: "late", metrics: ["auc"] };
  const report = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), options);
  expect((await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), options)).digest).toBe(
    report.digest,
  );
  expect((await open.evaluator.evaluate(delayModel, trained(0.9), trainingSet("held out"), options)).digest).not.toBe(
    report.digest,
  );
  expect((await open.evaluator.evaluate(delayModel, trained(1), trainingSet("other"), options)).digest).not.toBe(
    report.digest,
  );
  const [stored] = await rowsOf(
    open.metadata,
    sql`select report from registry_evaluation where digest = ${report.digest}`,
  );
  expect(digestOf(String(stored?.["report"]))).toBe(report.digest);
});

test("the champion is compared on the same rows; a model compared with itself differs by nothing", async () => {
  open = await openRegistry();
  await makeChampion(open, await open.registerSkill(0.7));
  const options = { label: "late", metrics: ["auc", "logLoss"] };
  const better = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), options);
  expect(better.comparison).toMatchObject({ metric: "auc", champion: { version: 1 } });
  const champion = estimate(better.comparison?.championMetrics, "auc").value;
  expect(better.comparison?.difference.value).toBeCloseTo(estimate(better.metrics, "auc").value - champion, 12);
  expect(better.comparison?.difference.lower).toBeGreaterThan(0);
  const onLoss = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), {
    ...options,
    compareOn: "logLoss",
  });
  expect(onLoss.comparison?.difference.value).toBeGreaterThan(0);
  const same = await open.evaluator.evaluate(delayModel, trained(0.7), trainingSet("held out"), options);
  expect(same.comparison?.difference).toMatchObject({ value: 0, lower: 0, upper: 0 });
  expect(
    (await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), { ...options, against: "none" }))
      .comparison,
  ).toBeNull();
});

test("rows without a feature are left out and counted; too many make nothing computable", async () => {
  open = await openRegistry();
  const full = trainingSet("held out", 100);
  const column = columnOf(full.table, "load.delay", "f64");
  const holes = (every: number): typeof full => ({
    ...full,
    table: makeTable({
      ...full.table.columns,
      "load.delay": { ...column, states: Uint8Array.from(column.values, (_, i) => (i % every === 0 ? 2 : 1)) },
    }),
  });
  const options = { label: "late", metrics: ["auc"] };
  const few = holes(20);
  expect(isPresent(columnOf(few.table, "load.delay", "f64"), 0)).toBe(false);
  expect(await open.evaluator.evaluate(delayModel, trained(1), few, options)).toMatchObject({
    rows: 95,
    excludedRows: 5,
    metrics: { auc: { n: 95 } },
  });
  const many = await open.evaluator.evaluate(delayModel, trained(1), holes(2), options);
  expect(many.metrics["auc"]).toEqual({
    notComputable: "50 of 100 rows lack a label or a feature, more than the share of 0.1",
  });
});

test("mistakes are told before anything is measured", async () => {
  open = await openRegistry();
  const { evaluator } = open;
  const heldOut = trainingSet("held out", 50);
  const fails = async (code: string, trial: Promise<unknown>): Promise<void> =>
    expect(trial).rejects.toMatchObject({ code });
  await fails(
    "definition/invalid",
    evaluator.evaluate(delayModel, trained(1), heldOut, { label: "late", metrics: ["AUC"] }),
  );
  await fails(
    "definition/invalid",
    evaluator.evaluate(delayModel, trained(1), heldOut, { label: "late", metrics: [] }),
  );
  await fails(
    "definition/invalid",
    evaluator.evaluate(delayModel, { not: "a model" }, heldOut, { label: "late", metrics: ["auc"] }),
  );
  await fails(
    "data/missing-column",
    evaluator.evaluate(delayModel, trained(1), heldOut, { label: "delayed", metrics: ["auc"] }),
  );
  await fails(
    "data/schema-mismatch",
    evaluator.evaluate(delayModel, trained(1), heldOut, { label: "load.delay", metrics: ["auc"] }),
  );
  const wide = linear({ weights: [1, 1, 1], bias: 0, link: "logit" });
  await fails(
    "definition/conflict",
    evaluator.evaluate(delayModel, wide, heldOut, { label: "late", metrics: ["auc"] }),
  );
  const other = { ...heldOut, service: { ...heldOut.service, hash: heldOut.digest } };
  await fails(
    "features/hash-mismatch",
    evaluator.evaluate(delayModel, trained(1), other, { label: "late", metrics: ["auc"] }),
  );
});

test("a version takes only its own, signed evaluation, on data its run has not seen", async () => {
  open = await openRegistry();
  const { evaluator, registry, options } = open;
  const run = await trackedRun(options, "run");
  const settings = { label: "late", metrics: ["auc"] };
  const report = await evaluator.evaluate(delayModel, trained(0), trainingSet("held out"), settings);
  const refused = { code: "registry/evidence-mismatch" };
  const register = (change: object): Promise<unknown> =>
    registry.register(delayModel, { run, artifact: trained(0), evaluation: report, author: "ada", ...change });
  await expect(register({ artifact: trained(1) })).rejects.toMatchObject(refused);
  const forged = { ...report, metrics: { auc: { value: 0.99, lower: 0.98, upper: 1, n: 600 } } };
  await expect(register({ evaluation: forged })).rejects.toMatchObject(refused);
  const onTraining = await evaluator.evaluate(delayModel, trained(0), trainingSet("training"), settings);
  await expect(register({ evaluation: onTraining })).rejects.toMatchObject(refused);
  await expect(register({ evaluation: { ...report, model: "other" } })).rejects.toMatchObject(refused);
  await expect(register({ author: "" })).rejects.toMatchObject(refused);
  expect(await registry.versions("delay")).toEqual([]);
});

test("the losses of a report are those of the statistics, for certain mistakes too", () => {
  const [labels, predictions] = [Uint8Array.of(1, 0, 1, 0, 1), Float64Array.of(0, 1, 0.25, 1e-300, 1 - 2 ** -53)];
  expect(metricByName("logLoss").estimate(labels, predictions)).toMatchObject({
    value: expect.closeTo(computed(logLoss(predictions, labels)).value, 12) as number,
  });
  expect(metricByName("brier").estimate(labels, predictions)).toMatchObject({
    value: expect.closeTo(computed(brierScore(predictions, labels)).value, 12) as number,
  });
});
