import { afterEach, beforeEach, expect, test } from "vitest";
import type { Gate } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { digestOf } from "../../src/core/digest.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import type { PromotionResult } from "../../src/registry/promotion/promotion-result.ts";
import type { RegistryOptions } from "../../src/registry/registry-options.ts";
import {
  laxPolicy,
  makeChampion,
  openRegistry,
  passedRollout,
  type RegistryFixture,
} from "../registry/registry-fixture.ts";

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry();
});
afterEach(async () => {
  await open.close();
});
const request = { actor: "mallory", reason: "quick" };
const approval = { approver: "grace", role: "owner", comment: "fine" };
const reasonsOf = (result: PromotionResult): string =>
  result.outcome === "refused" ? result.reasons.join("; ") : "promoted";
const registryWith = (change: Partial<RegistryOptions>): ModelRegistry =>
  new ModelRegistry({ ...open.options, ...change });

async function candidate(skill = 1): Promise<ModelVersion> {
  const version = await open.registerSkill(skill);
  await open.registry.promote(version, "staging", request);
  if ((await open.registry.aliases("delay")).champion === undefined)
    await open.registry.approve(version, "candidate", approval);
  expect(reasonsOf(await open.registry.promote(version, "candidate", request))).toBe("promoted");
  return version;
}

test("18 stages skipped", async () => {
  const version = await open.registerSkill(1);
  for (const to of ["candidate", "production"] as const) {
    await expect(open.registry.promote(version, to, request)).rejects.toMatchObject({
      code: "registry/invalid-transition",
    });
  }
  expect((await open.ledger.audit.read({ subject: "delay@1" })).map((record) => record.kind)).toEqual([
    "version.registered",
    "gate.refused",
    "gate.refused",
  ]);
});

test("19 a version object with a forged stage", async () => {
  const version: ModelVersion = { ...(await open.registerSkill(1)), stage: "candidate", revision: 2, author: "nobody" };
  await expect(open.registry.promote(version, "production", request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
});

test("20 a candidate asked to take all traffic, a registered or archived version any", async () => {
  const version = await candidate();
  await expect(open.registry.certified("delay", 1, 1)).rejects.toMatchObject({ code: "serving/not-certified" });
  await expect(open.registry.certified("delay", 1, Number.NaN)).rejects.toMatchObject({ code: "argument/invalid" });
  await open.registerSkill(0.9);
  await expect(open.registry.certified("delay", 2, 0)).rejects.toMatchObject({ code: "serving/not-certified" });
  await open.registry.promote(version, "archived", request);
  await expect(open.registry.certified("delay", 1, 0)).rejects.toMatchObject({ code: "serving/not-certified" });
});

test("21 the author approves, under another spelling too", async () => {
  const version = await candidate();
  for (const approver of ["ada", " Ada ", "ADA", "ａｄａ", ""]) {
    await expect(
      open.registry.approve(version, "production", { ...approval, approver }),
      approver,
    ).rejects.toMatchObject({ code: "registry/approval-refused" });
  }
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toContain("approvals: 0 of 1");
});

test("22 one person approves twice where two are needed", async () => {
  const registry = registryWith({ policy: defaultPolicy({ threshold: { atLeast: 0.6 }, approvals: 2 }) });
  const version = await candidate();
  await registry.approve(version, "production", approval);
  await registry.approve(version, "production", { ...approval, approver: "Grace " });
  expect(reasonsOf(await registry.promote(version, "production", request))).toContain("approvals: 1 of 2");
  await registry.approve(version, "production", { ...approval, approver: "linus" });
  expect(reasonsOf(await registry.promote(version, "production", request))).toBe("promoted");
});

test("23 an expired approval, and the clock turned back to before its end", async () => {
  const version = await candidate();
  await open.registry.approve(version, "production", { ...approval, expiresIn: "1h" });
  open.clock.advance(3_600_000);
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toContain("approvals: 0 of 1");
  await open.registry.approve(version, "archived", approval);
  open.clock.advance(-7_200_000);
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toContain("approvals: 0 of 1");
});

test("24 an approval that expires while the certificate is signed", async () => {
  const version = await candidate();
  await open.registry.approve(version, "production", { ...approval, expiresIn: "1h" });
  const slow = {
    keyId: open.options.signer.keyId,
    sign: async (bytes: Uint8Array) => {
      open.clock.advance(3_600_000);
      return await open.options.signer.sign(bytes);
    },
  };
  expect(reasonsOf(await registryWith({ signer: slow }).promote(version, "production", request))).toContain(
    "approvals: 0 of 1",
  );
});

test("25 an approval of earlier evidence", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const version = await candidate();
  await open.registry.approve(version, "production", approval);
  open.others.rollout = passedRollout(2, 1);
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toContain("approvals: 0 of 1");
});

test("26 the policy made lax after the approval", async () => {
  const strict = registryWith({ policy: defaultPolicy({ threshold: { atLeast: 0.95 } }) });
  const version = await candidate();
  await strict.approve(version, "production", approval);
  expect(reasonsOf(await strict.promote(version, "production", request))).toContain("threshold:auc: fail");
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toContain("approvals: 0 of 1");
  const adopted = (await open.ledger.audit.read({ subject: "default" })).map((record) => record.kind);
  expect(adopted).toEqual(["policy.adopted", "policy.adopted", "policy.adopted"]);
});

test("27 no policy, a policy without an entry, an entry without a gate", async () => {
  const version = await open.registerSkill(1);
  const { policy: _policy, ...none } = open.options;
  expect(reasonsOf(await new ModelRegistry(none).promote(version, "staging", request))).toContain(
    "there is no promotion policy: pass `policy: defaultPolicy({...})` to openWorkspace",
  );
  const empty = registryWith({ policy: { name: "empty", transitions: {} } });
  expect(reasonsOf(await empty.promote(version, "staging", request))).toContain("no entry");
  const open0 = registryWith({ policy: { name: "open", transitions: { staging: { gates: [], approvals: 0 } } } });
  expect(reasonsOf(await open0.promote(version, "staging", request))).toContain("no gate");
});

test("28 gates that answer oddly, throw, or change their parameters while they judge", async () => {
  const version = await open.registerSkill(1);
  const tries: Gate["judge"][] = [
    () => JSON.parse('{"outcome":true}'),
    () => JSON.parse("null"),
    () => JSON.parse('{"outcome":"passed","reason":"x"}'),
    () => {
      throw new Error("broken");
    },
  ];
  for (const judge of tries) {
    const policy = {
      name: "odd",
      transitions: { staging: { gates: [{ gate: "odd", params: {}, judge }], approvals: 0 } },
    };
    expect(reasonsOf(await registryWith({ policy }).promote(version, "staging", request))).toContain("odd");
  }
  const params = { bound: 0.9 };
  const shifting: Gate = {
    gate: "shifting",
    params,
    judge: () => {
      params.bound -= 0.1;
      return { gate: "shifting", outcome: "pass", reason: "now it fits" };
    },
  };
  const policy = { name: "odd", transitions: { staging: { gates: [shifting], approvals: 0 } } };
  expect(reasonsOf(await registryWith({ policy }).promote(version, "staging", request))).toContain("policy changed");
});

test("29 the champion changes while the certificate is signed", async () => {
  const one = await candidate(1);
  const other = await candidate(0.9);
  for (const version of [one, other]) await open.registry.approve(version, "production", approval);
  let overtaken = false;
  const signer = {
    keyId: open.options.signer.keyId,
    sign: async (bytes: Uint8Array) => {
      if (!overtaken) {
        overtaken = true;
        expect(reasonsOf(await open.registry.promote(other, "production", request))).toBe("promoted");
      }
      return await open.options.signer.sign(bytes);
    },
  };
  expect(reasonsOf(await registryWith({ signer }).promote(one, "production", request))).toContain(
    "beatsChampion:auc: notMeasured",
  );
  expect((await open.registry.champion("delay")).version.version).toBe(2);
});

test("30 evidence that never holds still ends in a conflict, with nothing written", async () => {
  const version = await open.registerSkill(1);
  let n = 0;
  const rollouts = { evidence: async () => ({ ...passedRollout(1, 0), requests: n++ }) };
  await expect(registryWith({ rollouts }).promote(version, "staging", request)).rejects.toMatchObject({
    code: "registry/conflict",
  });
  expect((await open.registry.version("delay", 1)).stage).toBe("registered");
});

test("31 data that was not validated, a redefined feature service, a run without lineage", async () => {
  const version = await open.registerSkill(1);
  open.others.validated = false;
  expect(reasonsOf(await open.registry.promote(version, "staging", request))).toContain("dataValidated: fail");
  open.others.validated = true;
  open.others.serviceHash = digestOf("redefined");
  expect(reasonsOf(await open.registry.promote(version, "staging", request))).toContain("signatureMatches: fail");
  open.others.serviceHash = undefined;
  expect(reasonsOf(await open.registry.promote(version, "staging", request))).toContain(
    "signatureMatches: notMeasured",
  );
});

test("32 a lineage without a source", async () => {
  const { delayModel, recordModel, trained, trainingSet } = await import("../registry/registry-fixture.ts");
  const artifact = trained(1);
  const evaluation = await open.evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
    label: "late",
    metrics: ["auc"],
  });
  const { table: _table, features: _features, ...training } = trainingSet("training");
  const run = { id: "untracked", experiment: "delay", codeDigest: "c", training };
  await recordModel(open.options, run, artifact);
  const version = await open.registry.register(delayModel, { run, artifact, evaluation, author: "ada" });
  expect(reasonsOf(await open.registry.promote(version, "staging", request))).toContain(
    "lineageComplete: fail: the lineage lacks a training-set of run:untracked",
  );
});

test("33 a run that the tracker does not know so", async () => {
  const { delayModel, trained, trainingSet, trackedRun } = await import("../registry/registry-fixture.ts");
  const run = await trackedRun(open.options, "real");
  const registry = registryWith({ runs: { run: async () => run } });
  const evaluation = await open.evaluator.evaluate(delayModel, trained(1), trainingSet("held out"), {
    label: "late",
    metrics: ["auc"],
  });
  const forged = { ...run, codeDigest: digestOf("other code") };
  await expect(
    registry.register(delayModel, { run: forged, artifact: trained(1), evaluation, author: "ada" }),
  ).rejects.toMatchObject({ code: "registry/evidence-mismatch" });
});

test("34 a rollback to a version that was never in production, or stands in production", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const version = await candidate();
  await expect(open.registry.rollback("delay", 2, request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  await open.registry.promote(version, "archived", request);
  expect(reasonsOf(await open.registry.rollback("delay", 2, request))).toContain("formerChampion: fail");
  await expect(open.registry.rollback("delay", 1, request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
});

test("the honest way passes, so that the refusals above mean something", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const version = await candidate();
  open.others.rollout = passedRollout(2, 1);
  await open.registry.approve(version, "production", approval);
  expect(reasonsOf(await open.registry.promote(version, "production", request))).toBe("promoted");
  expect(laxPolicy.transitions.production?.approvals).toBe(1);
});
