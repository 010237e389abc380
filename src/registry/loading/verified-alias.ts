import type { AuditRecord } from "../../contracts/audit-log.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { changedCertificate, storedCertificate } from "../certificates/certificate-table.ts";
import { requireSignedInTime } from "../certificates/key-end.ts";
import { requireSigned } from "../certificates/signed-certificate.ts";
import { movedBody } from "../promotion/audit-bodies.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readAliases } from "../versions/aliases.ts";
import { type AliasStanding, readStanding } from "../versions/standing.ts";
import { requireInLog } from "../versions/standing-in-log.ts";
import { aliasSubject } from "../versions/transition-target.ts";
import { readVersion, type StoredVersion, tampered } from "../versions/version-table.ts";

/**
 * The version that an alias of the host's own points at: its row, the model's signed standing, the certificate that moved it and the newest record
 * about it must agree. Errors: `registry/not-found`, `registry/tampered`, `certificate/invalid`, `certificate/missing`, `audit/broken`.
 */
export async function verifiedAlias(options: RegistryOptions, model: string, alias: string): Promise<StoredVersion> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { own = {} } = await readAliases(sql, model);
  const standing = await readStanding(sql, model, options.verifier);
  const { aliases = [] } = standing;
  const signed = aliases.find((one) => one.alias === alias);
  const version = Object.hasOwn(own, alias) ? own[alias] : undefined;
  const subject = aliasSubject(model, alias);
  if (signed?.version !== version)
    throw tampered(
      subject,
      `the alias "${alias}" points at ${version ?? "nothing"}, by the signed standing at ${signed?.version ?? "nothing"}`,
    );
  const events = await options.ledger.audit.read({ subject });
  await checkAudit(options, subject, events, signed);
  await requireInLog(options.ledger.audit, standing, subject, events);
  if (signed === undefined) {
    throw new SluiceError("registry/not-found", {
      found: `no alias ${subject}`,
      expected: "an alias that was moved to a version",
      fix: `Move it with alias(version, "${alias}", …), if the policy has an entry for it; aliases("${model}") lists them.`,
    });
  }
  const stored = await readVersion(sql, { name: model, version: signed.version }, options.verifier);
  const { body } = await aliasCertificate(options, subject, signed);
  const { artifactDigest } = body.subject;
  const its =
    body.subject.model === model &&
    body.subject.version === signed.version &&
    body.alias === alias &&
    artifactDigest === stored.version.artifactDigest;
  if (!its) throw changedCertificate(subject, signed.certificate, "it was issued to another version, or another alias");
  return stored;
}

async function aliasCertificate(
  options: RegistryOptions,
  subject: string,
  { certificate: digest }: AliasStanding,
): ReturnType<typeof storedCertificate> {
  const certificate = await storedCertificate(options.metadata.sql.withTables<RegistryTables>(), digest, subject);
  await requireSigned(certificate, options.verifier, subject);
  return certificate;
}

/** The newest record about the alias must tell the same: an older standing, put back, is noticed. */
async function checkAudit(
  options: RegistryOptions,
  subject: string,
  events: readonly AuditRecord[],
  signed: AliasStanding | undefined,
): Promise<void> {
  const newest = events.filter(({ kind }) => kind === "alias.moved" || kind === "alias.removed").at(-1);
  if (newest === undefined && signed === undefined) return;
  if (newest === undefined || !(await options.ledger.audit.intact(newest.index)))
    throw brokenAudit(
      subject,
      newest === undefined ? "no audit record names its move" : `audit record ${newest.index} was changed`,
    );
  if (newest.kind === "alias.removed") {
    if (signed === undefined) return;
    throw tampered(subject, `it was removed by audit record ${newest.index}, but points at version ${signed.version}`);
  }
  if (signed === undefined) throw tampered(subject, `audit record ${newest.index} moved it, but it points nowhere`);
  const certificate = await aliasCertificate(options, subject, signed);
  await requireSignedInTime(options, certificate.keyId, `the certificate of ${subject}`, newest);
  if (canonicalJson(newest.body) === canonicalJson(movedBody(signed.certificate, certificate.body))) return;
  throw tampered(subject, `audit record ${newest.index} tells another move than its certificate ${signed.certificate}`);
}

function brokenAudit(subject: string, what: string): SluiceError {
  return new SluiceError("audit/broken", {
    found: `${what} (${subject})`,
    expected: "an intact audit record that names the alias' certificate",
    fix: "Run verifyAudit(), restore the store from a backup, and find out who changed it.",
  });
}
