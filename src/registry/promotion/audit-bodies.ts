import type { CertificateBody } from "../../contracts/certificate.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";

/** What the audit record of a promotion says. Loading compares the record with this, so an edited record is noticed even if its hash was made to fit. */
export function promotedBody(certificate: Digest, body: CertificateBody, revision: number): JsonValue {
  return {
    certificate,
    from: body.transition.from,
    to: body.transition.to,
    revision,
    reason: body.reason,
    policy: body.policyDigest,
    evidence: body.evidenceDigest,
    champion: body.champion?.version ?? null,
    ...(body.breakGlass === undefined ? {} : { breakGlass: { ...body.breakGlass } }),
  };
}

/** What the audit record of an alias that was moved says. */
export function movedBody(certificate: Digest, body: CertificateBody): JsonValue {
  return {
    certificate,
    version: body.subject.version,
    stage: body.transition.to,
    reason: body.reason,
    policy: body.policyDigest,
    evidence: body.evidenceDigest,
  };
}

/** What the audit record of a version that was replaced in production says. */
export function archivedBody(replacedBy: number, certificate: Digest, revision: number): JsonValue {
  return { from: "production", to: "archived", replacedBy, certificate, revision };
}
