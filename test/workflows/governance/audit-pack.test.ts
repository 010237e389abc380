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
import { modelOf } from "../../../src/workflows/record-body.ts";
import { compareDelivery } from "../../../src/workflows/delivery/compare-delivery.ts";
import { deliveryFigures } from "../../../src/workflows/delivery/delivery-figures.ts";
import { auditPack, writeAuditPack } from "../../../src/workflows/governance/audit-pack.ts";
import type { AuditPack, PackStream } from "../../../src/workflows/governance/pack-record.ts";
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

/** The workspace, and how many records were read of its log so far. */
function countingReads(): { readonly ws: Workspace; read(): number } {
  let read = 0;
  const search: Workspace["audit"]["search"] = async (asked) => {
    const page = await ws.audit.search(asked);
    read += page.records.length;
    return page;
  };
  const audit = Object.assign((...args: Parameters<Workspace["audit"]>) => ws.audit(...args), { ...ws.audit, search });
  return { ws: { ...ws, audit }, read: () => read };
}

test("files are written one after the other, and the log is read as its lines are taken; the pack is the same", async () => {
  const body = { model: "delay", text: "x".repeat(1000) };
  for (let i = 0; i < 3000; i++)
    await ws.audit.record({ kind: "host.seen", subject: `case@${i}x`, actor: "system", body });
  const counted = countingReads();
  const [texts, piecesOf] = [new Map<string, string>(), new Map<string, number>()];
  let writing = 0;
  const manifest = await writeAuditPack(counted.ws, async ({ path, pieces }) => {
    expect(++writing, "a file before the one before was written").toBe(1);
    let text = "";
    let before = counted.read();
    for await (const piece of pieces) {
      // What was read for this piece: not the lines that nobody has taken yet.
      expect(counted.read() - before, path).toBeLessThanOrEqual(1000);
      before = counted.read();
      text += piece;
      piecesOf.set(path, (piecesOf.get(path) ?? 0) + 1);
    }
    texts.set(path, text);
    writing -= 1;
  });
  const whole = await auditPack(ws);
  expect(manifest).toEqual(whole.manifest);
  expect([...texts]).toEqual(whole.files.map(({ path, text }) => [path, text]));
  expect(piecesOf.get("models/delay/decisions.jsonl")).toBeGreaterThanOrEqual(3);
  expect(texts.get("models/delay/decisions.jsonl")?.match(/host\.seen/g)).toHaveLength(3000);
  expect([...texts.keys()].at(-1)).toBe("manifest.json");
}, 60_000);

test("the figures are those of every record of the log", async () => {
  const records = await ws.audit();
  const [all, own] = [
    deliveryFigures(records),
    deliveryFigures(
      records.filter((record) => modelOf(record) === "delay"),
      { model: "delay" },
    ),
  ];
  const { files } = await auditPack(ws);
  for (const [path, figures] of [
    ["delivery.json", all],
    ["models/delay/delivery.json", own],
  ] as const)
    expect(files.find((file) => file.path === path)?.text).toBe(
      `${JSON.stringify(compareDelivery(figures, null), null, 2)}\n`,
    );
  expect(all.humanAction.acts).toBeGreaterThan(own.humanAction.acts);
});

test("an aborted pack ends with the signal's reason, before another file and between the lines of one; it has no manifest", async () => {
  for (const last of ["models/delay/documentation-v1.md", "models/delay/decisions.jsonl"]) {
    const stop = new AbortController();
    const paths: string[] = [];
    const write = async ({ path, pieces }: PackStream): Promise<void> => {
      paths.push(path);
      for await (const _piece of pieces) if (path === last) stop.abort(new Error("enough"));
    };
    await expect(writeAuditPack(ws, write, { signal: stop.signal })).rejects.toThrow("enough");
    expect(paths.at(-1)).toBe(last);
  }
});

test("progress is told of reading, of proofs and of lines; what the writer throws is thrown", async () => {
  const stages = new Map<string, number>();
  const drain = async ({ pieces }: PackStream): Promise<void> => {
    for await (const _piece of pieces);
  };
  await writeAuditPack(ws, drain, { onProgress: ({ stage, done }) => stages.set(stage, done) });
  expect(Object.fromEntries(stages)).toMatchObject({ "proving decisions": 7, "writing decisions": 3008 });
  await expect(writeAuditPack(ws, () => Promise.reject(new RangeError("full")))).rejects.toThrow(RangeError);
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
