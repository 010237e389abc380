import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Digest } from "../../core/digest.ts";
import { approvalRows } from "../approvals/approval-table.ts";
import { writeCertificate } from "../certificates/certificate-table.ts";
import { compiledWrite } from "../../ledger/compiled-statement.ts";
import { lockLedger } from "../../ledger/chain-head.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { setAlias } from "../versions/aliases.ts";
import { type ModelMoment, readMoment } from "../versions/model-moment.ts";
import { writeCounters } from "../versions/model-row.ts";
import { aliasSubject, targetOf as toTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { writeStanding } from "../versions/standing.ts";
import { writeBlocks } from "../versions/standing-blocks.ts";
import { modelLock, versionSubject } from "../versions/version-key.ts";
import type { StoredVersion } from "../versions/version-table.ts";
import { archivedBody, movedBody, promotedBody } from "./audit-bodies.ts";
import { writeEvidence } from "./evidence-table.ts";
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
    const moment = await readMoment(sql, version, targetOf(gathered));
    if (moment === undefined) return "changed";
    const nowMs = Math.max(options.clock.nowMs(), moment.lastMs, gathered.nowMs);
    if (!(await stillHolds(sql, gathered, certificate, moment, nowMs))) return "changed";
    const { versions } = moment;
    await writeCounters(tx, version.name, { revision: moment.revision + 1, versions, lastMs: nowMs });
    await writeStages(tx, gathered, certificate, moment);
    await writeStanding(tx, version.name, certificate.standing);
    await writeBlocks(tx, version.name, certificate.blocks);
    await writeLedger(tx, options, gathered, certificate);
    return "written";
  });
}

function targetOf({ evidence }: GatheredEvidence): TransitionTarget {
  return toTarget(evidence.transition.to, evidence.alias);
}

async function stillHolds(
  sql: RegistrySql,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
  moment: ModelMoment,
  nowMs: number,
): Promise<boolean> {
  const { subject, champion, evidence, standing } = gathered;
  if (moment.revision !== standing.revision) return false;
  if (moment.champion !== (champion?.version.version ?? null)) return false;
  if (!unchanged(moment.row, subject) || (champion !== null && !unchanged(moment.championRow, champion))) return false;
  if (moment.policy !== certificate.body.policyDigest) return false;
  if (!evidence.approvals.every((approval) => approval.expiresAtMs > nowMs)) return false;
  if (evidence.approvals.length === 0) return true;
  const { name, version } = subject.version;
  const approvals = await approvalRows(sql, name, version, targetOf(gathered), gathered.digest);
  return approvals.length >= evidence.approvals.length;
}

function unchanged(row: ModelMoment["championRow"], { version, body, certificate }: StoredVersion): boolean {
  return (
    row !== undefined &&
    row.body === body &&
    row.stage === version.stage &&
    row.revision === version.revision &&
    row.certificate === certificate
  );
}

async function writeStages(
  tx: MetadataTransaction,
  gathered: GatheredEvidence,
  certificate: SignedCertificate,
  moment: ModelMoment,
): Promise<void> {
  const { subject, champion, evidence } = gathered;
  const { name, version } = subject.version;
  const { to } = evidence.transition;
  await writeEvidence(tx, gathered.digest, gathered.text);
  await writeCertificate(tx, certificate.digest, certificate.signed);
  if (evidence.alias !== undefined) return await setAlias(tx, name, evidence.alias, version);
  await setStage(tx, subject, to, certificate.digest);
  if (to === "production") {
    const replaced = replacedBy(subject, champion, to);
    if (replaced !== null) await setStage(tx, replaced, "archived", replaced.certificate);
    await setAlias(tx, name, "champion", version);
  }
  const candidates = [moment.otherCandidate, to === "candidate" ? version : null].filter((one) => one !== null);
  const challenger = candidates.length === 0 ? undefined : Math.max(...candidates);
  if (challenger !== (moment.challenger ?? undefined)) await setAlias(tx, name, "challenger", challenger);
}

async function setStage(
  tx: MetadataTransaction,
  { version: { name, version, revision } }: StoredVersion,
  stage: Stage,
  certificate: Digest | null,
): Promise<void> {
  await updateStage(tx, name, version, stage, certificate, revision + 1);
}

const updateStage = compiledWrite(
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
  // Last: whoever promotes another model waits for one way to the server, no more.
  await lockLedger(tx);
  if (alias !== undefined) {
    const moved = { model: version.name, alias, version: version.version, certificate: certificate.digest };
    const body = movedBody(certificate.digest, certificate.body);
    await audit.append(tx, { kind: "alias.moved", subject: aliasSubject(version.name, alias), actor, body });
    return await changes.publish(tx, "alias.moved", moved);
  }
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
  const fact = { model: version.name, version: version.version, from, to, certificate: certificate.digest };
  await changes.publish(tx, "version.promoted", fact);
}
