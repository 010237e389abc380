import { membersOf } from "../../core/is-record.ts";
import type { CertificateBody, PromotionCertificate } from "../../contracts/certificate.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { isDigest } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";

/** The format of certificates that this code writes and reads. */
export const certificateFormat = 1;

/** The members of format 1, each of the contract's. What it does not have may restrict what the certificate permits, so it is not read over. */
const members: { readonly [Member in keyof CertificateBody]-?: true } = {
  schema: true,
  subject: true,
  transition: true,
  maxShare: true,
  policyDigest: true,
  evidenceDigest: true,
  outcomes: true,
  champion: true,
  approvals: true,
  alias: true,
  breakGlass: true,
  actor: true,
  reason: true,
  issuedAtMs: true,
};

/** What a value lacks of a certificate, and whether that is because it is newer than this code. */
export interface FormatFault {
  readonly reason: string;
  readonly isNewer: boolean;
}

/** A value as a certificate of this format, or what is wrong with it. It may come from a file: anything is looked for before it is read. */
export function asCertificate(value: unknown): PromotionCertificate | FormatFault {
  const { digest, body, keyId, signature, ...others } = membersOf(value);
  if (typeof digest !== "string" || !isDigest(digest) || typeof keyId !== "string" || typeof signature !== "string")
    return { reason: "it is no signed certificate: digest, keyId or signature is missing", isNewer: false };
  const { schema, ...rest } = membersOf(body);
  if (typeof schema === "number" && schema > certificateFormat)
    return {
      reason: `its format is ${schema}, this code reads format ${certificateFormat}: use a newer version of the library`,
      isNewer: true,
    };
  if (schema !== certificateFormat)
    return {
      reason: `its format is ${JSON.stringify(schema)}, this code reads format ${certificateFormat}`,
      isNewer: false,
    };
  const unknown = [...Object.keys(rest).filter((name) => !Object.hasOwn(members, name)), ...Object.keys(others)];
  if (unknown.length > 0)
    return {
      reason: `it has members that format ${certificateFormat} does not have (${unknown.slice(0, 5).join(", ")}): use a newer version of the library`,
      isNewer: true,
    };
  return hasShape(value) ? value : { reason: "its body lacks what a certificate says", isNewer: false };
}

/** Whether what is read of a certificate is there. */
function hasShape(value: unknown): value is PromotionCertificate {
  const body = membersOf(membersOf(value)["body"]);
  const [subject, transition] = [membersOf(body["subject"]), membersOf(body["transition"])];
  const texts = [
    subject["model"],
    subject["artifactDigest"],
    subject["serviceHash"],
    transition["from"],
    transition["to"],
  ];
  const more = [body["policyDigest"], body["evidenceDigest"], body["actor"], body["reason"]];
  const numbers = [subject["version"], body["maxShare"], body["issuedAtMs"]];
  return (
    [...texts, ...more].every((member) => typeof member === "string") &&
    numbers.every((member) => typeof member === "number") &&
    Array.isArray(body["approvals"]) &&
    Array.isArray(body["outcomes"]) &&
    (body["alias"] === undefined || typeof body["alias"] === "string") &&
    (body["breakGlass"] === undefined || typeof membersOf(body["breakGlass"])["untilMs"] === "number")
  );
}

/** Canonical JSON of what came from a file; undefined for what is no JSON. */
export function canonicalText(value: unknown): string | undefined {
  try {
    return canonicalJson(jsonOf(value));
  } catch {
    return undefined;
  }
}
