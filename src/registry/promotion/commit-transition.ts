import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Digest } from "../../core/digest.ts";
import { approvalRows } from "../approvals/approval-table.ts";
import { writeCertificate } from "../certificates/certificate-table.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { policyInForce } from "../policy/adopt-policy.ts";
import { kindOfVersion } from "../policy/policy-of.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { newestCandidate, readAliases, setAlias } from "../versions/aliases.ts";
import { readCounters, writeCounters } from "../versions/model-row.ts";
import { aliasSubject, targetOf } from "../versions/transition-target.ts";
import { writeStanding } from "../versions/standing.ts";
import { modelLock, versionSubject } from "../versions/version-key.ts";
import { type StoredVersion, versionRow } from "../versions/version-table.ts";
import { archivedBody, movedBody, promotedBody } from "./audit-bodies.ts";
import { replacedBy, type SignedCertificate } from "./certify.ts";
import type { GatheredEvidence } from "./gather-evidence.ts";

/**
 * Writes a certified transition in one short transaction, after checking again everything it was judged by: the model's and the version's
 * revision, the version's record, the champion, the policy in force, the approvals and their expiry. Answers "changed", having written nothing, when one of them is another.
 */
export async function commitTransition(
  options: RegistryOptions,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
): Promise<"written" | "changed"> {
  const { version } = gathered.subject;
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(version.name));
    const sql = tx.sql.withTables<RegistryTables>();
    const counters = await readCounters(sql, version.name);
    const nowMs = Math.max(options.clock.nowMs(), counters.lastMs);
    if (counters.revision !== gathered.standing.revision) return "changed";
    if (!(await stillHolds(sql, gathered, certificate, nowMs))) return "changed";
    await writeCounters(sql, version.name, { ...counters, revision: counters.revision + 1, lastMs: nowMs });
    await writeStages(sql, gathered, certificate);
    await writeStanding(sql, version.name, certificate.standing);
    await writeLedger(tx, options, gathered, certificate);
    return "written";
  });
}

async function stillHolds(
  sql: RegistrySql,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
  nowMs: number,
): Promise<boolean> {
  const { subject, champion, evidence } = gathered;
  const aliases = await readAliases(sql, subject.version.name);
  if (aliases.champion !== champion?.version.version) return false;
  if (!(await unchanged(sql, subject)) || (champion !== null && !(await unchanged(sql, champion)))) return false;
  if ((await policyInForce(sql, kindOfVersion(subject.version))) !== certificate.body.policyDigest) return false;
  if (!evidence.approvals.every((approval) => approval.expiresAtMs > nowMs)) return false;
  const { name, version } = subject.version;
  const target = targetOf(evidence.transition.to, evidence.alias);
  const approvals = await approvalRows(sql, name, version, target, gathered.digest);
  return approvals.length >= evidence.approvals.length;
}

async function unchanged(sql: RegistrySql, stored: StoredVersion): Promise<boolean> {
  const { version } = stored;
  const row = await versionRow(sql, version);
  return (
    row !== undefined &&
    row.body === stored.body &&
    row.stage === version.stage &&
    row.revision === version.revision &&
    row.certificate === stored.certificate
  );
}

async function writeStages(
  sql: RegistrySql,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
): Promise<void> {
  const { subject, champion, evidence } = gathered;
  const { name, version } = subject.version;
  const { to } = evidence.transition;
  await writeCertificate(sql, certificate.digest, certificate.signed);
  if (evidence.alias !== undefined) return await setAlias(sql, name, evidence.alias, version);
  await setStage(sql, subject, to, certificate.digest);
  if (to === "production") {
    const replaced = replacedBy(subject, champion, to);
    if (replaced !== null) await setStage(sql, replaced, "archived", replaced.certificate);
    await setAlias(sql, name, "champion", version);
  }
  await setAlias(sql, name, "challenger", await newestCandidate(sql, name));
}

async function setStage(
  sql: RegistrySql,
  { version: { name, version, revision } }: StoredVersion,
  stage: Stage,
  certificate: Digest | null,
): Promise<void> {
  await updateStage(sql, name, version, stage, certificate, revision + 1);
}

const updateStage = compiledStatement(
  (sql: RegistrySql, model: string, version: number, stage: string, certificate: string | null, revision: number) =>
    sql
      .updateTable("registry_version")
      .set({ stage, certificate, revision })
      .where("model", "=", model)
      .where("version", "=", version),
);

async function writeLedger(
  tx: MetadataTransaction,
  options: RegistryOptions,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
): Promise<void> {
  const { subject, champion } = gathered;
  const { version } = subject;
  const { audit, changes, lineage } = options.ledger;
  const { actor, transition, alias } = certificate.body;
  const { from, to } = transition;
  await lineage.record(tx, [
    {
      from: `evaluation:${version.evaluationDigest}`,
      to: `certificate:${certificate.digest}`,
      kind: "judged",
      asserted: false,
    },
    {
      from: `model-version:${versionSubject(version)}`,
      to: `certificate:${certificate.digest}`,
      kind: "certified",
      asserted: false,
    },
  ]);
  if (alias !== undefined) {
    const moved = { model: version.name, alias, version: version.version, certificate: certificate.digest };
    await changes.publish(tx, "alias.moved", moved);
    const body = movedBody(certificate.digest, certificate.body);
    await audit.append(tx, { kind: "alias.moved", subject: aliasSubject(version.name, alias), actor, body });
    return;
  }
  const fact = { model: version.name, version: version.version, from, to, certificate: certificate.digest };
  await changes.publish(tx, "version.promoted", fact);
  const replaced = replacedBy(subject, champion, to);
  if (replaced !== null) {
    await audit.append(tx, {
      kind: "version.archived",
      subject: versionSubject(replaced.version),
      actor,
      body: archivedBody(version.version, certificate.digest, replaced.version.revision + 1),
    });
  }
  await audit.append(tx, {
    kind: "version.promoted",
    subject: versionSubject(version),
    actor,
    body: promotedBody(certificate.digest, certificate.body, version.revision + 1),
  });
}
