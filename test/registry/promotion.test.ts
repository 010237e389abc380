import { afterEach, expect, test } from "vitest";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { jsonOf } from "../../src/core/json-of.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { openRegistry, makeChampion, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});
const request = { actor: "ada", reason: "ready" };

test("a version goes from registered to production through its gates, and is served", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);
  expect(version).toMatchObject({
    name: "delay",
    version: 1,
    stage: "registered",
    revision: 0,
    vector: ["load.delay", "load.count"],
  });
  await expect(registry.champion("delay")).rejects.toMatchObject({
    code: "serving/no-champion",
    found: 'no version of "delay" in production',
  });
  await makeChampion(open, version);
  const served = await registry.champion("delay");
  expect(served.version).toMatchObject({ version: 1, stage: "production", revision: 3 });
  expect(served.certificate.body).toMatchObject({
    maxShare: 1,
    champion: null,
    transition: { from: "candidate", to: "production" },
  });
  expect(served.certificate.body.approvals.map((approval) => approval.approver)).toEqual(["grace"]);
  expect(await registry.aliases("delay")).toEqual({ champion: 1, challenger: undefined });
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
  expect(open.events).toEqual(["version.registered", "version.promoted", "version.promoted", "version.promoted"]);
  expect(await registry.revision("delay")).toBe(3);
});

test("a challenger needs rollout evidence against the present champion, then replaces and archives it", async () => {
  open = await openRegistry();
  const { registry } = open;
  await makeChampion(open, await open.registerSkill(0.8));
  const challenger = await open.registerSkill(1);
  expect(await registry.promote(challenger, "staging", request)).toMatchObject({ outcome: "promoted" });
  expect(await registry.promote(challenger, "candidate", request)).toMatchObject({ outcome: "promoted" });
  expect(await registry.aliases("delay")).toEqual({ champion: 1, challenger: 2 });
  await expect(registry.certified("delay", 2, 1)).rejects.toMatchObject({ code: "serving/not-certified" });
  expect((await registry.certified("delay", 2, 0.5)).version.version).toBe(2);
  const approval = { approver: "grace", role: "owner", comment: "fine" };
  await registry.approve(challenger, "production", approval);
  const refused = await registry.promote(challenger, "production", request);
  expect(refused.outcome === "refused" && refused.reasons).toEqual([
    "rolloutEvidence: notMeasured: no rollout of this version has ended",
  ]);
  open.others.rollout = passedRollout(2, 1);
  const voided = await registry.promote(challenger, "production", request);
  expect(voided.outcome === "refused" && voided.reasons.join()).toContain("approvals: 0 of 1");
  await registry.approve(challenger, "production", approval);
  expect(await registry.promote(challenger, "production", request)).toMatchObject({
    outcome: "promoted",
    version: { stage: "production" },
  });
  expect((await registry.versions("delay")).map((v) => v.stage)).toEqual(["archived", "production"]);
  expect(await registry.aliases("delay")).toEqual({ champion: 2, challenger: undefined });
  await expect(registry.certified("delay", 1, 0)).rejects.toMatchObject({ code: "serving/not-certified" });
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("rollback brings an earlier champion back, and only such a version", async () => {
  open = await openRegistry();
  const { registry } = open;
  const first = await open.registerSkill(0.8);
  await makeChampion(open, first);
  const second = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, second);
  const never = await open.registerSkill(0.95);
  await registry.promote(never, "archived", { actor: "ada", reason: "a typo" });
  const wrong = await registry.rollback("delay", 3, { actor: "ada", reason: "try" });
  expect(wrong.outcome === "refused" && wrong.reasons.join()).toContain("never in production");
  await expect(registry.rollback("delay", 2, request)).rejects.toMatchObject({ code: "registry/invalid-transition" });
  const back = await registry.rollback("delay", 1, { actor: "ada", reason: "errors rise" });
  expect(back).toMatchObject({
    outcome: "promoted",
    certificate: { body: { transition: { from: "archived", to: "production" } } },
  });
  expect((await registry.champion("delay")).version.version).toBe(1);
  expect((await registry.versions("delay")).map((v) => v.stage)).toEqual(["production", "archived", "archived"]);
  const again = await registry.rollback("delay", 2, { actor: "ada", reason: "it was not the model" });
  expect(again.outcome).toBe("promoted");
});

test("gates refuse a bad model, and say why; the refusal is on record", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(0);
  await registry.promote(version, "staging", request);
  await registry.approve(version, "candidate", { approver: "grace", role: "owner", comment: "hm" });
  const dry = await registry.explain(version, "candidate");
  expect(dry.wouldPass).toBe(false);
  const result = await registry.promote(version, "candidate", request);
  expect(result.outcome).toBe("refused");
  expect(result.outcome === "refused" && result.reasons).toEqual(dry.reasons);
  expect(dry.reasons[0]).toMatch(/^threshold:auc: fail: auc 0\.\d+ \(lower, n = 600\), needed ≥ 0\.6$/);
  const records = await open.ledger.audit.read({ subject: "delay@1" });
  expect(records.at(-1)).toMatchObject({ kind: "gate.refused", actor: "ada" });
  expect((await registry.version("delay", 1)).stage).toBe("staging");
});

test("registering the same again is the same version; lineage goes from the certificate back to the source", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  expect(await open.registerSkill(1)).toEqual(version);
  await open.registry.promote(version, "staging", request);
  const nodes = JSON.stringify(await open.registry.lineageOf(version));
  for (const kind of [
    "certificate:",
    "model-version:delay@1",
    "evaluation:",
    "artifact:",
    "run:run-1-0",
    "training-set:",
    "dataset:",
    "source:flights",
  ]) {
    expect(nodes).toContain(kind);
  }
});

test("misuse is refused with its code, and nothing is written", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);
  await expect(registry.promote(version, "production", request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
    fix: expect.stringMatching(/^Promote it to staging first\./),
  });
  const unknown: string = "canary";
  await expect(registry.promote(version, unknown as "staging", request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  await expect(registry.promote({ name: "delay", version: 9 }, "staging", request)).rejects.toMatchObject({
    code: "registry/not-found",
  });
  await expect(registry.promote(version, "staging", { actor: "ada", reason: " " })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  expect((await registry.version("delay", 1)).revision).toBe(0);
});

test("the evidence of a certificate is stored with it; edited it is refused, and evidence of earlier releases is found among the blobs", async () => {
  open = await openRegistry();
  const { registry, metadata, options, registerSkill } = open;
  const result = await registry.promote(await registerSkill(0.9), "staging", request);
  if (result.outcome !== "promoted") throw new Error(result.reasons.join("; "));
  const { digest, body } = result.certificate;
  const text = await registry.evidenceOf(digest);
  expect(digestOf(text)).toBe(body.evidenceDigest);
  expect(await options.blobs.has(body.evidenceDigest)).toBe(false);
  await editStore(metadata, sql`update registry_evidence set body = replace(body, 'delay', 'decoy')`);
  await expect(registry.evidenceOf(digest)).rejects.toMatchObject({ code: "registry/tampered" });
  await editStore(metadata, sql`delete from registry_evidence`);
  await expect(registry.evidenceOf(digest)).rejects.toMatchObject({ code: "blob/not-found" });
  await options.blobs.put(new TextEncoder().encode(text));
  expect(await registry.evidenceOf(digest)).toBe(text);
});

test("the report of an evaluation is stored with its signature; edited it is refused, and reports of earlier releases are found among the blobs", async () => {
  open = await openRegistry();
  const { registry, metadata, options, registerSkill } = open;
  const version = await registerSkill(0.9);
  const { evaluationDigest } = version;
  const report = await registry.evaluationOf(version);
  const text = canonicalJson(jsonOf({ ...report, digest: undefined }));
  expect(digestOf(text)).toBe(evaluationDigest);
  expect(await options.blobs.has(evaluationDigest)).toBe(false);
  await editStore(metadata, sql`update registry_evaluation set report = replace(report, '"auc"', '"auC"')`);
  await expect(registry.evaluationOf(version)).rejects.toMatchObject({ code: "registry/tampered" });
  await expect(registry.promote(version, "staging", request)).rejects.toMatchObject({ code: "registry/tampered" });
  await editStore(metadata, sql`update registry_evaluation set report = null`);
  await expect(registry.evaluationOf(version)).rejects.toMatchObject({ code: "blob/not-found" });
  await options.blobs.put(new TextEncoder().encode(text));
  expect(await registry.evaluationOf(version)).toEqual(report);
  expect((await registry.promote(version, "staging", request)).outcome).toBe("promoted");
});
