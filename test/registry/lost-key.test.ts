import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type KeyFileSigner, keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { Signer, Verifier } from "../../src/contracts/signer.ts";
import { openWorkspace } from "../../src/index.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import type { RegistryOptions } from "../../src/registry/registry-options.ts";
import { auditPack } from "../../src/workflows/governance/audit-pack.ts";
import { technicalDocumentation } from "../../src/workflows/governance/technical-documentation.ts";
import { faults } from "../schemas/json-schemas.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { laxPolicy, makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

// The key that signed is gone, so that it cannot sign who follows it: somebody the policy names retires it, and that is told loudly.

const policy = { ...laxPolicy, breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } };
let open: RegistryFixture;
let lost: KeyFileSigner;
let next: KeyFileSigner;
let asOfMs: number;

beforeEach(async () => {
  open = await openRegistry({ policy });
  lost = keyFileSigner({ path: join(open.folder, "key.pem") });
  next = keyFileSigner({ path: join(open.folder, "next.pem") });
  await makeChampion(open, await open.registerSkill(0.8));
  open.clock.advance(60_000);
  asOfMs = open.clock.nowMs();
  open.clock.advance(60_000);
});
afterEach(() => open.close());

function pinned(signers: readonly KeyFileSigner[], ends: { readonly [keyId: string]: number } = {}): Verifier {
  const keys = Object.fromEntries(signers.map((signer) => [signer.keyId, signer.publicKeyPem()]));
  return pinnedKeysVerifier({ keys, ends });
}

const registryWith = (signer: Signer, verifier = pinned([lost, next]), more: Partial<RegistryOptions> = {}) =>
  new ModelRegistry({ ...open.options, signer, verifier, ...more });
const verdict = async (verifier = pinned([lost, next])) => await new AuditTrail({ ...open.options, verifier }).verify();
const retirement = () => ({ key: lost.keyId, asOfMs, actor: "olga", role: "on-call", reason: "the disk burnt" });
const kinds = async (): Promise<readonly string[]> =>
  (await open.ledger.audit.read({ subject: `key:${lost.keyId}` })).map(({ kind }) => kind);

test("a lost key is retired by the one that follows it: what it signed in time counts, and the log says it loudly", async () => {
  const retired = await registryWith(next).retireKey(retirement());
  expect(retired).toMatchObject({ from: lost.keyId, to: next.keyId, models: 1 });
  expect(await registryWith(next).retireKey(retirement())).toEqual({ ...retired, models: 0 });
  const [record] = await open.ledger.audit.read({ subject: `key:${lost.keyId}` });
  expect(record).toMatchObject({ kind: "key.retired", actor: "olga", index: retired.index, body: { asOfMs } });
  const { hash: _hash, ...stored } = record ?? { hash: undefined };
  expect(faults("audit-record", JSON.parse(JSON.stringify(stored)))).toBe("");

  const told = await verdict();
  expect(told).toMatchObject({ valid: true });
  expect(told.warnings).toEqual([
    {
      index: retired.index,
      reason: `key ${lost.keyId} was retired as of ${new Date(asOfMs).toISOString()} by "olga" ("on-call"), without its own signature, and key ${next.keyId} took its place: the disk burnt`,
    },
  ]);

  const after = registryWith(next, pinned([lost, next], { [lost.keyId]: asOfMs }));
  const { certificate } = await after.champion("delay");
  expect(certificate.keyId).toBe(lost.keyId);
});

test("technical documentation and the audit pack tell it", async () => {
  await registryWith(next).retireKey(retirement());
  const { metadata, folder, options } = open;
  const ws = await openWorkspace({
    ...{ path: join(folder, "ws"), metadata, blobs: options.blobs, clock: open.clock },
    ...{ signer: next, verifier: pinned([lost, next]) },
  });
  const told = /key .* was retired as of .* by "olga" \("on-call"\), without its own signature/;
  const { points } = await technicalDocumentation(ws, { name: "delay", version: 1 });
  const said = points.find(({ id }) => id === "annex-iv.2.h")?.statements.map(({ text }) => text);
  expect(said?.join("\n")).toMatch(told);
  const { files } = await auditPack(ws, { madeAtMs: 0 });
  expect(files.find(({ path }) => path === "README.md")?.text).toMatch(/\*\*Warning\*\* \(event \d+\): key/);
  await ws.close();
});

test("archived versions, aliases and cards stand on what the lost key signed, and go on", async () => {
  open.others.rollout = passedRollout(2, 1);
  const second = await open.registerSkill(1);
  await makeChampion(open, second);
  const by = { actor: "ada", reason: "test" };
  await open.registry.writeCard(second, { owner: "ops" }, { author: "ada" });
  await open.registry.deprecate({ name: "delay", version: 1 }, by);
  const at = open.clock.nowMs();
  await registryWith(next).retireKey({ ...retirement(), asOfMs: at });
  const after = registryWith(next, pinned([lost, next], { [lost.keyId]: at + 1 }));
  expect((await after.champion("delay")).version.version).toBe(2);
  expect((await after.rollback("delay", 1, by)).outcome).toBe("refused");
  await after.reinstate({ name: "delay", version: 1 }, by);
  expect((await after.rollback("delay", 1, by)).outcome).toBe("promoted");
  expect((await verdict()).warnings).toHaveLength(1);
});

test("until it is retired, an end that is given to it closes what stands on it", async () => {
  const ended = pinned([lost, next], { [lost.keyId]: asOfMs });
  await expect(registryWith(next, ended).champion("delay")).rejects.toMatchObject({ code: "certificate/revoked-key" });
});

test("121 a key of one's own put in the place of another, without a pin", async () => {
  const thief = keyFileSigner({ path: join(open.folder, "thief.pem") });
  await expect(registryWith(thief).retireKey(retirement())).rejects.toMatchObject({ code: "signer/invalid-key" });
  await expect(registryWith(next, pinned([next])).retireKey(retirement())).rejects.toMatchObject({
    code: "signer/invalid-key",
  });
  const ended = pinned([lost, next], { [next.keyId]: asOfMs });
  await expect(registryWith(next, ended).retireKey(retirement())).rejects.toMatchObject({ code: "signer/invalid-key" });
  await expect(registryWith(lost).retireKey(retirement())).rejects.toMatchObject({ code: "argument/invalid" });
  expect(await kinds()).toEqual([]);
});

test("122 somebody the policy does not name, a policy that names nobody, a stated name where tokens are asked for: on record", async () => {
  const refused = { code: "registry/approval-refused" };
  await expect(registryWith(next).retireKey({ ...retirement(), role: "owner" })).rejects.toMatchObject(refused);
  const lax = registryWith(next, undefined, { policy: laxPolicy });
  await expect(lax.retireKey(retirement())).rejects.toMatchObject(refused);
  const identity = {
    verify: async (token: string) => ({ subject: token, roles: ["on-call"], issuer: "https://id.example" }),
  };
  const verified = registryWith(next, undefined, { identity });
  await expect(verified.retireKey(retirement())).rejects.toMatchObject(refused);
  await expect(verified.retireKey({ ...retirement(), token: "eve" })).rejects.toMatchObject(refused);
  expect(await kinds()).toEqual(Array.from({ length: 4 }, () => "key.retirement-refused"));
  expect((await verdict()).warnings).toEqual([]);
  const asked = { ...retirement(), token: "olga" };
  await verified.retireKey(asked);
  const [, , , , record] = await open.ledger.audit.read({ subject: `key:${lost.keyId}` });
  expect(record?.body).toMatchObject({ identity: { issuer: "https://id.example" } });
});

test("123 a token that was used for something else", async () => {
  const identity = {
    verify: async (token: string) => ({ subject: token, roles: ["on-call", "owner"], issuer: "https://id.example" }),
  };
  const registry = registryWith(next, undefined, { identity });
  await registry.breakGlass(await open.registerSkill(1), "candidate", {
    ...{ actor: "olga", token: "olga", role: "on-call", reason: "fire", expiresIn: "1m" },
  });
  await expect(registry.retireKey({ ...retirement(), token: "olga" })).rejects.toMatchObject({
    code: "registry/approval-refused",
  });
});

test("124 where versions stand, as the lost key signed it after it was lost", async () => {
  const second = await open.registerSkill(0.9);
  await open.registry.promote(second, "staging", { actor: "mallory", reason: "with the key that was found" });
  const early = registryWith(next).retireKey(retirement());
  await expect(early).rejects.toMatchObject({
    code: "certificate/revoked-key",
    message: expect.stringContaining("delay@2"),
  });
  expect(await kinds()).toEqual([]);
  await registryWith(next).retireKey({ ...retirement(), asOfMs: open.clock.nowMs() + 0 });
});

test("125 a retirement written into the log by SQL or by the library's own door, the chain made to fit", async () => {
  const thief = keyFileSigner({ path: join(open.folder, "thief.pem") });
  const statement = {
    ...{ kind: "key-retirement", schema: 1, key: next.keyId, by: thief.keyId, asOfMs, actor: "olga" },
    ...{ role: "on-call", reason: "none", atMs: asOfMs },
  };
  const signed = await signRecord(thief, statement);
  const { index } = await open.metadata.write(async (tx) =>
    open.ledger.audit.append(tx, {
      kind: "key.retired",
      subject: `key:${next.keyId}`,
      actor: "olga",
      body: {
        ...{ key: next.keyId, by: thief.keyId, asOfMs, role: "on-call", reason: "none" },
        ...{ statement: signed.body, signature: signed.signature },
      },
    }),
  );
  expect(await verdict()).toMatchObject({ valid: false, firstBroken: index });
  await expect(registryWith(lost).retireKey({ ...retirement(), key: next.keyId })).rejects.toMatchObject({
    code: "registry/tampered",
  });
});

test("126 a true retirement's words edited, the chain made to fit, so that it tells another name or instant", async () => {
  const { index } = await registryWith(next).retireKey(retirement());
  const [record] = await open.ledger.audit.read({ fromIndex: index, limit: 1 });
  if (record === undefined) throw new Error("a record expected");
  for (const changed of [
    { actor: "grace" },
    { body: { ...Object(record.body), asOfMs: asOfMs + 1 } },
    { body: { ...Object(record.body), role: "owner" } },
    { subject: `key:${next.keyId}` },
  ]) {
    const { subject, actor, body } = { ...record, ...changed };
    await editStore(open.metadata, sql`delete from audit_events where position = ${index}`);
    await editStore(
      open.metadata,
      sql`update audit_head set events = ${index}, hash = (select hash from audit_events where position = ${index - 1})`,
    );
    await open.metadata.write(async (tx) =>
      open.ledger.audit.append(tx, { kind: "key.retired", subject, actor, body }),
    );
    expect(await verdict(), JSON.stringify(changed)).toMatchObject({ valid: false, firstBroken: index });
  }
});

test("127 missing and odd requests", async () => {
  const registry = registryWith(next);
  for (const changed of [
    { key: "" },
    { key: 7 },
    { asOfMs: Number.NaN },
    { asOfMs: open.clock.nowMs() + 1 },
    { asOfMs: "1" },
    { actor: " " },
    { reason: "" },
  ])
    await expect(
      Reflect.apply(registry.retireKey, registry, [{ ...retirement(), ...changed }]),
      JSON.stringify(changed),
    ).rejects.toMatchObject({ code: "argument/invalid" });
  await expect(registry.retireKey({ ...retirement(), key: "0123456789abcdef" })).rejects.toMatchObject({
    code: "signer/invalid-key",
  });
});
