import { afterEach, describe, expect, test } from "vitest";
import type { Gate } from "../../src/contracts/gate.ts";
import { beatsChampion } from "../../src/registry/gates/beats-champion.ts";
import { calibrationBound } from "../../src/registry/gates/calibration-bound.ts";
import { contentSound } from "../../src/registry/gates/content-sound.ts";
import { dataFreshness } from "../../src/registry/gates/data-freshness.ts";
import { fairnessBound } from "../../src/registry/gates/fairness-bound.ts";
import { featureServiceCompatible } from "../../src/registry/gates/feature-service-compatible.ts";
import { gate } from "../../src/registry/gates/gate.ts";
import { isBuiltIn, kindOf } from "../../src/registry/gates/built-in-names.ts";
import { latencyBudget } from "../../src/registry/gates/latency-budget.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { noLeakage } from "../../src/registry/gates/no-leakage.ts";
import { noSliceRegression } from "../../src/registry/gates/no-slice-regression.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { predictionStability } from "../../src/registry/gates/prediction-stability.ts";
import { reproducible } from "../../src/registry/gates/reproducible.ts";
import { requiresFeatures } from "../../src/registry/gates/requires-features.ts";
import { sizeBudget } from "../../src/registry/gates/size-budget.ts";
import { sliceFloor } from "../../src/registry/gates/slice-floor.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { gateKinds } from "../../src/registry/policy/gate-kinds.ts";
import { policyDigest } from "../../src/registry/policy/policy-digest.ts";
import { policyFromJson, policyToJson } from "../../src/registry/policy/policy-json.ts";
import { faults } from "../schemas/json-schemas.ts";
import { evidence } from "./gate-evidence.ts";
import { laxPolicy, makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const all: readonly Gate[] = [
  threshold("logLoss", { atMost: 0.6, on: "point" }),
  beatsChampion("auc", { margin: 0.01, mode: "nonInferior" }),
  sliceFloor("auc", { column: "carrier", atLeast: 0.6, minRows: 20 }),
  noSliceRegression("auc", { column: "carrier" }),
  originCertified({ keys: ["0123456789abcdef"], stage: "candidate" }),
  predictionStability({ atMost: 0.2 }),
  calibrationBound({ atMost: 0.05 }),
  fairnessBound({ column: "carrier", atMost: 0.1 }),
  latencyBudget({ atMostMs: 10 }),
  sizeBudget({ atMostBytes: 1e6 }),
  noLeakage({ maxEqualShare: 0.01 }),
  featureServiceCompatible(),
  dataFreshness({ maxAge: "30d", of: "both" }),
  reproducible({ maxDifference: 1e-6 }),
  requiresFeatures(),
  modelCard({ parts: ["owner"] }),
  contentSound(),
];
const own = gate("enoughRows", { atLeast: 400 }, ({ evaluation }, { atLeast }) => {
  const rows = evaluation?.rows ?? 0;
  return { outcome: rows >= atLeast ? "pass" : "fail", reason: `${rows} rows`, measured: rows, bound: atLeast };
});
const policy = {
  ...defaultPolicy({ threshold: { atLeast: 0.65 }, gates: [...all, own] }),
  name: "strict",
  version: "2026-11",
};

test("a policy comes back from its JSON with its digest, and judges alike", () => {
  const text = JSON.stringify(policyToJson(policy), undefined, 2);
  expect(faults("policy", JSON.parse(text))).toBe("");
  const again = policyFromJson(JSON.parse(text), { gates: [own] });
  expect(policyDigest(again)).toBe(policyDigest(policy));
  expect(policyToJson(again)).toEqual(policyToJson(policy));
  const judged = (of: typeof again): unknown => of.transitions.production?.gates.map((one) => one.judge(evidence));
  expect(judged(again)).toEqual(judged(policy));
  const kinds = new Set((policy.transitions.production?.gates ?? []).map((one) => kindOf(one.gate)));
  expect([...gateKinds.keys()].filter((kind) => !kinds.has(kind))).toEqual([]);
  expect([...gateKinds.keys()].filter((kind) => !isBuiltIn(kind))).toEqual([]);
});

test("the digest is that of names, parameters, versions, approvals, and the policy's own version", () => {
  const { version: _version, ...unversioned } = policy;
  expect(policyDigest(unversioned)).not.toBe(policyDigest(policy));
  const raised = gate("enoughRows", { atLeast: 400 }, own.judge, { version: "2" });
  const swapped = { ...policy, transitions: { staging: { gates: [raised], approvals: 0 } } };
  const before = { ...policy, transitions: { staging: { gates: [own], approvals: 0 } } };
  expect(policyDigest(swapped)).not.toBe(policyDigest(before));
});

const written = (gates: unknown, change: object = {}): unknown => ({
  schema: 1,
  name: "p",
  transitions: { staging: { approvals: 0, gates } },
  ...change,
});

test("what is written by hand may leave defaults out, and the part of a name after the colon", () => {
  const gates = [
    { gate: "threshold", params: { metric: "auc", atLeast: 0.7 } },
    { gate: "dataFreshness", params: { maxAgeMs: 86_400_000 } },
    { gate: "reproducible" },
    { gate: "enoughRows" },
  ];
  const read = policyFromJson(written(gates), { gates: [own] });
  expect(read.transitions.staging?.gates.map((one) => one.gate)).toEqual([
    "threshold:auc",
    "dataFreshness:training",
    "reproducible",
    "enoughRows",
  ]);
  expect(read.transitions.staging?.gates[0]?.params).toEqual({ metric: "auc", atLeast: 0.7, on: "lower" });
});

describe("what is no policy is refused with what was found", () => {
  const auc = { metric: "auc", atLeast: 0.7 };
  test.each<[string, unknown, RegExp]>([
    [
      "an unknown gate",
      written([{ gate: "treshold", params: auc }]),
      /the gate "treshold" in transitions\.staging\.gates\[0\]/,
    ],
    ["an own gate that is not passed", written([{ gate: "enoughRows" }]), /the gate "enoughRows"/],
    ["the gate of rollbacks", written([{ gate: "formerChampion" }]), /the gate "formerChampion"/],
    [
      "another name than its parameters say",
      written([{ gate: "threshold:brier", params: auc }]),
      /with the parameters of "threshold:auc"/,
    ],
    [
      "an unknown parameter",
      written([{ gate: "threshold", params: { ...auc, atleast: 0.9 } }]),
      /the option "atleast" of the gate threshold in transitions\.\S+gates\[0\]; .*Did you mean "atLeast"/,
    ],
    [
      "a parameter of a gate without",
      written([{ gate: "lineageComplete", params: { deep: true } }]),
      /the parameter deep/,
    ],
    [
      "a bound that is no number",
      written([{ gate: "threshold", params: { ...auc, atLeast: "0.7" } }]),
      /atLeast "0\.7" of the gate threshold:auc/,
    ],
    [
      "a bound beyond numbers",
      written([{ gate: "threshold", params: JSON.parse('{"metric":"auc","atLeast":1e999}') }]),
      /no JSON: Infinity at policy\.transitions\.staging\.gates\[0\]\.params\.atLeast/,
    ],
    ["no bound", written([{ gate: "threshold", params: { metric: "auc" } }]), /atMost undefined/],
    [
      "a metric that nothing measures",
      written([{ gate: "threshold", params: { ...auc, metric: "auk" } }]),
      /the metric "auk"/,
    ],
    ["no metric", written([{ gate: "threshold", params: { atLeast: 0.7 } }]), /metric undefined/],
    [
      "a gate of another version",
      written([{ gate: "lineageComplete", version: "2" }]),
      /version "2" of the gate "lineageComplete"/,
    ],
    ["an unknown member of a gate", written([{ gate: "lineageComplete", optional: true }]), /the member "optional"/],
    ["an unknown member", written([], { extends: "other" }), /the member "extends" in the policy/],
    ["another format", written([], { schema: 2 }), /a policy of format 2/],
    ["an unknown stage", written([], { transitions: { live: { approvals: 0, gates: [] } } }), /a transition to "live"/],
    [
      "a stage of Object's",
      written([], { transitions: JSON.parse('{"__proto__":{"approvals":0,"gates":[]}}') }),
      /a transition to "__proto__"/,
    ],
    [
      "no approvals",
      written([], { transitions: { staging: { gates: [] } } }),
      /undefined at transitions\.staging\.approvals/,
    ],
    [
      "fewer than no approvals",
      written([], { transitions: { staging: { gates: [], approvals: -1 } } }),
      /-1 at transitions\.staging\.approvals/,
    ],
    ["no name", written([], { name: "" }), /"" at name/],
    ["a version that is no text", written([], { version: 2 }), /2 at version/],
    ["a list", [], /the policy that is no record/],
    ["null", null, /the policy that is no record/],
  ])("%s", (_what, json, message) => {
    expect(() => policyFromJson(json)).toThrow(message);
    expect(() => policyFromJson(json)).toThrow("definition/invalid");
  });

  test("an own gate of other code or parameters than the policy was written for", () => {
    const [to] = [policyToJson({ name: "p", transitions: { staging: { gates: [own], approvals: 0 } } })];
    const newer = gate("enoughRows", { atLeast: 400 }, () => ({ outcome: "pass", reason: "always" }));
    expect(() => policyFromJson(to, { gates: [newer] })).toThrow(/version "sha256[^"]+" of the gate "enoughRows"/);
    const laxer: Gate = { ...own, params: { atLeast: 1 } };
    expect(() => policyFromJson(to, { gates: [laxer] })).toThrow(
      /the parameter atLeast = 400 of the gate "enoughRows"/,
    );
  });
});

test("a registry is not opened with a policy that names a metric that nothing measures, or that no digest can hold", async () => {
  const withGate = (of: Gate) => ({ name: "p", transitions: { staging: { gates: [of], approvals: 0 } } });
  await expect(openRegistry({ policy: withGate(threshold("auk", { atLeast: 0.5 })) })).rejects.toThrow(
    /the metric "auk" at transitions\.staging\.gates\[0\]\.params\.metric/,
  );
  const nan: Gate = { gate: "own", params: { at: Number.NaN }, judge: own.judge };
  await expect(openRegistry({ policy: withGate(nan) })).rejects.toThrow(
    /definition\/invalid.*NaN at transitions\.staging\.gates\[0\]\.params\.at/,
  );
});

test("a metric of the policy that the evaluation lacks is a refusal on record, and explained in lines", async () => {
  open = await openRegistry({
    policy: policyFromJson({
      schema: 1,
      name: "strict",
      transitions: {
        ...policyToJson(laxPolicy).transitions,
        staging: {
          approvals: 1,
          gates: [
            { gate: "threshold", params: { metric: "brier", atMost: 0.2 } },
            { gate: "sizeBudget", params: { atMostBytes: 1e6 } },
            { gate: "threshold", params: { metric: "auc", atLeast: 0.99 } },
            { gate: "dataFreshness", params: { maxAgeMs: 100_000_000 } },
          ],
        },
      },
    }),
  });
  const version = await open.registerSkill(1);
  expect(version).toMatchObject({
    warnings: ['the evaluation lacks "brier", which the policy asks for: threshold:brier will refuse'],
  });
  const explained = await open.registry.explain(version, "staging");
  const lines = explained.text.split("\n");
  expect(lines[0]).toBe("delay@1, registered → staging: would be refused");
  expect(lines[1]).toBe('  notMeasured  threshold:brier         "brier" was not measured');
  expect(lines[2]).toBe("               needed 0.2");
  expect(lines[3]).toContain('→ Evaluate with "brier" among the metrics');
  expect(lines[4]).toMatch(/^ {2}pass {9}sizeBudget {14}the artifact has \d+ bytes, needed ≤ 1000000$/);
  expect(lines[5]).toMatch(/^ {2}fail {9}threshold:auc {11}auc 0\.\d+ \(lower, n = 600\), needed ≥ 0\.99$/);
  expect(lines[6]).toContain("→ Improve the model");
  expect(lines[7]).toMatch(
    /^ {2}pass {9}dataFreshness:training {2}the oldest dataset version, of "flights", is 1\.2d old/,
  );
  expect(lines.at(-2)).toContain("approvals: 0 of 1 of this evidence");
  expect(lines.at(-1)).toBe("  approvals: 1 needed, given by nobody");
  const refused = await open.registry.promote(version, "staging", { actor: "ada", reason: "ready" });
  expect(refused.outcome).toBe("refused");
  const record = (await open.ledger.audit.read({ subject: "delay@1" })).at(-1);
  expect(record).toMatchObject({ kind: "gate.refused" });
  expect(JSON.stringify(record?.body)).toContain('\\"brier\\" was not measured');
});

test("a spine that is a version of a dataset must be validated as the sources are", async () => {
  open = await openRegistry();
  open.others.spine = "labels";
  open.others.unvalidated = ["labels"];
  const version = await open.registerSkill(1);
  const { gates } = await open.registry.explain(version, "staging");
  expect(gates.find((one) => one.gate === "dataValidated")).toMatchObject({
    outcome: "fail",
    reason: '"labels" was not validated: no checks were declared',
  });
  open.others.unvalidated = [];
  const after = await open.registry.explain(version, "staging");
  expect(after.gates.find((one) => one.gate === "dataValidated")).toMatchObject({
    outcome: "pass",
    reason: "validated: flights, labels",
  });
});

test("a rollback asks no comparison with the champion that is left, and no newer data", async () => {
  const comparisons = [
    predictionStability({ atMost: 0, first: "allow" }),
    noSliceRegression("auc", { column: "carrier", first: "allow" }),
  ];
  open = await openRegistry({ policy: laxPolicy });
  const first = await open.registerSkill(1);
  await makeChampion(open, first);
  const second = await open.registerSkill(1, "ada", 0.01);
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, second);
  const production = laxPolicy.transitions.production;
  const stricter = {
    ...laxPolicy,
    transitions: {
      ...laxPolicy.transitions,
      production: {
        approvals: 1,
        gates: [...(production?.gates ?? []), ...comparisons, dataFreshness({ maxAge: 0 })],
      },
    },
  };
  const registry = new ModelRegistry({ ...open.options, policy: stricter });
  const back = await registry.rollback("delay", 1, { actor: "ada", reason: "it is worse" });
  expect(back.outcome === "promoted" ? [] : back.reasons).toEqual([]);
});
