import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hostSigner } from "../../src/backends/fs/host-signer.ts";
import { type KeyFileSigner, keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { keyIdOf, pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { Signer, Verifier } from "../../src/contracts/signer.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { jsonOf } from "../../src/core/json-of.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import { verifyCertificate } from "../../src/registry/certificates/verify-certificate.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { promotedBody } from "../../src/registry/promotion/audit-bodies.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import {
  delayModel,
  laxPolicy,
  makeChampion,
  openRegistry,
  passedRollout,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "./registry-fixture.ts";

const request = { actor: "ada", reason: "test" };
const rotation = { actor: "grace", reason: "yearly" };
let open: RegistryFixture;
let old: KeyFileSigner;
let next: KeyFileSigner;

beforeEach(async () => {
  open = await openRegistry();
  old = keyFileSigner({ path: join(open.folder, "key.pem") });
  next = keyFileSigner({ path: join(open.folder, "next.pem") });
});
afterEach(async () => {
  await open.close();
});

/** The same store, signed for by another key, with both pinned, and an end of the old one where it has one. */
function registryWith(signer: Signer, endsAtMs?: number): ModelRegistry {
  return new ModelRegistry({ ...open.options, signer, verifier: bothPinned(endsAtMs) });
}

function bothPinned(endsAtMs?: number): Verifier {
  const keys = { [old.keyId]: old.publicKeyPem(), [next.keyId]: next.publicKeyPem() };
  return pinnedKeysVerifier({ keys, ...(endsAtMs === undefined ? {} : { ends: { [old.keyId]: endsAtMs } }) });
}

test("a key is replaced: both sign it, what the old one signed before is served on, the new one signs what follows", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const both = registryWith(old);
  await expect(open.registry.rotateKey({ to: next, ...rotation })).rejects.toMatchObject({
    code: "signer/invalid-key",
  });
  await expect(both.rotateKey({ to: old, ...rotation })).rejects.toMatchObject({ code: "argument/invalid" });
  const rotated = await both.rotateKey({ to: next, ...rotation });
  expect(rotated).toMatchObject({ from: old.keyId, to: next.keyId, models: 1 });
  expect(await both.rotateKey({ to: next, ...rotation })).toEqual({ ...rotated, models: 0 });

  const [record] = await open.ledger.audit.read({ subject: `key:${old.keyId}` });
  expect(record).toMatchObject({ kind: "key.rotated", actor: "grace", index: rotated.index });
  const { statement, signatures } = Object(record?.body);
  for (const keyId of [old.keyId, next.keyId]) {
    const signature = Uint8Array.from(Buffer.from(signatures[keyId], "base64"));
    expect(await bothPinned().verify(keyId, new TextEncoder().encode(statement), signature)).toBe(true);
  }

  open.clock.advance(1000);
  const endMs = open.clock.nowMs();
  const after = await openRegistry({
    folder: open.folder,
    keep: true,
    startMs: endMs,
    signing: { signer: next, verifier: bothPinned(endMs) },
  });
  expect((await after.registry.champion("delay")).certificate.keyId).toBe(old.keyId);
  after.others.rollout = passedRollout(2, 1);
  await makeChampion(after, await after.registerSkill(1));
  expect((await after.registry.champion("delay")).certificate.keyId).toBe(next.keyId);
  expect((await after.registry.rollback("delay", 1, request)).outcome).toBe("promoted");
  expect(await after.registry.champion("delay")).toMatchObject({
    version: { version: 1 },
    certificate: { keyId: next.keyId },
  });
  await after.close();
});

test("a standing that the ended key signed is refused until the rotation has signed it again", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  open.clock.advance(1000);
  const endMs = open.clock.nowMs();
  await expect(registryWith(next, endMs).champion("delay")).rejects.toMatchObject({ code: "certificate/revoked-key" });
  await registryWith(old).rotateKey({ to: next, ...rotation });
  expect((await registryWith(next, endMs).champion("delay")).version.version).toBe(1);
});

test("80 a stolen key after its end: a certificate with an old date, in a chain made longer", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const dated = open.clock.nowMs();
  await registryWith(old).rotateKey({ to: next, ...rotation });
  const endMs = dated + 1000;
  const verifier = bothPinned(endMs);
  const thief = { ...open.options, signer: old, verifier };
  expect((await new ModelRegistry(thief).champion("delay")).version.version).toBe(1);

  // The thief signs a new certificate for the same version, dated before the end, and records it as if then; the standing as well.
  const { certificate, version } = await new ModelRegistry(thief).champion("delay");
  const body = { ...certificate.body, maxShare: 1, reason: "forged", issuedAtMs: dated };
  const forged = await signRecord(old, body);
  const digest = digestOf(forged.body);
  await open.metadata.write(async (tx) => {
    await open.ledger.audit.append(tx, {
      kind: "version.promoted",
      subject: "delay@1",
      actor: body.actor,
      body: promotedBody(digest, body, version.revision),
    });
  });
  const standing = {
    kind: "standing",
    schema: 1,
    model: "delay",
    revision: 3,
    versions: [{ version: 1, stage: "production", revision: version.revision, certificate: digest }],
  };
  const signedStanding = await signRecord(old, standing);
  await editStore(
    open.metadata,
    sql`insert into registry_certificate (digest, body, key_id, signature) values (${digest}, ${forged.body}, ${forged.key_id}, ${forged.signature})`,
    sql`update registry_version set certificate = ${digest}`,
  );
  await expect(new ModelRegistry(thief).champion("delay")).rejects.toMatchObject({ code: "certificate/revoked-key" });
  await editStore(
    open.metadata,
    sql`update registry_standing set body = ${signedStanding.body}, key_id = ${signedStanding.key_id}, signature = ${signedStanding.signature}`,
  );
  await expect(new ModelRegistry(thief).champion("delay")).rejects.toMatchObject({ code: "certificate/revoked-key" });
});

test("81 a stolen key after its end: a version and an approval with old dates", async () => {
  const first = await open.registerSkill(0.8);
  const dated = open.clock.nowMs();
  await registryWith(old).rotateKey({ to: next, ...rotation });
  const registry = registryWith(next, dated + 1);
  await registry.promote(first, "staging", request);
  const { stage: _stage, revision: _revision, ...immutable } = first;
  const forged = await signRecord(old, { kind: "model-version", schema: 1, ...immutable, author: "nobody" });
  await editStore(
    open.metadata,
    sql`update registry_version set body = ${forged.body}, signature = ${forged.signature}, author = 'nobody'`,
  );
  await expect(registry.promote(first, "candidate", request)).rejects.toMatchObject({
    code: "certificate/revoked-key",
  });
});

test("82 an approval that the ended key signed does not count; the new key's does", async () => {
  const first = await open.registerSkill(0.8);
  const approval = { approver: "grace", role: "owner", comment: "fine" };
  await open.registry.promote(first, "staging", request);
  await open.registry.approve(first, "candidate", approval);
  await registryWith(old).rotateKey({ to: next, ...rotation });
  open.clock.advance(10);
  const registry = registryWith(next, open.clock.nowMs());
  const refused = await registry.promote(first, "candidate", request);
  expect(refused.outcome).toBe("refused");
  await registry.approve(first, "candidate", approval);
  expect((await registry.promote(first, "candidate", request)).outcome).toBe("promoted");
});

test("83 an evaluation that the ended key signed makes no new version", async () => {
  const heldOut = trainingSet("held out");
  const measured = await open.evaluator.evaluate(delayModel, trained(0.9), heldOut, {
    label: "late",
    metrics: ["auc"],
  });
  await registryWith(old).rotateKey({ to: next, ...rotation });
  open.clock.advance(10);
  const given = {
    artifact: trained(0.9),
    evaluation: measured,
    run: await trackedRun(open.options, "r"),
    author: "ada",
  };
  const registry = registryWith(next, open.clock.nowMs());
  await expect(registry.register(delayModel, given)).rejects.toMatchObject({ code: "certificate/revoked-key" });
  await expect(registryWith(next).register(delayModel, given)).resolves.toMatchObject({ version: 1 });
});

test("the ends of keys must be of pinned keys", () => {
  const keys = { [old.keyId]: old.publicKeyPem() };
  expect(() => pinnedKeysVerifier({ keys, ends: { other: 1 } })).toThrow(/signer\/invalid-key/);
  expect(() => pinnedKeysVerifier({ keys, ends: { [old.keyId]: Number.NaN } })).toThrow(/signer\/invalid-key/);
});

test("certificates are signed by another process that alone has the key", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("../support/sign-child.ts", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => String((await lines.next()).value);
  const publicKeyPem: string = JSON.parse(await answer());
  let turn: Promise<unknown> = Promise.resolve();
  const signer = hostSigner({
    publicKeyPem,
    sign: async (bytes) => {
      const before = turn;
      const signed = (async () => {
        await before;
        child.stdin.write(`${Buffer.from(bytes).toString("base64")}\n`);
        return new Uint8Array(Buffer.from(await answer(), "base64"));
      })();
      turn = signed;
      return await signed;
    },
  });
  const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: publicKeyPem, [old.keyId]: old.publicKeyPem() } });
  const first = await open.registerSkill(0.8);
  const registry = new ModelRegistry({ ...open.options, signer, verifier });
  const result = await registry.promote(first, "staging", request);
  expect(result).toMatchObject({ outcome: "promoted", certificate: { keyId: signer.keyId } });
  expect((await registry.certified("delay", 1, 0)).certificate.keyId).toBe(signer.keyId);
  child.stdin.end();
  await once(child, "close");
});

test("a key that cannot be taken out of the runtime signs; a service that signs something else is found at once", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("a pair expected");
  const { privateKey, publicKey } = pair;
  await expect(crypto.subtle.exportKey("pkcs8", privateKey)).rejects.toThrow();
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  const publicKeyPem = `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n`;
  const signed = async (bytes: Uint8Array): Promise<Uint8Array> =>
    new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, new Uint8Array(bytes)));
  const signer = hostSigner({ publicKeyPem, sign: signed });
  const verifier = pinnedKeysVerifier({ keys: { [keyIdOf(publicKeyPem)]: publicKeyPem } });
  const bytes = new TextEncoder().encode(canonicalJson(jsonOf({ a: 1 })));
  expect(await verifier.verify(signer.keyId, bytes, await signer.sign(bytes))).toBe(true);

  const digesting = hostSigner({
    publicKeyPem,
    sign: async (data) => await signed(new Uint8Array(await crypto.subtle.digest("SHA-512", new Uint8Array(data)))),
  });
  await expect(digesting.sign(bytes)).rejects.toMatchObject({ code: "signer/invalid-key" });
  const { publicKey: other } = generateKeyPairSync("ed25519");
  const mistaken = hostSigner({ publicKeyPem: other.export({ type: "spki", format: "pem" }).toString(), sign: signed });
  await expect(mistaken.sign(bytes)).rejects.toMatchObject({ code: "signer/invalid-key" });
  expect(() => hostSigner({ publicKeyPem: "no key", sign: signed })).toThrow(/signer\/invalid-key/);
});

test("an alias of one's own is loaded on after the end of the key that moved it, and not one that was moved after", async () => {
  const policy = { ...laxPolicy, aliases: { eu: { stage: "staging", gates: [], approvals: 1 } } } as const;
  const at = (signer: Signer, endsAtMs?: number): ModelRegistry =>
    new ModelRegistry({ ...open.options, policy, signer, verifier: bothPinned(endsAtMs) });
  await makeChampion(open, await open.registerSkill(0.8));
  const one = { name: "delay", version: 1 };
  const move = async (registry: ModelRegistry) => {
    await registry.approve(one, "alias:eu", { approver: "grace", role: "owner", comment: "fine" });
    const result = await registry.alias(one, "eu", request);
    if (result.outcome !== "promoted") throw new Error(result.reasons.join());
    return result.certificate;
  };
  const certificate = await move(at(old));
  const rows = await rowsOf(open.metadata, sql`select body, key_id, signature from registry_approval`);
  const approvals = rows.map((row) => ({
    body: JSON.parse(String(row["body"])),
    keyId: String(row["key_id"]),
    signature: String(row["signature"]),
  }));
  expect(await verifyCertificate(certificate, bothPinned(), { approvals })).toMatchObject({ valid: true });
  await at(old).rotateKey({ to: next, ...rotation });
  open.clock.advance(1000);
  const endMs = open.clock.nowMs();
  expect((await at(next, endMs).load("delay", "eu")).version.version).toBe(1);
  expect((await at(next, endMs).aliases("delay")).own).toEqual({ eu: 1 });
  await move(at(old));
  await at(old).rotateKey({ to: next, ...rotation });
  await expect(at(next, endMs).load("delay", "eu")).rejects.toMatchObject({ code: "certificate/revoked-key" });
});
