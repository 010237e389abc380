import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { BlobStore } from "../../src/contracts/blob-store.ts";
import type { EvaluationReport } from "../../src/contracts/evaluation-report.ts";
import { auditHash } from "../../src/ledger/audit-record.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { StandingWitness } from "../../src/registry/versions/standing-witness.ts";
import {
  delayModel,
  laxPolicy,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "../registry/registry-fixture.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import { appendForged, copyTables, insertRows } from "../support/forge-store.ts";

const policy = { ...laxPolicy, breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 } };
const request = { actor: "mallory", reason: "quick" };
const hourMs = 3_600_000;

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry({ policy });
});
afterEach(() => open.close());
const verdict = (verifier = open.options.verifier): ReturnType<AuditTrail["verify"]> =>
  new AuditTrail({
    ...open.options,
    verifier,
    witness: async () => new StandingWitness({ ...open.options, verifier }),
  }).verify();

test("160 a model wiped out of the registry's tables, so that the next version is judged as the first", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const next = await open.registerSkill(0.62);
  await editStore(
    open.metadata,
    sql`delete from registry_version where version = 1`,
    sql`delete from registry_standing`,
    sql`delete from registry_alias`,
    sql`update registry_model set revision = 0`,
  );
  await expect(open.registry.promote(next, "staging", request)).rejects.toThrow(
    /registry\/tampered.*there is none, and audit record \d+ \(version.promoted\) tells of delay@1/,
  );
  expect(await verdict()).toMatchObject({ valid: false, reason: expect.stringContaining('model "delay"') });
});

test("161 break-glass outlived: the clock turned back, and the registry's own last instant with it", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const emergency = { actor: "olga", reason: "fire", role: "on-call", expiresIn: "1h" };
  await open.registry.breakGlass(await open.registerSkill(1), "production", emergency);
  open.clock.advance(hourMs);
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/expired" });
  open.clock.advance(-hourMs / 2);
  await editStore(open.metadata, sql`update registry_model set last_ms = 0`);
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/expired" });
});

test("162 an expired approval revived the same way", async () => {
  const version = await open.registerSkill(0.8);
  await open.registry.promote(version, "staging", request);
  await open.registry.approve(version, "candidate", { approver: "grace", role: "o", comment: "", expiresIn: "1h" });
  open.clock.advance(hourMs);
  expect((await open.registry.promote(version, "candidate", request)).outcome).toBe("refused");
  open.clock.advance(-hourMs / 2);
  await editStore(open.metadata, sql`update registry_model set last_ms = 0`);
  expect((await open.registry.promote(version, "candidate", request)).outcome).toBe("refused");
});

test("163 a registration whose evaluation is another one at each further reading", async () => {
  const artifact = trained(0.8);
  const options = { label: "late", metrics: ["auc"] } as const;
  const clean = await open.evaluator.evaluate(delayModel, artifact, trainingSet("held out"), options);
  const onTraining = await open.evaluator.evaluate(delayModel, artifact, trainingSet("training"), options);
  const run = await trackedRun(open.options, "r");
  for (let honest = 0; honest < 12; honest++) {
    let asked = 0;
    const given = {
      ...{ run, artifact, author: "mallory" },
      get evaluation(): EvaluationReport {
        asked += 1;
        return asked > honest ? onTraining : clean;
      },
    };
    const registered = await open.registry.register(delayModel, given).catch((error: unknown) => error);
    expect(registered, String(honest)).not.toMatchObject({ evaluationDigest: onTraining.digest });
  }
  let asked = 0;
  const evaluation = Object.defineProperty({ ...clean }, "digest", {
    enumerable: true,
    get: () => (++asked > 1 ? onTraining.digest : clean.digest),
  });
  const version = await open.registry.register(delayModel, { run, artifact, author: "mallory", evaluation });
  expect(version.evaluationDigest).toBe(clean.digest);
});

test("164 a record of a rotation that nobody signed, so that the true one goes unrecorded", async () => {
  const signer = keyFileSigner({ path: join(open.folder, "key.pem") });
  const next = keyFileSigner({ path: join(open.folder, "next.pem") });
  const keys = { [signer.keyId]: signer.publicKeyPem(), [next.keyId]: next.publicKeyPem() };
  const registry = new ModelRegistry({ ...open.options, signer, verifier: pinnedKeysVerifier({ keys }) });
  await open.registerSkill(0.8);
  const body = { from: signer.keyId, to: next.keyId, reason: "x", statement: "{}", signatures: { [signer.keyId]: "" } };
  const forged = { kind: "key.rotated", subject: `key:${signer.keyId}`, actor: "grace", body };
  await appendForged(open.metadata, forged, open.clock.nowMs());
  const index = (await open.ledger.audit.read({ subject: forged.subject }))[0]?.index ?? Number.NaN;
  const rotated = await registry.rotateKey({ to: next, actor: "grace", reason: "yearly" });
  expect(rotated.index).toBe(index + 1);
  expect(await verdict(pinnedKeysVerifier({ keys }))).toMatchObject({
    valid: false,
    firstBroken: index,
    faults: [{ index, reason: expect.stringContaining("no pinned key has signed what it says") }],
  });
});

test("165 an audit record of lists within lists, the chain made to fit: no bare error", async () => {
  await makeChampion(open, await open.registerSkill(0.8));
  const rows = await rowsOf(open.metadata, sql`select * from audit_events order by position desc limit 2`);
  const [last, before] = rows;
  const deep = `"reason":${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const text = String(last?.["record"]).replace('"reason":"test"', deep);
  const hash = auditHash(String(before?.["hash"]), text);
  await editStore(
    open.metadata,
    sql`update audit_events set record = ${text}, hash = ${hash} where position = ${last?.["position"]}`,
    sql`update audit_head set hash = ${hash}`,
  );
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "argument/invalid" });
});

test("166 a registration of another workspace with the same key, with its evaluation, lineage and blobs", async () => {
  const other = await openRegistry({ signing: open.options, blobs: open.options.blobs, startMs: 1_100_000_000_000 });
  const tables = ["registry_model", "registry_version", "registry_evaluation", "lineage_edges"];
  try {
    await open.registerSkill(0.8);
    await other.registerSkill(0.85, "eve");
    for (const table of tables) await editStore(open.metadata, sql`delete from ${sql.table(table)}`);
    await insertRows(open.metadata, await copyTables(other.metadata, tables));
    await expect(open.registry.promote({ name: "delay", version: 1 }, "staging", request)).rejects.toThrow(
      /registry\/tampered.*no audit record tells that it was registered here as it is/,
    );
  } finally {
    await other.close();
  }
});

test("167 a blob store that answers with another evaluation than was signed", async () => {
  const version = await open.registerSkill(0.2);
  await open.registry.promote(version, "staging", request);
  const { blobs } = open.options;
  const better = (text: string): string =>
    text.replace(/"auc":\{[^}]*\}/, '"auc":{"lower":0.98,"n":600,"upper":1,"value":0.99}');
  const lying: BlobStore = {
    capabilities: blobs.capabilities,
    put: (bytes) => blobs.put(bytes),
    get: async (digest) => new TextEncoder().encode(better(new TextDecoder().decode(await blobs.get(digest)))),
    getRange: (...asked) => blobs.getRange(...asked),
    has: (digest) => blobs.has(digest),
    delete: (digest) => blobs.delete(digest),
    list: () => blobs.list(),
  };
  const registry = new ModelRegistry({ ...open.options, blobs: lying });
  await open.options.blobs.put(new TextEncoder().encode(await reportText()));
  await editStore(open.metadata, sql`update registry_evaluation set report = null`);
  await expect(registry.approve(version, "candidate", { approver: "grace", role: "o", comment: "" })).rejects.toThrow(
    /registry\/tampered.*its report is another/,
  );
});

async function reportText(): Promise<string> {
  const [row] = await rowsOf(open.metadata, sql`select report from registry_evaluation`);
  return String(row?.["report"]);
}
