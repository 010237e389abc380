import { expect, test } from "vitest";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import type { Gate, GateEvidence } from "../../src/contracts/gate.ts";
import { digestOf } from "../../src/core/digest.ts";
import { beatsChampion } from "../../src/registry/gates/beats-champion.ts";
import { dataValidated } from "../../src/registry/gates/data-validated.ts";
import { lineageComplete } from "../../src/registry/gates/lineage-complete.ts";
import { rolloutEvidence } from "../../src/registry/gates/rollout-evidence.ts";
import { signatureMatches } from "../../src/registry/gates/signature-matches.ts";
import { sliceFloor } from "../../src/registry/gates/slice-floor.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { judgeTransition } from "../../src/registry/policy/judge-transition.ts";
import { policyDigest } from "../../src/registry/policy/policy-digest.ts";
import { champion, evaluation, evidence, metric, version } from "./gate-evidence.ts";
import { passedRollout, service } from "./registry-fixture.ts";

const answer = (gate: Gate, change: Partial<GateEvidence> = {}): string =>
  gate.judge({ ...evidence, ...change }).outcome;
const report = (change: Partial<EvaluationReport>): Partial<GateEvidence> => ({
  evaluation: { ...evaluation, ...change },
});

test("threshold takes the conservative end of the interval unless told otherwise", () => {
  expect(answer(threshold("auc", { atLeast: 0.669 }))).toBe("pass");
  expect(answer(threshold("auc", { atLeast: 0.68 }))).toBe("fail");
  expect(answer(threshold("auc", { atLeast: 0.7, on: "point" }))).toBe("pass");
  expect(answer(threshold("logLoss", { atMost: 0.62 }))).toBe("pass");
  expect(answer(threshold("logLoss", { atMost: 0.61 }))).toBe("fail");
});

test("what is missing, not computable, NaN, without an interval, or only inherited is not measured", () => {
  for (const name of ["auC", "AUC ", "broken", "nan", "constructor", "__proto__"])
    expect(answer(threshold(name, { atLeast: 0 })), name).toBe("notMeasured");
  expect(answer(threshold("auc", { atLeast: 0 }), { evaluation: undefined })).toBe("notMeasured");
  expect(answer(threshold("auc", { atLeast: 0 }), report({ metrics: { auc: { value: 0.9, n: 5 } } }))).toBe(
    "notMeasured",
  );
  expect(() => threshold("auc", { atLeast: Number.NaN })).toThrow("definition/invalid");
});

test("beatsChampion looks at the interval of the paired difference with the present champion", () => {
  expect(answer(beatsChampion("auc"))).toBe("pass");
  expect(answer(beatsChampion("auc", { margin: 0.015 }))).toBe("fail");
  expect(answer(beatsChampion("auc", { margin: 0.0149 }))).toBe("pass");
  const worse = report({
    comparison: { ...evaluation.comparison, difference: metric(-0.01, 0.005) } as EvaluationReport["comparison"],
  });
  expect(answer(beatsChampion("auc", { mode: "nonInferior", margin: 0.016 }), worse)).toBe("pass");
  expect(answer(beatsChampion("auc", { mode: "nonInferior", margin: 0.015 }), worse)).toBe("fail");
  expect(beatsChampion("auc", { mode: "nonInferior" }).judge({ ...evidence, ...worse }).bound, "not −0").toBe(0);
  expect(answer(beatsChampion("logLoss"))).toBe("notMeasured");
  expect(answer(beatsChampion("auc"), { champion: { ...champion, version: 7 } })).toBe("notMeasured");
  expect(answer(beatsChampion("auc"), { champion: { ...champion, artifactDigest: digestOf("other") } })).toBe(
    "notMeasured",
  );
  expect(answer(beatsChampion("auc"), report({ comparison: null }))).toBe("notMeasured");
});

test("without a champion the comparison passes only where the policy allows it, with an approval", () => {
  expect(answer(beatsChampion("auc"), { champion: null })).toBe("noChampion");
  expect(answer(beatsChampion("auc", { first: "allow" }), { champion: null })).toBe("pass");
  expect(answer(beatsChampion("auc", { first: "allow" }), { champion: null, approvals: [] })).toBe("noChampion");
  expect(answer(rolloutEvidence(), { champion: null })).toBe("pass");
  expect(answer(rolloutEvidence(), { champion: null, approvals: [] })).toBe("noChampion");
});

test("rolloutEvidence is about this version, this champion, and passed", () => {
  expect(answer(rolloutEvidence())).toBe("pass");
  expect(answer(rolloutEvidence(), { rollout: undefined })).toBe("notMeasured");
  expect(answer(rolloutEvidence(), { rollout: passedRollout(2, 9) })).toBe("notMeasured");
  expect(answer(rolloutEvidence(), { rollout: passedRollout(3, 1) })).toBe("notMeasured");
  for (const phase of ["holding", "rolledBack", "aborted", "baking"] as const) {
    expect(answer(rolloutEvidence(), { rollout: { ...passedRollout(2, 1), phase } }), phase).toBe("fail");
  }
});

test("signature, data, lineage and slices fail closed", () => {
  expect(answer(signatureMatches())).toBe("pass");
  expect(answer(signatureMatches(), { version: { ...version, vector: ["load.delay"] } })).toBe("fail");
  expect(answer(signatureMatches(), { currentService: undefined })).toBe("notMeasured");
  expect(answer(signatureMatches(), { currentService: { ...service, hash: digestOf("redefined") } })).toBe("fail");
  expect(answer(dataValidated())).toBe("pass");
  expect(answer(dataValidated(), { validations: undefined })).toBe("notMeasured");
  expect(answer(dataValidated(), { validations: [] })).toBe("notMeasured");
  expect(answer(lineageComplete(), { lineage: { complete: true, missing: ["a run"] } })).toBe("fail");
  expect(answer(sliceFloor("auc", { column: "carrier", atLeast: 0.6 }))).toBe("pass");
  expect(answer(sliceFloor("auc", { column: "carrier", atLeast: 0.62 }))).toBe("fail");
  expect(answer(sliceFloor("auc", { column: "carrier", atLeast: 0.6, on: "lower" }))).toBe("fail");
  expect(answer(sliceFloor("auc", { column: "carrier", atLeast: 0.62, minRows: 250, small: "report" }))).toBe("pass");
  expect(answer(sliceFloor("auc", { column: "origin", atLeast: 0 }))).toBe("notMeasured");
  expect(answer(sliceFloor("logLoss", { column: "carrier", atMost: 9 }))).toBe("notMeasured");
});

test("sliceFloor bounds a loss from above: a floor under one would let every worse model through", () => {
  const [first, second] = evaluation.slices;
  if (first === undefined || second === undefined) throw new Error("no slices");
  const losses = report({
    slices: [
      { ...first, metrics: { logLoss: metric(0.5, 0.02), "custom:waste": metric(3, 1) } },
      { ...second, metrics: { logLoss: metric(0.7, 0.03), "custom:waste": metric(5, 1) } },
    ],
  });
  const asked = { column: "carrier" };
  expect(answer(sliceFloor("logLoss", { ...asked, atMost: 0.7 }), losses)).toBe("pass");
  const worse = sliceFloor("logLoss", { ...asked, atMost: 0.69 }).judge({ ...evidence, ...losses });
  expect(worse).toMatchObject({ outcome: "fail", measured: 0.7, bound: 0.69 });
  expect(worse.reason).toContain("is BB: logLoss 0.7 (point), needed ≤ 0.69");
  expect(answer(sliceFloor("logLoss", { ...asked, atMost: 0.72, on: "upper" }), losses)).toBe("fail");
  expect(answer(sliceFloor("custom:waste", { ...asked, atMost: 5 }), losses)).toBe("pass");
  expect(answer(sliceFloor("custom:waste", { ...asked, atLeast: 3 }), losses)).toBe("pass");
  for (const name of ["logLoss", "brier", "rmse", "mae", "wape", "mape", "smape", "mse", "quantileLoss@0.9"])
    expect(() => sliceFloor(name, { ...asked, atLeast: 0.6 }), name).toThrow(/definition\/invalid.*atMost/s);
  for (const name of ["auc", "f1@0.5", "r2", "macroAuc", "topAccuracy@3"])
    expect(() => sliceFloor(name, { ...asked, atMost: 0.6 }), name).toThrow(/definition\/invalid.*atLeast/s);
  const both = { ...asked, atLeast: 0, atMost: 1 };
  expect(() => sliceFloor("custom:waste", both as never)).toThrow("one of them, here");
  expect(() => sliceFloor("auc", asked as never)).toThrow("atLeast");
});

test("a policy opens only if every gate says exactly pass and the approvals suffice", () => {
  const policy = defaultPolicy({ threshold: { atLeast: 0.65 } });
  expect(judgeTransition(policy, evidence)).toMatchObject({ opens: true, reasons: [] });
  expect(judgeTransition(policy, { ...evidence, approvals: [] }).reasons).toEqual([
    'approvals: 0 of 1 of this evidence by people other than the author: registry.approve(version, "production", …)',
  ]);
  expect(judgeTransition(undefined, evidence)).toMatchObject({
    opens: false,
    reasons: ["there is no promotion policy: pass `policy: defaultPolicy({...})` to openWorkspace"],
  });
  expect(judgeTransition({ name: "p", transitions: {} }, evidence).opens).toBe(false);
  expect(judgeTransition({ name: "p", transitions: { production: { gates: [], approvals: 0 } } }, evidence).opens).toBe(
    false,
  );
  const odd = (judge: Gate["judge"]): boolean =>
    judgeTransition(
      { name: "p", transitions: { production: { gates: [{ gate: "odd", params: {}, judge }], approvals: 0 } } },
      evidence,
    ).opens;
  expect(odd(() => ({ gate: "odd", outcome: "pass", reason: "yes" }))).toBe(true);
  expect(odd(() => ({ gate: "odd", outcome: "noChampion", reason: "no" }))).toBe(false);
  expect(
    odd(() => {
      throw new Error("broken");
    }),
  ).toBe(false);
  expect(odd(() => JSON.parse('{"outcome":"PASS"}'))).toBe(false);
  expect(
    judgeTransition(
      {
        name: "p",
        transitions: { production: { gates: policy.transitions.staging?.gates ?? [], approvals: Number.NaN } },
      },
      evidence,
    ).opens,
  ).toBe(false);
});

test("the policy's digest is that of everything that decides", () => {
  const digest = policyDigest(defaultPolicy({ threshold: { atLeast: 0.65 } }));
  expect(policyDigest(defaultPolicy({ threshold: { atLeast: 0.65 } }))).toBe(digest);
  expect(policyDigest(defaultPolicy({ threshold: { atLeast: 0.64 } }))).not.toBe(digest);
  expect(policyDigest(defaultPolicy({ threshold: { atLeast: 0.65, on: "point" } }))).not.toBe(digest);
  expect(policyDigest(defaultPolicy({ threshold: { atLeast: 0.65 }, approvals: 2 }))).not.toBe(digest);
});
