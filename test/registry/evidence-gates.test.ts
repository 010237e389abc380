import { describe, expect, test } from "vitest";
import type { ChampionComparison, EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { Gate, GateEvidence, GateOutcome } from "../../src/contracts/gate.ts";
import type { Reproduction } from "../../src/contracts/reproduction.ts";
import { digestOf } from "../../src/core/digest.ts";
import { calibrationBound } from "../../src/registry/gates/calibration-bound.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { fairnessBound } from "../../src/registry/gates/fairness-bound.ts";
import { featureServiceCompatible } from "../../src/registry/gates/feature-service-compatible.ts";
import { gate } from "../../src/registry/gates/gate.ts";
import { latencyBudget } from "../../src/registry/gates/latency-budget.ts";
import { noLeakage } from "../../src/registry/gates/no-leakage.ts";
import { noSliceRegression } from "../../src/registry/gates/no-slice-regression.ts";
import { predictionStability } from "../../src/registry/gates/prediction-stability.ts";
import { reproducible } from "../../src/registry/gates/reproducible.ts";
import { sizeBudget } from "../../src/registry/gates/size-budget.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { evaluation, evidence, metric, version } from "./gate-evidence.ts";
import { service } from "./registry-fixture.ts";

const judge = (of: Gate, change: Partial<GateEvidence> = {}): GateOutcome => of.judge({ ...evidence, ...change });
const answer = (of: Gate, change: Partial<GateEvidence> = {}): string => judge(of, change).outcome;
const report = (change: Partial<EvaluationReport>): Partial<GateEvidence> => ({
  evaluation: { ...evaluation, ...change },
});
const { comparison: compared } = evaluation;
if (compared === null) throw new Error("the evidence lacks its comparison");
const comparison = (change: Partial<ChampionComparison>): Partial<GateEvidence> =>
  report({ comparison: { ...compared, ...change } });
const without = <K extends keyof EvaluationReport>(name: K): Partial<GateEvidence> => {
  const { [name]: _left, ...rest } = evaluation;
  return { evaluation: JSON.parse(JSON.stringify(rest)) };
};

describe("noSliceRegression", () => {
  const asked = { column: "carrier", margin: 0.02 };
  test("judges the conservative end in the worst slice", () => {
    expect(answer(noSliceRegression("auc", asked))).toBe("pass");
    expect(judge(noSliceRegression("auc", { ...asked, margin: 0.014 }))).toMatchObject({
      outcome: "fail",
      reason: expect.stringContaining("is BB: auc differs from the champion by -0.015 (lower), needed ≥ -0.014"),
      fix: expect.stringContaining("carrier = BB"),
    });
    expect(answer(noSliceRegression("auc", { ...asked, margin: 0.01, on: "point" }))).toBe("pass");
    expect(answer(noSliceRegression("auc", { ...asked, margin: 0, minRows: 250, small: "report" }))).toBe("pass");
  });
  test("a slice that was not compared, or compared twice, or on other rows, is not measured", () => {
    const [first] = compared.slices ?? [];
    if (first === undefined) throw new Error("no slice");
    for (const slices of [[], [first], [first, first, ...(compared.slices ?? [])]])
      expect(answer(noSliceRegression("auc", asked), comparison({ slices }))).toBe("notMeasured");
    const fewer = (compared.slices ?? []).map((slice) => ({ ...slice, rows: slice.rows - 1 }));
    expect(answer(noSliceRegression("auc", asked), comparison({ slices: fewer }))).toBe("notMeasured");
    expect(answer(noSliceRegression("auc", { column: "origin" }))).toBe("notMeasured");
    expect(answer(noSliceRegression("logLoss", asked))).toBe("notMeasured");
  });
  test("without a champion it asks the policy", () => {
    expect(answer(noSliceRegression("auc", asked), { champion: null })).toBe("noChampion");
    expect(answer(noSliceRegression("auc", { ...asked, first: "allow" }), { champion: null })).toBe("pass");
    expect(answer(noSliceRegression("auc", { ...asked, first: "allow" }), { champion: null, approvals: [] })).toBe(
      "noChampion",
    );
  });
});

test("predictionStability: against the present champion, the upper end by default", () => {
  expect(answer(predictionStability({ atMost: 0.121 }))).toBe("pass");
  expect(answer(predictionStability({ atMost: 0.11 }))).toBe("fail");
  expect(answer(predictionStability({ atMost: 0.1, on: "point" }))).toBe("pass");
  expect(answer(predictionStability({ atMost: 0.05, measure: "psi" }))).toBe("fail");
  expect(answer(predictionStability({ atMost: 1 }), comparison({ stability: {} }))).toBe("notMeasured");
  const other = { ...compared.champion, version: 9 };
  expect(answer(predictionStability({ atMost: 1 }), comparison({ champion: other }))).toBe("notMeasured");
  expect(answer(predictionStability({ atMost: 1 }), { champion: null })).toBe("noChampion");
});

test("calibrationBound and fairnessBound: the upper end by default", () => {
  expect(answer(calibrationBound({ atMost: 0.04 }))).toBe("pass");
  expect(answer(calibrationBound({ atMost: 0.039 }))).toBe("fail");
  expect(answer(calibrationBound({ atMost: 0.1, measure: "mce" }))).toBe("fail");
  expect(answer(calibrationBound({ atMost: 1 }), without("calibration"))).toBe("notMeasured");
  expect(answer(fairnessBound({ column: "carrier", atMost: 0.1 }))).toBe("pass");
  expect(answer(fairnessBound({ column: "carrier", atMost: 0.08 }))).toBe("fail");
  expect(answer(fairnessBound({ column: "carrier", atMost: 0.08, measure: "demographicParityDifference" }))).toBe(
    "pass",
  );
  expect(answer(fairnessBound({ column: "origin", atMost: 1 }))).toBe("notMeasured");
  expect(answer(fairnessBound({ column: "carrier", atMost: 1 }), without("fairness"))).toBe("notMeasured");
  const one = (evaluation.fairness ?? []).map((measured) => ({ ...measured, groups: 1 }));
  expect(answer(fairnessBound({ column: "carrier", atMost: 1 }), report({ fairness: one }))).toBe("notMeasured");
});

test("latencyBudget and sizeBudget keep a budget, of a measurement with enough calls", () => {
  expect(answer(latencyBudget({ atMostMs: 4 }))).toBe("pass");
  expect(judge(latencyBudget({ atMostMs: 3.9 }))).toMatchObject({ outcome: "fail", measured: 4, bound: 3.9 });
  expect(answer(latencyBudget({ atMostMs: 4, quantile: "p99" }))).toBe("fail");
  expect(answer(latencyBudget({ atMostMs: 4, minCalls: 501 }))).toBe("notMeasured");
  expect(answer(latencyBudget({ atMostMs: 4 }), without("latency"))).toBe("notMeasured");
  const latency = { p50Ms: 9, p95Ms: 4, p99Ms: 1, calls: 500, rowsPerCall: 1 };
  expect(answer(latencyBudget({ atMostMs: 4 }), report({ latency }))).toBe("notMeasured");
  expect(answer(sizeBudget({ atMostBytes: 1000 }))).toBe("pass");
  expect(answer(sizeBudget({ atMostBytes: 999 }))).toBe("fail");
  expect(answer(sizeBudget({ atMostBytes: 1e9 }), without("sizeBytes"))).toBe("notMeasured");
});

test("featureServiceCompatible: training, evaluation and now are one service", () => {
  expect(answer(featureServiceCompatible())).toBe("pass");
  expect(answer(featureServiceCompatible(), { currentService: undefined })).toBe("notMeasured");
  const now = judge(featureServiceCompatible(), { currentService: { ...service, hash: digestOf("redefined") } });
  expect(now).toMatchObject({ outcome: "fail", reason: expect.stringContaining("other definitions now") });
  const types = { ...service, schemaHash: digestOf("other types") };
  expect(judge(featureServiceCompatible(), { currentService: types }).reason).toContain("other names or types now");
  const { training } = version.run;
  if (training === null) throw new Error("no training set");
  const trainedOn = { ...training, service: { ...training.service, hash: digestOf("old") } };
  const trained = { ...version, run: { ...version.run, training: trainedOn } };
  expect(judge(featureServiceCompatible(), { version: trained }).reason).toContain("other definitions in training");
  const untracked = { ...version, run: { ...version.run, training: null } };
  expect(answer(featureServiceCompatible(), { version: untracked })).toBe("notMeasured");
  expect(answer(featureServiceCompatible(), report({ serviceHash: digestOf("old") }))).toBe("notMeasured");
  const plain = { ...version, service: { ...version.service, name: "request:delay" } };
  expect(answer(featureServiceCompatible(), { version: plain })).toBe("notMeasured");
});

test("dataFreshness: the oldest dataset version counts, and one of unknown or future age is not measured", () => {
  expect(answer(dataFreshness({ maxAge: 100_000 }))).toBe("pass");
  expect(answer(dataFreshness({ maxAge: 99_999 }))).toBe("fail");
  expect(answer(dataFreshness({ maxAge: "10s", of: "evaluation" }))).toBe("pass");
  expect(answer(dataFreshness({ maxAge: "10s", of: "both" }))).toBe("fail");
  const [one] = evidence.data ?? [];
  if (one === undefined) throw new Error("no data");
  for (const createdAtMs of [null, Number.NaN, 1_000_001]) {
    const data = [...(evidence.data ?? []), { ...one, createdAtMs }];
    expect(answer(dataFreshness({ maxAge: "9000d" }), { data }), String(createdAtMs)).toBe("notMeasured");
  }
  expect(answer(dataFreshness({ maxAge: "9000d" }), { data: [] })).toBe("notMeasured");
  expect(answer(dataFreshness({ maxAge: "9000d" }), { data: undefined })).toBe("notMeasured");
  expect(answer(dataFreshness({ maxAge: "9000d" }), { nowMs: Number.NaN })).toBe("notMeasured");
  expect(() => dataFreshness({ maxAge: "soon" })).toThrow("argument/invalid");
  const future = { data: [{ ...one, createdAtMs: 1_000_001 }] };
  expect(judge(dataFreshness({ maxAge: "1d" }), future).reason).toMatch(
    /was committed at 1970-01-01T00:16:40.001Z, now is 1970-01-01T00:16:40.000Z$/,
  );
});

test("reproducible: the same run, code and data again, the same artifact or predictions within a difference", () => {
  const repeated = (change: Partial<Reproduction>): Partial<GateEvidence> => ({
    reproduction: { ...(evidence.reproduction as Reproduction), ...change },
  });
  expect(answer(reproducible(), repeated({ artifactDigest: version.artifactDigest }))).toBe("pass");
  expect(answer(reproducible())).toBe("fail");
  expect(answer(reproducible({ maxDifference: 1e-6 }))).toBe("pass");
  expect(answer(reproducible({ maxDifference: 1e-8 }))).toBe("fail");
  for (const other of [
    { runId: "other" },
    { codeDigest: "other" },
    { training: digestOf("other") },
    { training: null },
  ])
    expect(
      answer(reproducible({ maxDifference: 1 }), repeated({ artifactDigest: version.artifactDigest, ...other })),
    ).toBe("notMeasured");
  expect(answer(reproducible({ maxDifference: 1 }), repeated({ maxDifference: Number.NaN }))).toBe("notMeasured");
  expect(answer(reproducible({ maxDifference: 1 }), { reproduction: undefined })).toBe("notMeasured");
});

test("noLeakage: no shared key, counted over every held-out row, against the version's own training set", () => {
  const { leakage } = evaluation;
  if (leakage === undefined) throw new Error("no leakage");
  const with_ = (change: Partial<typeof leakage>): Partial<GateEvidence> =>
    report({ leakage: { ...leakage, ...change } });
  expect(answer(noLeakage({ maxEqualShare: 1 }))).toBe("pass");
  expect(answer(noLeakage())).toBe("pass");
  expect(answer(noLeakage({ maxEqualShare: 1 }), with_({ sharedKeys: 1 }))).toBe("fail");
  expect(answer(noLeakage({ maxEqualShare: 0.01 }))).toBe("pass");
  expect(answer(noLeakage({ maxEqualShare: 0.009 }))).toBe("fail");
  const copied = with_({ equalRows: 500 });
  expect(judge(noLeakage({ maxEqualShare: 0.01 }), copied)).toMatchObject({
    outcome: "fail",
    measured: 1,
    bound: 0.01,
  });
  expect(judge(noLeakage({ maxEqualShare: 0.01 }), copied).reason).toMatch(
    /500 have equal content \(share 1, allowed 0.01\)$/,
  );
  expect(judge(noLeakage({ maxEqualShare: 1 }), copied).reason).toMatch(
    /500 have equal content \(share 1, not bounded\)$/,
  );
  for (const odd of [
    { rows: 499 },
    { key: [] },
    { training: digestOf("other") },
    { sharedKeys: -1 },
    { equalRows: 501 },
  ])
    expect(answer(noLeakage({ maxEqualShare: 1 }), with_(odd)), JSON.stringify(odd)).toBe("notMeasured");
  expect(answer(noLeakage({ maxEqualShare: 1 }), without("leakage"))).toBe("notMeasured");
});

test("dataValidated: every dataset version behind the training set, by name and version", () => {
  const [flights] = evidence.validations ?? [];
  if (flights === undefined) throw new Error("no validation");
  const spine = { dataset: "labels", version: digestOf("spine"), validated: false, reason: "no checks were declared" };
  expect(answer(dataValidated(), { validations: [flights, spine] })).toBe("fail");
  expect(answer(dataValidated(), { validations: [{ ...spine, validated: true }] })).toBe("notMeasured");
  expect(answer(dataValidated(), { validations: [{ ...flights, version: digestOf("newer") }] })).toBe("notMeasured");
});

test("an evaluation of another model, artifact, service or report is no evidence", () => {
  for (const [name, value] of [
    ["model", "delay "],
    ["artifactDigest", digestOf("other")],
    ["serviceHash", digestOf("other")],
    ["digest", digestOf("other")],
    ["rows", 0],
  ] as const)
    expect(answer(threshold("auc", { atLeast: 0 }), report({ [name]: value })), name).toBe("notMeasured");
});

describe("gate", () => {
  test("gives a gate of one's own a version: the one it is told, or a digest of its source", () => {
    const rows = (atLeast: number, version?: string): Gate =>
      gate(
        "enoughRows",
        { atLeast },
        ({ evaluation: of }, params) => ({
          outcome: (of?.rows ?? 0) >= params.atLeast ? "pass" : "fail",
          reason: "rows",
        }),
        version === undefined ? {} : { version },
      );
    expect(answer(rows(500))).toBe("pass");
    expect(answer(rows(501))).toBe("fail");
    expect(rows(1, "7").version).toBe("7");
    expect(rows(1).version).toBe(rows(2).version);
    const other = gate("enoughRows", { atLeast: 1 }, () => ({ outcome: "pass", reason: "always" }));
    expect(other.version).not.toBe(rows(1).version);
  });
  test("keeps its name and its parameters, whatever the judge does", () => {
    const params = { atLeast: 1 };
    const odd = gate("odd", params, (_evidence, given) => {
      Object.assign(given, { atLeast: 0 });
      return Object.assign({ outcome: "pass" as const, reason: "yes" }, { gate: "threshold:auc" });
    });
    params.atLeast = 5;
    expect(judge(odd).gate).toBe("odd");
    expect(odd.params).toEqual({ atLeast: 1 });
  });
  test("refuses a name of the library's, and parameters that are no JSON", () => {
    for (const name of ["threshold", "threshold:auc", "Threshold:auc", "ｔhreshold", " rolloutEvidence", ""])
      expect(() => gate(name, {}, () => ({ outcome: "pass", reason: "yes" })), name).toThrow("definition/invalid");
    expect(() => gate("own", { at: Number.NaN }, () => ({ outcome: "pass", reason: "yes" }))).toThrow(
      "argument/invalid",
    );
  });
});

test("options that are none are refused", () => {
  const bad: readonly (() => Gate)[] = [
    () => noSliceRegression("auc", { column: "" }),
    () => noSliceRegression("auc", { column: "carrier", margin: -1 }),
    () => predictionStability({ atMost: Number.NaN }),
    () => calibrationBound({ atMost: Number.POSITIVE_INFINITY }),
    () => calibrationBound(JSON.parse('{"atMost":1,"measure":"ECE"}')),
    () => fairnessBound(JSON.parse('{"atMost":1,"column":"sex","on":"middle"}')),
    () => latencyBudget({ atMostMs: -1 }),
    () => latencyBudget({ atMostMs: 1, minCalls: 0 }),
    () => sizeBudget(JSON.parse("{}")),
    () => noLeakage({ maxEqualShare: Number.NaN }),
    () => noLeakage({ maxEqualShare: 50 }),
    () => reproducible({ maxDifference: -1 }),
    () => dataFreshness(JSON.parse('{"maxAge":1,"of":"all"}')),
    () => threshold("auc", JSON.parse('{"atLeast":0,"atMost":1}')),
    () => threshold("", { atLeast: 0 }),
  ];
  for (const make of bad) expect(make, make.toString()).toThrow("definition/invalid");
});

test("metrics whose value lies outside its own interval, or is NaN beside a sound end, are not measured", () => {
  for (const auc of [
    { value: Number.NaN, lower: 0.9, upper: 0.9, n: 5 },
    { value: 0.9, lower: 0.95, upper: 0.99, n: 5 },
    { value: 0.9, lower: 0.8, upper: Number.POSITIVE_INFINITY, n: 5 },
    { value: 0.9, lower: 0.8, upper: 0.95, n: 0 },
  ])
    expect(answer(threshold("auc", { atLeast: 0 }), report({ metrics: { auc } })), JSON.stringify(auc)).toBe(
      "notMeasured",
    );
  expect(answer(threshold("auc", { atLeast: 0.669 }), report({ metrics: { auc: metric(0.7, 0.03) } }))).toBe("pass");
});
