import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { artifactFolder } from "../../src/backends/fs/artifact-folder.ts";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { writeArtifactFolder } from "../../src/backends/fs/write-artifact-folder.ts";
import type { ArtifactContent } from "../../src/contracts/artifact.ts";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { Verifier } from "../../src/contracts/signer.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { jsonOf } from "../../src/core/json-of.ts";
import { seededRandom } from "../../src/core/random.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import { verifyCertificate } from "../../src/registry/certificates/verify-certificate.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { verifyBundle } from "../../src/registry/transfer/bundle.ts";
import { rowsOf, sql } from "../support/edit-store.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { delayModel, makeChampion, openRegistry, type RegistryFixture, trainingSet } from "./registry-fixture.ts";

const by = { actor: "ada", reason: "to the other house" };
const takeIn = { actor: "linus", reason: "we know their key" };
let origin: RegistryFixture;
let trust: Verifier;
let bundle: ArtifactContent;

beforeEach(async () => {
  origin = await openRegistry();
  await makeChampion(origin, await origin.registerSkill(0.8));
  trust = origin.options.verifier;
  bundle = await origin.registry.export({ name: "delay", version: 1 }, by);
});
afterEach(async () => {
  await origin.close();
});

const textOf = (path: string): string =>
  new TextDecoder().decode(bundle.files.find((file) => file.path === path)?.bytes);
const bytesOf = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === "string" ? value : canonicalJson(jsonOf(value)));

/** The bundle with some files replaced (undefined = left out). */
function withFiles(changed: { readonly [path: string]: unknown }): ArtifactContent {
  const kept = bundle.files.filter(({ path }) => !Object.hasOwn(changed, path));
  const added = Object.entries(changed).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, bytes: bytesOf(value) }],
  );
  return { format: bundle.format, files: [...kept, ...added] };
}

/** The same, with a manifest that fits and is signed by a trusted key: what is wrong must be found further in. */
async function signedWith(changed: { readonly [path: string]: unknown }): Promise<ArtifactContent> {
  const { files, format } = withFiles({ ...changed, "bundle.json": undefined });
  const { body } = JSON.parse(textOf("bundle.json"));
  const list = files.map(({ path, bytes }) => ({ path, digest: digestOf(bytes), sizeBytes: bytes.length }));
  const signed = await signRecord(origin.options.signer, { ...body, files: list });
  const manifest = { body: JSON.parse(signed.body), keyId: signed.key_id, signature: signed.signature };
  return { format, files: [...files, { path: "bundle.json", bytes: bytesOf(manifest) }] };
}

describe("offline, from files alone", () => {
  test("a folder verifies with the public key and nothing else, and names what was looked at", async () => {
    const folder = join(temporaryFolder(), "delay-1");
    await writeArtifactFolder(bundle, folder);
    await expect(writeArtifactFolder(bundle, folder)).rejects.toMatchObject({ code: "argument/invalid" });
    expect(readdirSync(folder).sort()).toEqual([
      "artifact",
      "bundle.json",
      "certificate.json",
      "evidence.json",
      "inclusion.json",
      "policy.json",
      "records.json",
    ]);
    const { keys, lineage } = JSON.parse(readFileSync(join(folder, "records.json"), "utf8"));
    expect(lineage.children.map(({ node }: { node: string }) => node).sort()[1]).toBe("model-version:delay@1");
    const verifier = pinnedKeysVerifier({ keys });
    const verdict = await verifyBundle(await artifactFolder(folder, { format: "certified-model" }), verifier);
    expect(verdict).toMatchObject({ valid: true, record: { name: "delay", version: 1, author: "ada" } });
    const certificate = JSON.parse(readFileSync(join(folder, "certificate.json"), "utf8"));
    expect(await verifyCertificate(certificate, verifier)).toEqual({
      valid: true,
      checked: ["format", "digest", "signature", "key"],
    });
    const policy = readFileSync(join(folder, "policy.json"), "utf8");
    const evidence = readFileSync(join(folder, "evidence.json"), "utf8");
    expect(await verifyCertificate(certificate, verifier, { policy, evidence })).toMatchObject({ valid: true });
    const parsed = { policy: JSON.parse(policy) };
    await expect(verifyCertificate(certificate, verifier, parsed)).rejects.toMatchObject({ code: "argument/invalid" });
    const misspelled = verifyCertificate(certificate, verifier, { polcy: policy } as never);
    await expect(misspelled).rejects.toMatchObject({ fix: expect.stringContaining('"policy"') });
    const wrong = await verifyCertificate(certificate, verifier, { policy: "{}" });
    expect(wrong).toMatchObject({ valid: false, part: "policy", checked: ["format", "digest", "signature", "key"] });
  });

  test("84 each file edited, left out, or added is named", async () => {
    for (const { path, bytes } of bundle.files) {
      const edited = bytes.slice();
      edited[edited.length >> 1] = (edited[edited.length >> 1] ?? 0) ^ 1;
      const others = bundle.files.filter((file) => file.path !== path);
      for (const files of [others, [...others, { path, bytes: edited }]]) {
        const verdict = await verifyBundle({ format: bundle.format, files }, trust);
        expect(verdict, path).toMatchObject({ valid: false });
        if (!verdict.valid && path !== "bundle.json") expect(verdict.reason).toContain(path);
      }
    }
    const added = await verifyBundle(withFiles({ "artifact/run.py": "import os" }), trust);
    expect(added).toMatchObject({ valid: false, part: "bundle", reason: expect.stringContaining("artifact/run.py") });
  });

  test("85 another file under a manifest that a trusted key signed: each part is checked by itself", async () => {
    const certificate = JSON.parse(textOf("certificate.json"));
    const records = JSON.parse(textOf("records.json"));
    const { version, evaluation } = records;
    const report = { ...evaluation.report, rows: 1 };
    const cases: readonly (readonly [string, { readonly [path: string]: unknown }])[] = [
      ["digest", { "certificate.json": { ...certificate, body: { ...certificate.body, maxShare: 0.5 } } }],
      ["key", { "certificate.json": { ...certificate, keyId: "0123456789abcdef" } }],
      ["artifact", { "artifact/model.json": "{}" }],
      ["version", { "records.json": { ...records, version: { ...version, body: { ...version.body, author: "x" } } } }],
      ["policy", { "policy.json": textOf("policy.json").replace('"name"', '"nome"') }],
      ["evidence", { "evidence.json": "{}" }],
      ["evaluation", { "records.json": { ...records, evaluation: { ...evaluation, report } } }],
      ["approvals", { "records.json": { ...records, approvals: [] } }],
      ["inclusion", { "inclusion.json": { ...JSON.parse(textOf("inclusion.json")), index: 0 } }],
      ["inclusion", { "inclusion.json": undefined }],
      ["evidence", { "evidence.json": undefined }],
    ];
    for (const [part, changed] of cases)
      expect(await verifyBundle(await signedWith(changed), trust), part).toMatchObject({ valid: false, part });
  });

  test("85 a version's record of other shapes that a trusted key signed is refused, never thrown at", async () => {
    const records = JSON.parse(textOf("records.json"));
    const { body } = records.version;
    for (const changed of [
      { files: "model.json" },
      { files: [null] },
      { files: [{ path: "model.json", mediaType: 7 }] },
      { run: { ...body.run, startedBy: "ada" } },
      { run: { ...body.run, startedBy: [{ names: "ada" }] } },
    ]) {
      const signed = await signRecord(origin.options.signer, { ...body, ...changed });
      const version = { body: JSON.parse(signed.body), keyId: signed.key_id, signature: signed.signature };
      const bad = await signedWith({ "records.json": { ...records, version } });
      expect(await verifyBundle(bad, trust), JSON.stringify(changed)).toMatchObject({ valid: false, part: "version" });
    }
  });

  test("86 a certificate of a newer format, with a member more, or that is anything", async () => {
    const certificate = JSON.parse(textOf("certificate.json"));
    const signAs = async (body: object): Promise<object> => {
      const signed = await signRecord(origin.options.signer, body);
      return { digest: digestOf(signed.body), body, keyId: signed.key_id, signature: signed.signature };
    };
    const newer = await verifyCertificate(await signAs({ ...certificate.body, schema: 2 }), trust);
    expect(newer).toMatchObject({
      valid: false,
      part: "format",
      reason: expect.stringMatching(/format is 2.*newer version/),
    });
    const more = await verifyCertificate(await signAs({ ...certificate.body, notAfterMs: 5 }), trust);
    expect(more).toMatchObject({
      valid: false,
      part: "format",
      reason: expect.stringMatching(/notAfterMs.*newer version/),
    });
    const random = seededRandom("certificates");
    const odd = [null, 1, "x", [], {}, { body: null }, { ...certificate, body: { ...certificate.body, approvals: 1 } }];
    for (const value of [...odd, ...Array.from({ length: 200 }, () => mangled(certificate, random))])
      expect(await verifyCertificate(value, trust)).toMatchObject({ valid: false });
  });

  test("a key that has ended: the proof of inclusion must show the promotion before, under a key that has no end", async () => {
    const certificate = JSON.parse(textOf("certificate.json"));
    const inclusion = JSON.parse(textOf("inclusion.json"));
    const old = keyFileSigner({ path: join(origin.folder, "key.pem") });
    const ended = (atMs: number): Verifier =>
      pinnedKeysVerifier({ keys: { [old.keyId]: old.publicKeyPem() }, ends: { [old.keyId]: atMs } });
    const later = ended(origin.clock.nowMs() + 1);
    expect(await verifyCertificate(certificate, later)).toMatchObject({ valid: false, part: "key" });
    const verdict = await verifyCertificate(certificate, later, { inclusion });
    expect(verdict).toMatchObject({
      valid: false,
      part: "key",
      reason: expect.stringContaining("a checkpoint of a key that ended"),
    });
  });
});

describe("into another workspace", () => {
  let other: RegistryFixture;
  const policyFor = (keyId: string): PromotionPolicy => ({
    name: "imports",
    transitions: {
      staging: { approvals: 0, gates: [originCertified({ keys: [keyId] })] },
      candidate: { approvals: 1, gates: [originCertified({ keys: [keyId] }), threshold("auc", { atLeast: 0.6 })] },
    },
  });
  beforeEach(async () => {
    other = await openRegistry({ policy: policyFor(origin.options.signer.keyId) });
  });
  afterEach(async () => {
    await other.close();
  });

  test("arrives as registered, with its origin, needs its own promotion, and its own evaluation for measured gates", async () => {
    const arrived = await other.registry.import(bundle, { trust, ...takeIn });
    expect(arrived).toMatchObject({ name: "delay", version: 1, stage: "registered", author: "linus" });
    expect(arrived.origin).toMatchObject({ model: "delay", version: 1, author: "ada", stage: "production" });
    expect(await other.registry.import(bundle, { trust, ...takeIn })).toEqual(arrived);
    await expect(other.registry.certified("delay", 1, 0)).rejects.toMatchObject({ code: "serving/not-certified" });
    expect((await other.registry.promote(arrived, "staging", takeIn)).outcome).toBe("promoted");
    const [record] = await other.ledger.audit.read({ subject: "delay@1" });
    expect(record).toMatchObject({
      kind: "version.registered",
      actor: "linus",
      body: { origin: { keyId: origin.options.signer.keyId, reason: takeIn.reason } },
    });
    const approval = { approver: "grace", role: "owner", comment: "fine" };
    await other.registry.approve(arrived, "candidate", approval);
    const refused = await other.registry.promote(arrived, "candidate", takeIn);
    expect(refused).toMatchObject({ outcome: "refused", gates: [{ outcome: "pass" }, { outcome: "notMeasured" }] });

    const verdict = await verifyBundle(bundle, trust);
    if (!verdict.valid) throw new Error(verdict.reason);
    const heldOut = trainingSet("our own");
    const evaluation = await other.evaluator.evaluate(delayModel, verdict.artifact, heldOut, {
      label: "late",
      metrics: ["auc"],
    });
    const measured = await other.registry.import(bundle, { trust, ...takeIn, evaluation });
    expect(measured.version).toBe(2);
    expect((await other.registry.promote(measured, "staging", takeIn)).outcome).toBe("promoted");
    await other.registry.approve(measured, "candidate", approval);
    expect((await other.registry.promote(measured, "candidate", takeIn)).outcome).toBe("promoted");
    expect((await other.registry.certified("delay", 2, 0.5)).artifact.files.length).toBeGreaterThan(0);
    const onwards = await other.registry.export(measured, takeIn);
    expect(await verifyBundle(onwards, other.options.verifier)).toMatchObject({ valid: true });
    expect(await other.ledger.audit.verify()).toMatchObject({ valid: true });
  });

  test("87 a bundle that nobody here trusts, or whose own keys are to be believed, is refused on record and leaves nothing", async () => {
    const before = await rowsOf(other.metadata, sql`select count(*) as n from registry_version`);
    await expect(other.registry.import(bundle, { trust: other.options.verifier, ...takeIn })).rejects.toMatchObject({
      code: "certificate/invalid",
    });
    await expect(
      other.registry.import(withFiles({ "artifact/model.json": "{}" }), { trust, ...takeIn }),
    ).rejects.toThrow(/artifact\/model.json/);
    expect(await rowsOf(other.metadata, sql`select count(*) as n from registry_version`)).toEqual(before);
    const refusals = (await other.ledger.audit.read()).filter(({ kind }) => kind === "import.refused");
    expect(refusals).toHaveLength(2);
    await expect(other.registry.import(bundle, { trust, actor: " ", reason: "r" })).rejects.toMatchObject({
      code: "argument/invalid",
    });
  });

  test("88 the origin's certificate opens no gate but `originCertified`, and that one for named keys and stages only", async () => {
    const arrived = await other.registry.import(bundle, { trust, ...takeIn });
    const lax = await openRegistry({ folder: other.folder, keep: true });
    const refused = await lax.registry.promote(arrived, "staging", takeIn);
    expect(refused.outcome).toBe("refused");
    await lax.close();
    const judge = originCertified({ keys: ["0123456789abcdef"] }).judge;
    const evidence = { version: arrived } as Parameters<typeof judge>[0];
    expect(judge(evidence)).toMatchObject({ outcome: "fail" });
    expect(originCertified({ keys: [origin.options.signer.keyId] }).judge(evidence)).toMatchObject({ outcome: "pass" });
    const { origin: _origin, ...ours } = arrived;
    expect(judge({ ...evidence, version: ours })).toMatchObject({ outcome: "notMeasured" });
    expect(() => originCertified({ keys: [] })).toThrow(/definition\/invalid/);
  });

  test("an evaluation of something else, or of somewhere else, is refused", async () => {
    const foreign = JSON.parse(textOf("records.json")).evaluation.report;
    const evaluation = { ...foreign, digest: digestOf(canonicalJson(foreign)) };
    await expect(other.registry.import(bundle, { trust, ...takeIn, evaluation })).rejects.toMatchObject({
      code: "registry/evidence-mismatch",
    });
  });
});

test("what is not certified does not leave", async () => {
  const second = await origin.registerSkill(1);
  await expect(origin.registry.export(second, by)).rejects.toMatchObject({ code: "serving/not-certified" });
  const [exported] = (await origin.ledger.audit.read()).filter(({ kind }) => kind === "version.exported");
  expect(exported).toMatchObject({ subject: "delay@1", actor: "ada", body: { reason: by.reason } });
});

test("a folder is written whole or not at all", async () => {
  const folder = temporaryFolder();
  const bad = { format: "x", files: [{ path: "a/../../b", bytes: bytesOf("b") }] };
  await expect(writeArtifactFolder(bad, join(folder, "x"))).rejects.toMatchObject({ code: "artifact/invalid-name" });
  const files = [
    { path: "a", bytes: bytesOf("a") },
    { path: "a/b", bytes: bytesOf("b") },
  ];
  await expect(writeArtifactFolder({ format: "x", files }, join(folder, "x"))).rejects.toMatchObject({
    code: "io/failed",
  });
  expect(readdirSync(folder)).toEqual([]);
  mkdirSync(join(folder, "y"));
  writeFileSync(join(folder, "y/z"), "");
  await expect(writeArtifactFolder(bundle, join(folder, "y"))).rejects.toMatchObject({ code: "argument/invalid" });
});

/** A value with one thing in it changed. */
function mangled(value: unknown, random: ReturnType<typeof seededRandom>): unknown {
  if (typeof value !== "object" || value === null || random.int(4) === 0)
    return [null, -1, "", [], {}, "sha256:", { length: 1 }, true][random.int(8)];
  const entries = Object.entries(value);
  const at = random.int(Math.max(1, entries.length));
  const changed = entries.map(([key, member], i) => [key, i === at ? mangled(member, random) : member] as const);
  return Object.fromEntries(changed);
}
