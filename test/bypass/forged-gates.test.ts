import { afterEach, beforeEach, expect, test } from "vitest";
import type { Gate, GateEvidence, PromotionPolicy } from "../../src/contracts/gate.ts";
import { gate } from "../../src/registry/gates/gate.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { noLeakage } from "../../src/registry/gates/no-leakage.ts";
import { reproducible } from "../../src/registry/gates/reproducible.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { policyFromJson, policyToJson } from "../../src/registry/policy/policy-json.ts";
import { openRegistry, type RegistryFixture } from "../registry/registry-fixture.ts";

// Attacks on what judges: the gates, and the policy as data.

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry();
});
afterEach(async () => {
  await open.close();
});
const request = { actor: "mallory", reason: "quick" };
const approval = { approver: "grace", role: "owner", comment: "fine" };
const staging = (gates: readonly Gate[], approvals: number = 0): PromotionPolicy => ({
  name: "tried",
  transitions: { staging: { gates, approvals } },
});
const registryWith = (policy: PromotionPolicy): ModelRegistry => new ModelRegistry({ ...open.options, policy });

/** What a promotion to staging by a policy answers: "promoted", or why not. */
async function tried(policy: PromotionPolicy): Promise<string> {
  const version = await open.registerSkill(1);
  const result = await registryWith(policy).promote(version, "staging", request);
  if (result.outcome === "refused") {
    const record = (await open.ledger.audit.read({ subject: "delay@1" })).at(-1);
    expect(record).toMatchObject({ kind: "gate.refused", actor: "mallory" });
    expect((await open.registry.version("delay", 1)).stage).toBe("registered");
  }
  return result.outcome === "promoted" ? "promoted" : result.reasons.join("; ");
}

test("a gate that changes the evidence before the next one looks", async () => {
  const forging = gate("forging", {}, (evidence: GateEvidence) => {
    Object.assign(evidence.evaluation?.metrics ?? {}, { auc: { value: 1, lower: 1, upper: 1, n: 600 } });
    return { outcome: "pass", reason: "nothing to see" };
  });
  const quiet = gate("quiet", {}, (evidence: GateEvidence) => {
    Reflect.set(evidence.evaluation?.metrics ?? {}, "auc", { value: 1, lower: 1, upper: 1, n: 600 });
    Reflect.set(evidence, "approvals", [1, 2, 3]);
    return { outcome: "pass", reason: "nothing to see" };
  });
  const reasons = await tried(staging([forging, quiet, threshold("auc", { atLeast: 0.99 })], 1));
  expect(reasons).toContain("forging: fail: the gate threw");
  expect(reasons).toContain("threshold:auc: fail");
  expect(reasons).toContain("approvals: 0 of 1");
  expect(reasons).not.toContain("quiet");
});

test("a gate under a library gate's name", async () => {
  const lax = () => ({ outcome: "pass" as const, reason: "yes" });
  for (const name of ["threshold:auc", "dataValidated", "DataValidated"])
    expect(() => gate(name, {}, lax), name).toThrow("definition/invalid");
});

test("a gate that passes on NaN, or on an infinite bound", async () => {
  for (const [measured, bound] of [
    [Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY],
  ] as const) {
    const odd = gate("odd", {}, () => ({ outcome: "pass", reason: "so it says", measured, bound }));
    expect(await tried(staging([odd]))).toContain("odd: notMeasured: the gate passed");
  }
});

test("a gate's code swapped under the same name and parameters, after the approval", async () => {
  const version = await open.registerSkill(1);
  const strict = gate("rows", { atLeast: 1e6 }, ({ evaluation }, { atLeast }) => ({
    outcome: (evaluation?.rows ?? 0) >= atLeast ? "pass" : "fail",
    reason: "rows",
  }));
  const lax = gate("rows", { atLeast: 1e6 }, () => ({ outcome: "pass", reason: "rows" }));
  await registryWith(staging([strict], 1)).approve(version, "staging", approval);
  expect(await tried(staging([strict], 1))).toBe("rows: fail: rows");
  expect(await tried(staging([lax], 1))).toContain("approvals: 0 of 1 of this evidence");
  const adopted = (await open.ledger.audit.read({ subject: "tried" })).map(({ kind }) => kind);
  expect(adopted).toEqual(["policy.adopted", "policy.adopted"]);
});

test("a policy file edited after the approval: a bound, an approval, a gate left out", async () => {
  const version = await open.registerSkill(1);
  const json = policyToJson(staging([threshold("auc", { atLeast: 0.99 }), dataFreshness({ maxAge: "2d" })], 1));
  await registryWith(policyFromJson(json)).approve(version, "staging", approval);
  expect(await tried(policyFromJson(json))).toMatch(/^threshold:auc: fail: /);
  const text = JSON.stringify(json);
  const [, fresh] = json.transitions.staging?.gates ?? [];
  const edits = [
    text.replace('"atLeast":0.99', '"atLeast":0.5'),
    JSON.stringify({ ...json, transitions: { staging: { approvals: 1, gates: [fresh] } } }),
  ];
  for (const edited of edits) {
    expect(edited).not.toBe(text);
    expect(await tried(policyFromJson(JSON.parse(edited)))).toMatch(/^approvals: 0 of 1/);
  }
});

test("a policy file with a gate that is only nearly one", () => {
  const json = policyToJson(staging([threshold("auc", { atLeast: 0.99 })]));
  for (const [from, to] of [
    ["threshold:auc", "Threshold:auc"],
    ["threshold:auc", "threshold:AUC"],
    ['"atLeast":0.99', '"atleast":0.99'],
    ['"metric":"auc"', '"metric":"auc "'],
  ] as const)
    expect(() => policyFromJson(JSON.parse(JSON.stringify(json).replace(from, to))), to).toThrow("definition/invalid");
});

test("gates whose evidence nobody has gathered", async () => {
  const reasons = await tried(staging([reproducible({ maxDifference: 1 }), noLeakage({ maxEqualShare: 1 })]));
  expect(reasons).toContain("reproducible: notMeasured: the run was not repeated");
  expect(reasons).toContain("noLeakage: notMeasured: shared rows were not counted");
});

test("old data made fresh by a clock turned back", async () => {
  const fresh = staging([dataFreshness({ maxAge: "1d" })]);
  expect(await tried(fresh)).toContain("dataFreshness:training: fail");
  open.clock.advance(-200_000_000);
  expect(await tried(fresh)).toContain("dataFreshness:training: fail");
});

test("rows of the spine's dataset that were not validated", async () => {
  open.others.spine = "labels";
  open.others.unvalidated = ["labels"];
  const version = await open.registerSkill(1);
  const result = await open.registry.promote(version, "staging", request);
  expect(result.outcome === "refused" && result.reasons.join()).toContain('dataValidated: fail: "labels" was not');
});
