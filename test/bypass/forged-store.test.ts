import { generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { keyIdOf, pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { canonicalJson } from "../../src/core/canonical-json.ts";
import { digestOf } from "../../src/core/digest.ts";
import { auditHash } from "../../src/ledger/audit-record.ts";
import { verifyCertificate } from "../../src/registry/certificates/verify-certificate.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "../registry/registry-fixture.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";

let open: RegistryFixture;
let first: ModelVersion;
beforeEach(async () => {
  open = await openRegistry();
  first = await open.registerSkill(0.8);
  await makeChampion(open, first);
});
afterEach(async () => {
  await open.close();
});
const request = { actor: "mallory", reason: "quick" };
const refused = async (message: RegExp): Promise<void> =>
  expect(open.registry.champion("delay")).rejects.toThrow(message);

/** Replaces the champion by a better one, honestly. */
async function secondChampion(): Promise<void> {
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, await open.registerSkill(1));
}

test("1 stage set to production by SQL", async () => {
  await open.registerSkill(1);
  await editStore(open.metadata, sql`update registry_version set stage = 'production' where version = 2`);
  await refused(/in production: delay@1, delay@2/);
});

test("2 alias and stage moved to a version without a certificate", async () => {
  await open.registerSkill(1);
  await editStore(
    open.metadata,
    sql`update registry_version set stage = 'archived' where version = 1`,
    sql`update registry_version set stage = 'production' where version = 2`,
    sql`update registry_alias set version = 2`,
  );
  await refused(/certificate\/missing.*delay@2/);
});

test("3 alias pointed at an archived former champion", async () => {
  await secondChampion();
  await editStore(open.metadata, sql`update registry_alias set version = 1 where alias = 'champion'`);
  await refused(/alias "champion" points at 1, in production: delay@2/);
});

test("4 a replaced champion restored by SQL, with its own, truly signed certificate", async () => {
  await secondChampion();
  await editStore(
    open.metadata,
    sql`update registry_version set stage = 'archived' where version = 2`,
    sql`update registry_version set stage = 'production', revision = revision - 1 where version = 1`,
    sql`update registry_alias set version = 1 where alias = 'champion'`,
  );
  await refused(/delay@1 was changed.*replaced in production/);
});

test("5 another version's certificate", async () => {
  await open.registerSkill(1);
  await editStore(
    open.metadata,
    sql`update registry_version set certificate = (select certificate from registry_version where version = 1), stage = 'production' where version = 2`,
    sql`update registry_version set stage = 'archived' where version = 1`,
    sql`update registry_alias set version = 2`,
  );
  await refused(/certificate\/invalid.*issued to delay@1/);
});

test("6 an edited certificate under its new digest", async () => {
  const [row] = await rowsOf(
    open.metadata,
    sql`select * from registry_certificate where body like '%"to":"production"%'`,
  );
  const body = String(row?.["body"]).replace('"maxShare":1', '"maxShare":2');
  await editStore(
    open.metadata,
    sql`update registry_certificate set body = ${body}, digest = ${digestOf(body)} where digest = ${row?.["digest"]}`,
    sql`update registry_version set certificate = ${digestOf(body)} where version = 1`,
  );
  await refused(/certificate\/invalid.*signature/);
});

test("7 a certificate signed with the attacker's own key", async () => {
  const { body } = (await open.registry.champion("delay")).certificate;
  const text = canonicalJson(JSON.parse(JSON.stringify(body)));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signature = sign(null, Buffer.from(text), privateKey).toString("base64");
  const keyId = keyIdOf(publicKey.export({ type: "spki", format: "pem" }).toString());
  await editStore(
    open.metadata,
    sql`update registry_certificate set signature = ${signature}, key_id = ${keyId} where digest = ${digestOf(text)}`,
  );
  await refused(new RegExp(`certificate/unknown-key.*signed by key ${keyId}`));
  await editStore(
    open.metadata,
    sql`update registry_certificate set key_id = ${open.options.signer.keyId} where digest = ${digestOf(text)}`,
  );
  await refused(/certificate\/invalid.*pinned key/);
});

test("8 a retired key", async () => {
  const other = keyFileSigner({ path: join(open.folder, "next.pem") });
  const registry = new ModelRegistry({
    ...open.options,
    verifier: pinnedKeysVerifier({ keys: { [other.keyId]: other.publicKeyPem() } }),
  });
  await expect(registry.champion("delay")).rejects.toMatchObject({
    code: "certificate/unknown-key",
    found: expect.stringContaining(`signed by key ${open.options.signer.keyId}`),
    expected: `one of keys ${other.keyId}`,
    fix: expect.stringContaining("SLUICE_KEY_FILE"),
  });
  expect(
    await verifyCertificate((await open.registry.champion("delay")).certificate, open.options.verifier),
  ).toMatchObject({
    valid: true,
  });
  expect(
    await verifyCertificate((await open.registry.champion("delay")).certificate, pinnedKeysVerifier({ keys: {} })),
  ).toMatchObject({ valid: false });
});

test("9 another spelling of the same signature", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const certificate = (await open.registry.champion("delay")).certificate;
  const last = certificate.signature.at(-3) ?? "A";
  const other = alphabet[alphabet.indexOf(last) + 1] ?? "B";
  const respelled = `${certificate.signature.slice(0, -3)}${other}==`;
  expect(Buffer.from(respelled, "base64").equals(Buffer.from(certificate.signature, "base64"))).toBe(true);
  expect(await verifyCertificate({ ...certificate, signature: respelled }, open.options.verifier)).toMatchObject({
    valid: false,
  });
});

test("10 the record swapped for that of another version: artifact, vector, author", async () => {
  await open.registerSkill(1, "bob");
  const [row] = await rowsOf(
    open.metadata,
    sql`select body, key_id, signature from registry_version where version = 2`,
  );
  await editStore(
    open.metadata,
    sql`update registry_version set body = ${row?.["body"]}, signature = ${row?.["signature"]} where version = 1`,
  );
  await refused(/registry\/tampered.*signed record is that of model-version delay@2/);
});

test("11 the features of the vector swapped", async () => {
  await editStore(
    open.metadata,
    sql`update registry_version set body = replace(body, '"load.delay","load.count"', '"load.count","load.delay"')`,
  );
  await refused(/registry\/tampered.*signature of a pinned key/);
});

test("12 the audit record edited and the whole chain made to fit", async () => {
  const rows = await rowsOf(open.metadata, sql`select position, record from audit_events order by position`);
  let previous = `sha256:${"0".repeat(64)}`;
  for (const { position, record } of rows) {
    const text = String(record).replace('"reason":"test"', '"reason":"best"');
    previous = auditHash(previous, text);
    await editStore(
      open.metadata,
      sql`update audit_events set record = ${text}, hash = ${previous} where position = ${position}`,
    );
  }
  await editStore(open.metadata, sql`update audit_head set hash = ${previous}`);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
  await refused(/audit\/broken.*do not tell the same promotion/);
});

test("13 the end of the audit log cut off, head row included", async () => {
  const [last] = await rowsOf(open.metadata, sql`select max(position) as position from audit_events`);
  const end = Number(last?.["position"]);
  const cut = sql`delete from audit_events where position = ${end}`;
  await editStore(
    open.metadata,
    cut,
    sql`update audit_head set events = ${end}, hash = (select hash from audit_events where position = ${end - 1})`,
  );
  await refused(/audit\/broken/);
});

test("14 audit records reordered", async () => {
  await editStore(
    open.metadata,
    sql`update audit_events set position = -1 where position = 2`,
    sql`update audit_events set position = 2 where position = 3`,
    sql`update audit_events set position = 3 where position = -1`,
  );
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, firstBroken: 2 });
});

test("15 an approval inserted by SQL", async () => {
  const challenger = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["staging", "candidate"] as const) await open.registry.promote(challenger, to, request);
  const { evidenceDigest } = await open.registry.explain(challenger, "production");
  const body = {
    kind: "approval",
    schema: 1,
    model: "delay",
    version: 2,
    to: "production",
    approver: "grace",
    role: "owner",
    comment: "",
    evidenceDigest,
    atMs: 0,
    expiresAtMs: 9e12,
  };
  const [stolen] = await rowsOf(open.metadata, sql`select key_id, signature from registry_approval`);
  await editStore(
    open.metadata,
    sql`insert into registry_approval values ('delay', 2, 'production', ${evidenceDigest}, 'grace', ${canonicalJson(body)}, ${stolen?.["key_id"]}, ${stolen?.["signature"]})`,
  );
  const result = await open.registry.promote(challenger, "production", request);
  expect(result.outcome === "refused" && result.reasons).toEqual([
    'approvals: 0 of 1 of this evidence by people other than the author: registry.approve(version, "production", …)',
    "approval of grace: its signature does not hold",
  ]);
});

test("16 a former approval row moved to the new evidence", async () => {
  const challenger = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  for (const to of ["staging", "candidate"] as const) await open.registry.promote(challenger, to, request);
  const { evidenceDigest } = await open.registry.explain(challenger, "production");
  await editStore(
    open.metadata,
    sql`update registry_approval set version = 2, evidence_digest = ${evidenceDigest} where to_stage = 'production'`,
  );
  expect((await open.registry.promote(challenger, "production", request)).outcome).toBe("refused");
});

test("17 a report with its row and blob put into the store by hand", async () => {
  const { evaluationDigest } = await open.registry.version("delay", 1);
  const [stored] = await rowsOf(
    open.metadata,
    sql`select report from registry_evaluation where digest = ${evaluationDigest}`,
  );
  const text = String(stored?.["report"]).replace(
    /"auc":\{[^}]*\}/,
    '"auc":{"lower":0.98,"n":600,"upper":1,"value":0.99}',
  );
  const { digest } = await open.options.blobs.put(new TextEncoder().encode(text));
  await editStore(
    open.metadata,
    sql`insert into registry_evaluation select ${digest}, replace(body, ${evaluationDigest}, ${digest}), key_id, signature, ${text} from registry_evaluation where digest = ${evaluationDigest}`,
  );
  const { trackedRun, trained, delayModel } = await import("../registry/registry-fixture.ts");
  const evaluation = { ...JSON.parse(text), digest };
  await expect(
    open.registry.register(delayModel, {
      run: await trackedRun(open.options, "r"),
      artifact: trained(0.8),
      evaluation,
      author: "mallory",
    }),
  ).rejects.toMatchObject({ code: "registry/tampered" });
});
