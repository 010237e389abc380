import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pinnedKeysVerifier } from "../../../src/backends/fs/pinned-keys-verifier.ts";
import { keyFileSigner } from "../../../src/backends/fs/key-file-signer.ts";
import { sqliteMetadata } from "../../../src/backends/sqlite/sqlite-metadata-store.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import { verifyInclusion } from "../../../src/ledger/index.ts";
import { auditPack } from "../../../src/workflows/governance/audit-pack.ts";
import type { AuditPack } from "../../../src/workflows/governance/pack-record.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { faults } from "../../schemas/json-schemas.ts";
import { editStore, sql } from "../../support/edit-store.ts";
import { governedWorkspace } from "../../support/governed-workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-pack-"));
let ws: Workspace;
let pack: AuditPack;

beforeAll(async () => {
  ws = (await governedWorkspace(folder)).ws;
  pack = await auditPack(ws, { models: ["delay"] });
}, 120_000);

afterAll(async () => {
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

function textOf(path: string): string {
  const file = pack.files.find((one) => one.path === path);
  if (file === undefined) throw new Error(`no ${path} in ${pack.files.map((one) => one.path).join(", ")}`);
  return file.text;
}

test("the manifest names every file by the digest of its bytes, and nothing else", () => {
  expect(faults("audit-pack", JSON.parse(textOf("manifest.json")))).toBe("");
  const others = pack.files.filter(({ path }) => path !== "manifest.json");
  expect(new Set(others.map(({ path }) => path)).size).toBe(others.length);
  expect(pack.manifest.files.map(({ path }) => path)).toEqual(others.map(({ path }) => path).sort());
  for (const { path, digest } of pack.manifest.files) expect(digestOf(textOf(path)), path).toBe(digest);
  for (const { path } of pack.files) expect(path).toMatch(/^[A-Za-z0-9@._/-]+$/);
});

test("each decision about the model is in it with a proof that holds by itself, under a pinned key", async () => {
  const signer = keyFileSigner({ path: `${folder}/key.pem` });
  const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
  const decisions = textOf("models/delay/decisions.jsonl").trim().split("\n");
  const proved = pack.files.filter(({ path }) => path.includes("/proofs/"));
  // Three promotions, two approvals, a registration and a card.
  expect(proved).toHaveLength(7);
  expect(decisions.length).toBeGreaterThan(proved.length);
  for (const { text } of proved)
    expect(await verifyInclusion(JSON.parse(text), verifier)).toMatchObject({ valid: true });
});

test("documents, cards, figures, certificates and evidence are in it; what a certificate names is there under its digest", () => {
  for (const path of [
    "documentation-v1.md",
    "card-v1.json",
    "written-card-v1.md",
    "evaluation-v1.json",
    "delivery.md",
    "production.json",
  ])
    expect(textOf(`models/delay/${path}`).length).toBeGreaterThan(2);
  expect(faults("technical-documentation", JSON.parse(textOf("models/delay/documentation-v1.json")))).toBe("");
  expect(faults("delivery-comparison", JSON.parse(textOf("delivery.json")))).toBe("");
  expect(JSON.parse(textOf("verdict.json"))).toMatchObject({ valid: true, checkpoints: 1 });
  const certificates = pack.files.filter(({ path }) => path.startsWith("models/delay/certificates/"));
  expect(certificates).toHaveLength(3);
  for (const { text } of certificates) {
    const { body } = JSON.parse(text);
    expect(digestOf(textOf(`models/delay/evidence/${body.evidenceDigest.slice(7)}.json`))).toBe(body.evidenceDigest);
    expect(digestOf(textOf(`policies/${body.policyDigest.slice(7)}.json`))).toBe(body.policyDigest);
  }
});

test("the same records give the same pack; another model is refused", async () => {
  const again = await auditPack(ws);
  expect(again.manifest.files).toEqual((await auditPack(ws)).manifest.files);
  expect(again.manifest.models).toEqual(["delay"]);
  await expect(auditPack(ws, { models: ["other"] })).rejects.toSatisfy((error) =>
    isSluiceError(error, "registry/not-found"),
  );
});

test("of a log that was edited the pack holds the verdict alone", async () => {
  const metadata = sqliteMetadata({ path: `${folder}/workspace/metadata.sqlite` });
  const kept = (await sql<{ record: string }>`SELECT record FROM audit_events WHERE position = 5`.execute(metadata.sql))
    .rows[0];
  await editStore(metadata, sql`UPDATE audit_events SET record = replace(record, 'ada', 'eve') WHERE position = 5`);
  const broken = await auditPack(ws);
  expect(broken.files.map(({ path }) => path)).toEqual(["verdict.json", "README.md", "manifest.json"]);
  expect(broken.manifest.log).toMatchObject({ verified: false, head: null, fault: expect.stringContaining("5") });
  expect(String(broken)).toContain("DOES NOT VERIFY");
  await editStore(metadata, sql`UPDATE audit_events SET record = ${kept?.record ?? ""} WHERE position = 5`);
  expect((await ws.verifyAudit()).valid).toBe(true);
  await metadata.close();
});
