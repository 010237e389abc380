import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { AuditRecord } from "../../contracts/audit-log.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { SignedText } from "../../ledger/signed-record.ts";
import { certificateOfRow, changedCertificate, storedCertificate } from "../certificates/certificate-table.ts";
import { endOf, requireSignedInTime } from "../certificates/key-end.ts";
import { requireSigned } from "../certificates/signed-certificate.ts";
import { promotedBody } from "../promotion/audit-bodies.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import type { ModelCounters } from "../versions/model-row.ts";
import { readStanding, type Standing, verifiedStanding } from "../versions/standing.ts";
import { blockOf, blockTexts, requireStanding } from "../versions/standing-blocks.ts";
import { requireInLog } from "../versions/standing-in-log.ts";
import { versionSubject } from "../versions/version-key.ts";
import { type StoredVersion, tampered } from "../versions/version-table.ts";

/** What a version stands on, and what it was verified against. */
export interface VerifiedRecord {
  readonly certificate: PromotionCertificate;
  readonly standing: Standing;
  /** The audit events about the version, oldest first. */
  readonly events: readonly AuditRecord[];
  /** When the last record of the log was made, epoch milliseconds. */
  readonly loggedMs: number;
}

/** The records that a version stands on, as they are stored, where they were read with it; nothing of them is verified. */
export interface KnownRecords {
  readonly standing: SignedText | undefined;
  /** The text of the standing's block that the version belongs to. */
  readonly block: string | undefined;
  readonly certificate: SignedText | undefined;
}

/** The certificate of a {@link verifiedRecord}. Errors: as there. */
export async function verifiedCertificate(
  options: RegistryOptions,
  stored: StoredVersion,
): Promise<PromotionCertificate> {
  return (await verifiedRecord(options, stored)).certificate;
}

/**
 * The certificate a version stands on, verified against everything it must agree with: a pinned key's signature, the version's signed record,
 * its stage, the newest audit record about the version, whose bytes must be intact, and the model's signed standing. What a key signed that has ended
 * must be in the audit log from before its end.
 * Errors: `certificate/missing`, `certificate/invalid`, `certificate/newer-format`, `certificate/revoked-key`, `registry/tampered`, `audit/broken`.
 */
export async function verifiedRecord(
  options: RegistryOptions,
  stored: StoredVersion,
  counters?: ModelCounters & { readonly records?: KnownRecords },
): Promise<VerifiedRecord> {
  const { version } = stored;
  const subject = versionSubject(version);
  if (stored.certificate === null) {
    throw new SluiceError("certificate/missing", {
      found: `${subject} in stage "${version.stage}" without a certificate`,
      expected: "a certificate signed at its promotion",
      fix: "Promote it: nothing is served that has not passed the gates.",
    });
  }
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const records = counters?.records;
  const certificate =
    records === undefined
      ? await storedCertificate(sql, stored.certificate, subject)
      : certificateOfRow(records.certificate, stored.certificate, subject);
  await requireSigned(certificate, options.verifier, subject);
  const about = certificate.body.subject;
  if (about.model !== version.name || about.version !== version.version) {
    throw changedCertificate(subject, certificate.digest, `it was issued to ${about.model}@${about.version}`);
  }
  if (about.artifactDigest !== version.artifactDigest || about.serviceHash !== version.service.hash) {
    throw changedCertificate(subject, certificate.digest, "it was issued to another artifact or feature service");
  }
  if (version.stage !== "archived" && certificate.body.transition.to !== version.stage) {
    throw tampered(
      subject,
      `its stage is "${version.stage}", its certificate is for "${certificate.body.transition.to}"`,
    );
  }
  const events = await checkAudit(options, stored, certificate);
  const standing =
    records === undefined
      ? await readStanding(sql, version.name, options.verifier, counters)
      : await verifiedStanding(records.standing, version.name, counters?.revision ?? 0, options.verifier);
  const known = records?.block === undefined ? [] : [[blockOf(version.version), records.block] as const];
  requireStanding(standing, stored, await blockTexts(sql, standing, [version.version], new Map(known)));
  const loggedMs = await requireInLog(options.ledger.audit, standing, subject, events);
  return { certificate, standing, events, loggedMs };
}

async function checkAudit(
  options: RegistryOptions,
  stored: StoredVersion,
  certificate: PromotionCertificate,
): Promise<readonly AuditRecord[]> {
  const { version } = stored;
  const subject = versionSubject(version);
  const records = await options.ledger.audit.read({ subject });
  const decisions = records.filter(({ kind }) => kind === "version.promoted" || kind === "version.archived");
  const newest = decisions.at(-1);
  if (newest === undefined) throw brokenAudit(subject, "no audit record names its promotion");
  if (!(await options.ledger.audit.intact(newest.index)))
    throw brokenAudit(subject, `audit record ${newest.index} was changed`);
  await checkKeys(options, stored, certificate, records);
  const replaced = newest.kind === "version.archived";
  if (replaced !== (version.stage === "archived" && certificate.body.transition.to === "production")) {
    throw tampered(
      subject,
      `its stage is "${version.stage}", but by audit record ${newest.index} it was ${newest.kind === "version.archived" ? "replaced in production" : `promoted to "${certificate.body.transition.to}"`}`,
    );
  }
  if (!replaced) checkPromotion(stored, certificate, newest);
  return records;
}

/** The keys of the version's record and of its certificate must not have ended before the audit log had both. */
async function checkKeys(
  options: RegistryOptions,
  stored: StoredVersion,
  certificate: PromotionCertificate,
  records: readonly AuditRecord[],
): Promise<void> {
  await requireRegisteredInTime(options, stored, records);
  const subject = versionSubject(stored.version);
  const promoted = records.find(
    ({ kind, body }) => kind === "version.promoted" && namesIn(body, "certificate") === certificate.digest,
  );
  await requireSignedInTime(options, certificate.keyId, `the certificate of ${subject}`, promoted);
}

/** Refuses a version whose record a key signed that has ended, unless the audit log has it from before. Errors: `certificate/revoked-key`. */
export async function requireRegisteredInTime(
  options: RegistryOptions,
  stored: StoredVersion,
  records?: readonly AuditRecord[],
): Promise<void> {
  if (endOf(options, stored.keyId) === undefined) return;
  const subject = versionSubject(stored.version);
  const digest = digestOf(stored.body);
  const known = records ?? (await options.ledger.audit.read({ subject }));
  const registered = known.find(
    ({ kind, body }) => kind === "version.registered" && namesIn(body, "record") === digest,
  );
  await requireSignedInTime(options, stored.keyId, `the record of version ${subject}`, registered);
}

function namesIn(body: JsonValue, member: "certificate" | "record"): unknown {
  return typeof body === "object" && body !== null && !Array.isArray(body) ? Reflect.get(body, member) : undefined;
}

/** The record must say exactly what the certificate implies: so an edit is noticed even where the chain was made to fit again. */
function checkPromotion(stored: StoredVersion, certificate: PromotionCertificate, record: AuditRecord): void {
  const { version } = stored;
  const expected = promotedBody(certificate.digest, certificate.body, version.revision);
  if (canonicalJson(record.body) === canonicalJson(expected) && record.actor === certificate.body.actor) return;
  throw brokenAudit(
    versionSubject(version),
    `audit record ${record.index} and the certificate ${certificate.digest} with revision ${version.revision} do not tell the same promotion`,
  );
}

function brokenAudit(subject: string, what: string): SluiceError {
  return new SluiceError("audit/broken", {
    found: `${what} (${subject})`,
    expected: "an intact audit record that names the version's certificate",
    fix: "Run verifyAudit(), restore the store from a backup, and find out who changed it.",
  });
}
