import { afterEach, beforeEach, expect, test } from "vitest";
import { linear } from "../../../src/backends/function/linear.ts";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import type { Gate, PromotionPolicy } from "../../../src/contracts/gate.ts";
import type { Metrics } from "../../../src/contracts/metric-estimate.ts";
import type { ModelVersion } from "../../../src/contracts/model-version.ts";
import type { RunRef } from "../../../src/contracts/run.ts";
import type { TrainingSet } from "../../../src/contracts/training-set.ts";
import { digestOf } from "../../../src/core/digest.ts";
import type { EvaluationOptions } from "../../../src/registry/evaluation/evaluation-options.ts";
import { Evaluator } from "../../../src/registry/evaluation/evaluator.ts";
import { metric } from "../../../src/registry/evaluation/metric.ts";
import { categorySwap } from "../../../src/registry/evaluation/robustness/category-swap.ts";
import { gaussianNoise } from "../../../src/registry/evaluation/robustness/gaussian-noise.ts";
import { missingValues } from "../../../src/registry/evaluation/robustness/missing-values.ts";
import { unitScale } from "../../../src/registry/evaluation/robustness/unit-scale.ts";
import { calibrationBound } from "../../../src/registry/gates/calibration-bound.ts";
import { fairnessBound } from "../../../src/registry/gates/fairness-bound.ts";
import { latencyBudget } from "../../../src/registry/gates/latency-budget.ts";
import { noLeakage } from "../../../src/registry/gates/no-leakage.ts";
import { noSliceRegression } from "../../../src/registry/gates/no-slice-regression.ts";
import { predictionStability } from "../../../src/registry/gates/prediction-stability.ts";
import { reproducible } from "../../../src/registry/gates/reproducible.ts";
import { sizeBudget } from "../../../src/registry/gates/size-budget.ts";
import { sliceFloor } from "../../../src/registry/gates/slice-floor.ts";
import { threshold } from "../../../src/registry/gates/threshold.ts";
import { ModelRegistry } from "../../../src/registry/model-registry.ts";
import { gatherEvidence } from "../../../src/registry/promotion/gather-evidence.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "../registry-fixture.ts";

let open: RegistryFixture;
let evaluator: Evaluator;
let nowMs = 0;
const heldOut = trainingSet("held out", 800);
const training = trainingSet("training", 600);
const key = { key: ["load.delay"], eventTime: "load.count" };

beforeEach(async () => {
  open = await openRegistry();
  nowMs = 0;
  evaluator = new Evaluator({
    ...open.options,
    champions: open.registry,
    codeVersion: async () => digestOf("code"),
    // Every reading is a quarter of a millisecond after the one before.
    monotonicMs: () => (nowMs += 0.25),
  });
});
afterEach(async () => await open.close());

const evaluate = (
  options: Partial<EvaluationOptions<"late">> = {},
  model: unknown = trained(1),
  on: TrainingSet = heldOut,
): Promise<EvaluationReport> =>
  evaluator.evaluate(delayModel, model, on, { label: "late", metrics: ["auc"], against: "none", ...options });

function valueIn(metrics: Metrics | undefined, name: string): number {
  const found = metrics?.[name];
  if (found === undefined || "notComputable" in found) throw new Error(`${name}: ${found?.notComputable ?? "missing"}`);
  return found.value;
}

/** Every gate that judges something measured, as lax or as strict as asked. */
function gates(strict: boolean): readonly Gate[] {
  const most = (lax: number): { readonly atMost: number } => ({ atMost: strict ? 0 : lax });
  return [
    threshold("auc", { atLeast: strict ? 1 : 0.6 }),
    threshold("custom:profit", { atLeast: strict ? 100 : 0 }),
    calibrationBound(most(0.2)),
    calibrationBound({ ...most(0.5), measure: "mce" }),
    fairnessBound({ column: "load.carrier", ...most(0.5) }),
    fairnessBound({ column: "load.carrier", ...most(0.5), measure: "demographicParityDifference" }),
    latencyBudget({ atMostMs: strict ? 0.1 : 1 }),
    sizeBudget({ atMostBytes: strict ? 1 : 1e6 }),
    sliceFloor("auc", { column: "load.carrier", atLeast: strict ? 1 : 0.6 }),
    noSliceRegression("auc", { column: "load.carrier", margin: strict ? 0 : 0.1, on: strict ? "lower" : "upper" }),
    predictionStability(most(0.5)),
    predictionStability({ ...most(1), measure: "meanAbsoluteDifference" }),
    predictionStability({ ...most(5), measure: "psi" }),
    noLeakage({ maxEqualShare: 0 }),
    reproducible(),
  ];
}

const policyOf = (strict: boolean): PromotionPolicy => ({
  name: "measured",
  transitions: { staging: { gates: gates(strict), approvals: 0 } },
});

test("every gate on what is measured passes or fails on it, and what was not asked for stays closed", async () => {
  await makeChampion(open, await open.registerSkill(0.85));
  const run = await trackedRun(open.options, "run-everything", trained(1));
  const profit = metric("profit", {
    higherIsBetter: true,
    value: (labels, p) =>
      labels.reduce((sum, label, i) => sum + ((p[i] ?? 0) < 0.5 ? 0 : label === 1 ? 2 : -1), 0) / labels.length,
  });
  const report = await evaluate({
    metrics: ["auc", "logLoss", profit],
    against: "champion",
    slices: ["load.carrier"],
    fairness: { columns: ["load.carrier"] },
    latency: { calls: 200 },
    leakage: { training, ...key },
    reproduce: { run, training, train: () => trained(1) },
  });
  const artifact = trained(1);
  const version = await open.registry.register(delayModel, { run, artifact, evaluation: report, author: "ada" });
  const outcomes = async (strict: boolean): Promise<readonly string[]> => {
    const registry = new ModelRegistry({ ...open.options, policy: policyOf(strict) });
    const { gates: judged } = await registry.explain(version, "staging");
    return judged.map(({ gate, outcome, reason }) => `${outcome} ${gate}: ${reason}`);
  };
  for (const outcome of await outcomes(false)) expect(outcome).toMatch(/^pass /);
  const failed = (await outcomes(true)).filter((outcome) => outcome.startsWith("fail "));
  // Leakage and reproduction are as good as can be either way.
  expect(failed).toHaveLength(13);

  const bare = await evaluate({ metrics: ["auc", profit], against: "champion" });
  const other = await open.registry.register(delayModel, { run, artifact, evaluation: bare, author: "ada" });
  const registry = new ModelRegistry({ ...open.options, policy: policyOf(false) });
  const unasked = (await registry.explain(other, "staging")).gates.filter(({ outcome }) => outcome === "notMeasured");
  expect(unasked.map(({ gate }) => gate.split(":")[0])).toEqual([
    ...[
      "fairnessBound",
      "fairnessBound",
      "latencyBudget",
      "sliceFloor",
      "noSliceRegression",
      "noLeakage",
      "reproducible",
    ],
  ]);
  expect((await registry.promote(other, "staging", { actor: "ada", reason: "try" })).outcome).toBe("refused");
});

test("a repeated run is evidence that an approval is bound to; another artifact is compared by its predictions", async () => {
  const run: RunRef = await trackedRun(open.options, "run-again", trained(1));
  const near = linear({ weights: [1.7, 1e-4], bias: 0, link: "logit" });
  const repeated = async (again: unknown) => {
    const evaluation = await evaluate({ reproduce: { run, training, train: async () => again } });
    return await open.registry.register(delayModel, { run, artifact: trained(1), evaluation, author: "ada" });
  };
  const judge = async (version: Awaited<ReturnType<typeof repeated>>, gate: Gate): Promise<string> => {
    const policy = { name: "again", transitions: { staging: { gates: [gate], approvals: 0 } } };
    const registry = new ModelRegistry({ ...open.options, policy });
    return (await registry.explain(version, "staging")).gates[0]?.outcome ?? "none";
  };
  const [same, other] = [await repeated(trained(1)), await repeated(near)];
  expect(await judge(same, reproducible())).toBe("pass");
  expect(await judge(other, reproducible())).toBe("fail");
  expect(await judge(other, reproducible({ maxDifference: 1e-3 }))).toBe("pass");
  const broken = await evaluate({ reproduce: { run, training, train: () => linear({ weights: [1, 1, 1], bias: 0 }) } });
  expect(broken.reproduction?.maxDifference).toBeUndefined();
  // Code that nobody names is no repetition of the run's.
  const unnamed = await open.evaluator.evaluate(delayModel, trained(1), heldOut, {
    label: "late",
    reproduce: { run, training, train: () => trained(1) },
  });
  const unknown = await open.registry.register(delayModel, {
    run,
    artifact: trained(1),
    evaluation: unnamed,
    author: "ada",
  });
  expect(await judge(unknown, reproducible())).toBe("notMeasured");
  const textOf = async (version: ModelVersion) => (await gatherEvidence(open.options, version, "staging")).text;
  expect(JSON.parse(await textOf(other))).toMatchObject({
    reproduction: { runId: run.id, codeDigest: digestOf("code"), training: training.digest },
  });
  const bare = await evaluate();
  const never = await open.registry.register(delayModel, {
    run,
    artifact: trained(1),
    evaluation: bare,
    author: "ada",
  });
  expect(await textOf(never)).not.toContain("reproduction");
});

test("rows shared with training are counted by key and time, and refuse the registration; equal content is reported", async () => {
  const shared: TrainingSet = { ...heldOut, digest: digestOf("the same rows") };
  const found = await evaluate({ leakage: { training: shared, ...key } });
  expect(found.leakage).toEqual({
    training: shared.digest,
    key: ["load.delay", "load.count"],
    rows: 800,
    sharedKeys: 800,
    equalRows: 800,
  });
  const run = await trackedRun(open.options, "run-leaking");
  await expect(
    open.registry.register(delayModel, { run, artifact: trained(1), evaluation: found, author: "ada" }),
  ).rejects.toThrowError(
    /registry\/evidence-mismatch: found an evaluation on 800 rows that are in the training set too, by load.delay, load.count/,
  );
  const byCarrier = await evaluate({ leakage: { training, key: ["load.carrier"] } });
  expect([byCarrier.leakage?.sharedKeys, byCarrier.leakage?.equalRows]).toEqual([800, 0]);
  await expect(evaluate({ leakage: { training, key: [] } })).rejects.toMatchObject({ code: "definition/invalid" });
  await expect(evaluate({ leakage: { training, key: ["id"] } })).rejects.toMatchObject({ code: "data/missing-column" });
});

test("disturbed inputs: more noise costs more, what the model does not read costs nothing, NaN is no number", async () => {
  const { robustness = [] } = await evaluate({
    metrics: ["auc", "logLoss"],
    robustness: [
      gaussianNoise(0.5),
      gaussianNoise(1.5),
      gaussianNoise(3, { features: ["load.count"] }),
      missingValues({ share: 0.5 }),
      missingValues({ share: 0.1, fill: "nan" }),
      unitScale({ factor: 1000, features: ["load.delay"] }),
      categorySwap({ features: ["load.delay"], share: 0.5 }),
    ],
  });
  const drop = robustness.map(({ drops }) => drops["logLoss"]);
  const point = drop.map((found) => (found !== undefined && "value" in found ? found.value : Number.NaN));
  expect(point[0]).toBeGreaterThan(0);
  expect(point[1]).toBeGreaterThan((point[0] ?? 0) * 2);
  expect(drop[2]).toEqual({ value: 0, lower: 0, upper: 0, n: 800 });
  expect(drop[4]).toMatchObject({
    notComputable: expect.stringMatching(/of 800 predictions are not finite/) as string,
  });
  for (const at of [3, 5, 6]) expect(point[at], robustness[at]?.perturbation).toBeGreaterThan(0.05);
  expect(robustness.map(({ perturbation }) => perturbation)).toContain("unitScale(1000, 1, load.delay)");
  const wrong = { metrics: ["auc"], robustness: [gaussianNoise(1, { features: ["nowhere"] })] };
  await expect(evaluate(wrong)).rejects.toMatchObject({ code: "definition/invalid" });
  for (const bad of [
    () => gaussianNoise(-1),
    () => missingValues({ share: 2 }),
    () => unitScale({ factor: Number.NaN, features: [] }),
  ])
    expect(bad).toThrowError(/definition\/invalid/);
});

test("latency is what the clock says, warm-up apart; a report without it is the same each time", async () => {
  const report = await evaluate({ latency: { calls: 120, warmUpCalls: 7, batchRows: 64 } });
  expect(report.latency).toEqual({ p50Ms: 0.25, p95Ms: 0.25, p99Ms: 0.25, calls: 120, rowsPerCall: 1 });
  expect(report.batchLatency).toMatchObject({ calls: 100, rowsPerCall: 64 });
  const options = {
    metrics: ["auc"],
    worstSlices: true,
    fairness: { columns: ["load.carrier"] },
    robustness: [gaussianNoise(1)],
  };
  expect((await evaluate(options)).digest).toBe((await evaluate(options)).digest);
});

test("the report is bound to the code: the host's version, its metrics and its disturbances", async () => {
  const own = (factor: number) => ({
    metrics: [
      "auc",
      metric("own", { higherIsBetter: true, value: factor === 1 ? (y) => y.length : (y) => 2 * y.length }),
    ],
    robustness: [{ name: "still", perturb: () => undefined }, gaussianNoise(0)],
  });
  const [one, two] = [await evaluate(own(1)), await evaluate(own(2))];
  expect(one.code?.digest).toBe(digestOf("code"));
  expect(Object.keys(one.code?.functions ?? {})).toEqual(["custom:own", "still"]);
  expect(one.code?.functions?.["custom:own"]).not.toBe(two.code?.functions?.["custom:own"]);
  expect(one.code?.functions?.["still"]).toBe(two.code?.functions?.["still"]);
  const asserted = await open.evaluator.evaluate(delayModel, trained(1), heldOut, { label: "late" });
  expect(asserted.code).toEqual({ digest: "asserted:unknown" });
});

test("a report prints as what a person asks first, and is plain data all the same", async () => {
  await makeChampion(open, await open.registerSkill(0.85));
  const report = await evaluate({
    metrics: ["auc", "f1@0.5"],
    against: "champion",
    slices: ["load.carrier"],
    worstSlices: true,
    thresholds: [{ criterion: "fBeta", beta: 1 }],
    fairness: { columns: ["load.carrier"], minRows: 270 },
    robustness: [gaussianNoise(1)],
    latency: { calls: 10 },
    leakage: { training, ...key },
  });
  const lines = String(report).split("\n");
  const starts = [
    ...["evaluation of delay (binary, label late) on 800 rows", "  auc     0.", "calibration", "decisions from 0.5 on"],
    ...["threshold by f1: 0.", "against champion 1 on the same rows: ", "slices, by auc", "worst slices"],
    ...["fairness by load.carrier", "drop under gaussianNoise(1)", "latency of one row: p50 0.25 ms", "size "],
    "leakage: 0 of 800 rows are in the training set by load.delay, load.count; 0 have equal content",
  ];
  let from = 0;
  for (const start of starts) {
    const at = lines.findIndex((line, i) => i >= from && line.startsWith(start));
    expect(at, start).toBeGreaterThanOrEqual(from);
    from = at;
  }
  expect(JSON.parse(JSON.stringify(report))).toEqual({ ...report });
  expect(Object.keys(report)).not.toContain("toString");
  const leaking = await evaluate({ leakage: { training: heldOut, ...key } });
  expect(String(leaking)).toMatch(/LEAKAGE: 800 of 800 rows/);
});

test("options that cannot be are refused, a signal stops, progress is told", async () => {
  const refusals: readonly Partial<EvaluationOptions>[] = [
    { metrics: [] },
    { metrics: ["auc", "auc"] },
    { metrics: ["macroF1"], kind: "binary" },
    // A metric of one's own that would pass the gates on AUC.
    { metrics: [{ ...metric("perfect", { higherIsBetter: true, value: () => 1 }), name: "auc" }] },
    { kind: "ranking" as never },
    { threshold: Number.NaN },
    { worstSlices: { depth: 9 } },
    { metrics: [metric("numbers", { higherIsBetter: true, kinds: ["regression"], value: () => 1 })] },
  ];
  for (const options of refusals)
    await expect(evaluate(options as never), JSON.stringify(options)).rejects.toMatchObject({
      code: "definition/invalid",
    });
  await expect(evaluate({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrowError("enough");
  const stages = new Set<string>();
  await evaluate({ worstSlices: true, latency: true, onProgress: ({ stage }) => stages.add(stage) });
  expect([...stages]).toEqual(["predicting", "measuring", "calibration", "searching slices", "timing"]);
  expect(valueIn((await evaluate()).metrics, "auc")).toBeGreaterThan(0.7);
});
