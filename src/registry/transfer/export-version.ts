import type { ArtifactContent, OpenArtifact } from "../../contracts/artifact.ts";
import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { SignedJson } from "../../contracts/certificate-files.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { headsOf, openedFile, openStored } from "../../ledger/artifacts/open-artifact.ts";
import { describedType } from "../../ledger/artifacts/described-files.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import { AuditTrail } from "../../ledger/trail/audit-trail.ts";
import { membersOf } from "../../core/is-record.ts";
import { storedEvaluation } from "../evaluation/evaluation-table.ts";
import { loadConditions } from "../loading/load-conditions.ts";
import { verifiedRecord } from "../loading/verified-record.ts";
import { whileSettled } from "../loading/while-settled.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { storedEvidence } from "../promotion/evidence-table.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";
import { artifactFolderName, bundleFormat, type BundleManifest, jsonFile } from "./bundle.ts";

/**
 * Everything of a certified version that another workspace needs to verify it by itself, as files: the model, the certificate, the signed version, evidence, policy,
 * approvals, evaluation, lineage, the proof that the audit log has the promotion, and the public keys (for whoever pins them by another way). That it left
 * goes on record. Errors: `serving/not-certified` for a registered or archived version, and as loading it.
 */
export async function exportVersion(
  options: RegistryOptions,
  key: VersionKey,
  by: TransitionRequest,
): Promise<OpenArtifact> {
  requireVersionKey(key);
  requireRequest(versionSubject(key), by);
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { stored, certificate } = await whileSettled(options, key.name, async (counters) => {
    const read = await readVersion(sql, key, options.verifier);
    requireInUse(read);
    const record = await verifiedRecord(options, read, counters);
    loadConditions(options, read, record, counters);
    return { stored: read, certificate: record.certificate };
  });
  const artifact = await openStored(options.artifacts, stored.version.artifactDigest);
  const records = [jsonFile("certificate.json", certificate), ...(await recordFiles(options, stored, certificate))];
  const files = [
    ...records.map((file) => ({ ...openedFile(file), digest: digestOf(file.bytes) })),
    ...artifact.files.map((file) => ({ ...file, path: artifactFolderName + file.path })),
  ];
  const heads = await headsOf({ format: artifact.format, files });
  const known = new Map(stored.version.files?.map(({ path, mediaType }) => [artifactFolderName + path, mediaType]));
  const manifest: BundleManifest = {
    kind: "certified-model",
    schema: 1,
    certificate: certificate.digest,
    artifactFormat: artifact.format,
    exportedAtMs: options.clock.nowMs(),
    actor: by.actor,
    reason: by.reason,
    files: files.map(({ path, digest, sizeBytes }, i) => ({
      path,
      digest,
      sizeBytes,
      mediaType: known.get(path) ?? describedType(heads.files[i] ?? { path, bytes: new Uint8Array() }),
    })),
  };
  const signed = await signRecord(options.signer, manifest);
  await record(options, key, certificate, signed, by);
  return { format: bundleFormat, files: [openedFile(jsonFile("bundle.json", fileOf(signed))), ...files] };
}

function requireInUse({ version }: StoredVersion): void {
  if (version.stage !== "registered" && version.stage !== "archived") return;
  throw new SluiceError("serving/not-certified", {
    found: `${versionSubject(version)} in stage "${version.stage}"`,
    expected: "a version that passed its gates and was not replaced",
    fix: "Promote it first: a version leaves the workspace with its certificate, or not at all.",
  });
}

async function recordFiles(
  options: RegistryOptions,
  stored: StoredVersion,
  certificate: PromotionCertificate,
): Promise<ArtifactContent["files"]> {
  const { version } = stored;
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const row = await sql
    .selectFrom("registry_version")
    .selectAll()
    .where("model", "=", version.name)
    .where("version", "=", version.version)
    .executeTakeFirstOrThrow();
  const { body } = certificate;
  const policy = await sql
    .selectFrom("registry_policy")
    .select("body")
    .where("digest", "=", body.policyDigest)
    .executeTakeFirst();
  const approvals = await sql
    .selectFrom("registry_approval")
    .selectAll()
    .where("model", "=", version.name)
    .where("version", "=", version.version)
    .where("evidence_digest", "=", body.evidenceDigest)
    .orderBy("approver")
    .execute();
  const records = {
    schema: 1,
    version: fileOf(row),
    approvals: approvals.map(fileOf),
    evaluation: await evaluationOf(options, stored),
    lineage: await options.ledger.lineage.upstream(`certificate:${certificate.digest}`),
    keys: keysOf(options),
  };
  return [
    jsonFile("records.json", records),
    { path: "evidence.json", bytes: new TextEncoder().encode(await storedEvidence(options, body.evidenceDigest)) },
    { path: "policy.json", bytes: new TextEncoder().encode(policy?.body ?? "") },
    jsonFile("inclusion.json", await inclusionOf(options, stored, certificate)),
  ];
}

/** The report with its evaluator's signature; null for an imported version that was not evaluated here. */
async function evaluationOf(options: RegistryOptions, { version }: StoredVersion): Promise<object | null> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const found = await storedEvaluation(sql, options.blobs, options.verifier, version.evaluationDigest);
  if (found === undefined) return null;
  const { digest, ...report } = found;
  const row = await sql
    .selectFrom("registry_evaluation")
    .selectAll()
    .where("digest", "=", digest)
    .executeTakeFirstOrThrow();
  return { statement: fileOf(row), report };
}

async function inclusionOf(
  options: RegistryOptions,
  { version }: StoredVersion,
  certificate: PromotionCertificate,
): Promise<object> {
  const records = await options.ledger.audit.read({ subject: versionSubject(version) });
  const promoted = records.findLast(
    ({ kind, body }) => kind === "version.promoted" && membersOf(body)["certificate"] === certificate.digest,
  );
  return await new AuditTrail(options).prove(promoted?.index ?? -1);
}

/** The public keys, where the verifier tells them. */
function keysOf({ verifier }: RegistryOptions): { readonly [keyId: string]: string } {
  const keys = (verifier.keyIds?.() ?? []).map((keyId) => [keyId, verifier.publicKeyPem?.(keyId) ?? ""] as const);
  return Object.fromEntries(keys);
}

async function record(
  options: RegistryOptions,
  key: VersionKey,
  certificate: PromotionCertificate,
  manifest: SignedText,
  { actor, reason }: TransitionRequest,
): Promise<void> {
  const body = { certificate: certificate.digest, bundle: digestOf(manifest.body), reason };
  await options.metadata.write(async (tx) => {
    await options.ledger.audit.append(tx, { kind: "version.exported", subject: versionSubject(key), actor, body });
  });
}

function fileOf(signed: SignedText): SignedJson {
  return { body: JSON.parse(signed.body), keyId: signed.key_id, signature: signed.signature };
}
