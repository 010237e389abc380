import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { CertificatePart } from "../../contracts/certificate-files.ts";
import type { FilesBeside } from "../../registry/certificates/check-files.ts";

const lines: { readonly [Part in CertificatePart]: string } = {
  format: "format: a signed certificate",
  digest: "digest: its body is the one that its digest names",
  signature: "signature: that key signed its body",
  key: "key: one of those given",
  artifact: "artifact: the model's files are those that it was issued to",
  version: "version: the signed record is of this version and artifact",
  policy: "policy: the one that it was judged by",
  evidence: "evidence: the one that it was judged by",
  evaluation: "evaluation: signed, of this artifact, and named by the evidence",
  approvals: "approvals: each that counted is there and signed",
  inclusion: "inclusion: the promotion is in the audit log that a checkpoint signed",
};

/** What it means that a part of a certificate held. */
export function partLine(part: CertificatePart): string {
  return lines[part];
}

/** The parts beside a certificate that may be looked at. */
export const partsBeside: readonly (keyof FilesBeside)[] = [
  "artifact",
  "version",
  "policy",
  "evidence",
  "evaluation",
  "approvals",
  "inclusion",
];

/** What a certificate says, in one line: for one whose signature holds. */
export function certificateLine({ body, keyId }: PromotionCertificate): string {
  const { subject, transition, alias, actor, reason, issuedAtMs, maxShare, breakGlass } = body;
  const what = alias === undefined ? `${transition.from} → ${transition.to}` : `alias "${alias}"`;
  const emergency = breakGlass === undefined ? "" : ", in an EMERGENCY (break-glass)";
  const share = Number((maxShare * 100).toFixed(4));
  return `certificate: ${subject.model}@${subject.version}, ${what}, at most ${share}% of the traffic, by ${actor} at ${instantText(issuedAtMs)} (${JSON.stringify(reason)})${emergency}; key ${keyId}`;
}

/** An instant as ISO 8601; of what is none, the number. */
export function instantText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
