import type { ArtifactContent } from "../../contracts/artifact.ts";
import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { CertificateFiles, CertificatePart, SignedJson } from "../../contracts/certificate-files.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf, digestOfJson } from "../../core/digest.ts";
import { jsonOf } from "../../core/json-of.ts";
import { type ArtifactManifest, encodeManifest } from "../../ledger/artifacts/artifact-manifest.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { verifyInclusion } from "../../ledger/trail/audit-proofs.ts";
import { aliasSubject, targetOf } from "../versions/transition-target.ts";
import { membersOf } from "../../core/is-record.ts";
import { canonicalText } from "./certificate-format.ts";

/** The first thing that does not hold. */
export interface FileFault {
  readonly part: CertificatePart;
  readonly reason: string;
}

/** {@link CertificateFiles} with the artifact by its files' digests. */
export type FilesBeside = Omit<CertificateFiles, "artifact"> & { readonly artifact?: ArtifactManifest | undefined };

/** An artifact by its files' digests. */
export function describedArtifact({ format, files }: ArtifactContent): ArtifactManifest {
  return {
    format,
    files: files.map(({ path, bytes }) => ({ path, digest: digestOf(bytes), sizeBytes: bytes.length })),
  };
}

type Check = (certificate: PromotionCertificate, files: FilesBeside, verifier: Verifier) => Promise<string | undefined>;

/** Each part with its check, in order; a check answers what is wrong. */
const checks: readonly (readonly [keyof FilesBeside, Check])[] = [
  ["inclusion", inclusionFault],
  ["artifact", artifactFault],
  ["version", versionFault],
  ["policy", policyFault],
  ["evidence", evidenceFault],
  ["evaluation", evaluationFault],
  ["approvals", approvalsFault],
];

/** Checks what is given beside a certificate whose own signature holds, and whether its key had ended. Adds what held to `checked`. */
export async function checkFiles(
  certificate: PromotionCertificate,
  verifier: Verifier,
  files: FilesBeside,
  checked: CertificatePart[],
): Promise<FileFault | undefined> {
  const ended = await endFault(certificate, files, verifier);
  if (ended !== undefined) return { part: "key", reason: ended };
  checked.push("key");
  for (const [part, check] of checks) {
    if (files[part] === undefined) continue;
    const reason = await check(certificate, files, verifier);
    if (reason !== undefined) return { part, reason };
    checked.push(part);
  }
  return undefined;
}

async function endFault(
  { keyId }: PromotionCertificate,
  { inclusion }: FilesBeside,
  verifier: Verifier,
): Promise<string | undefined> {
  const endMs = verifier.endsAtMs?.(keyId);
  if (endMs === undefined) return undefined;
  const end = `key "${keyId}" ended at ${new Date(endMs).toISOString()}`;
  if (inclusion === undefined) return `${end}, and no proof of inclusion shows that it signed this before`;
  const proof = await verifyInclusion(inclusion, verifier);
  if (!proof.valid) return `${end}, and the proof of inclusion does not hold: ${proof.reason}`;
  if (verifier.endsAtMs?.(proof.checkpoint.keyId) !== undefined)
    return `${end}, and the proof of inclusion rests on a checkpoint of a key that ended as well`;
  return proof.record.timeMs < endMs ? undefined : `${end}, before the promotion was recorded`;
}

async function artifactFault({ body }: PromotionCertificate, { artifact }: FilesBeside): Promise<string | undefined> {
  if (artifact === undefined) return undefined;
  const { digest } = encodeManifest(artifact).artifact;
  if (digest === body.subject.artifactDigest) return undefined;
  const names = artifact.files.map(({ path }) => path).slice(0, 10);
  return `these files (${names.join(", ") || "none"}; format "${artifact.format}") are ${digest}, it was issued to ${body.subject.artifactDigest}`;
}

async function versionFault(
  { body }: PromotionCertificate,
  { version }: FilesBeside,
  verifier: Verifier,
): Promise<string | undefined> {
  if (!(await isSigned(version, verifier))) return "the version's record does not carry the signature of a pinned key";
  const { kind, schema, name, version: number, artifactDigest, service } = membersOf(membersOf(version)["body"]);
  if (kind !== "model-version" || schema !== 1) return "the version's record is none of format 1";
  const { subject } = body;
  const same =
    name === subject.model &&
    number === subject.version &&
    artifactDigest === subject.artifactDigest &&
    membersOf(service)["hash"] === subject.serviceHash;
  return same
    ? undefined
    : `the version's record is that of ${String(name)}@${String(number)}, or of another artifact or feature service`;
}

async function policyFault({ body }: PromotionCertificate, { policy }: FilesBeside): Promise<string | undefined> {
  const digest = digestOf(policy ?? "");
  return digest === body.policyDigest ? undefined : `this policy is ${digest}, it was judged by ${body.policyDigest}`;
}

async function evidenceFault({ body }: PromotionCertificate, { evidence }: FilesBeside): Promise<string | undefined> {
  const digest = digestOf(evidence ?? "");
  if (digest !== body.evidenceDigest) return `this evidence is ${digest}, it was judged by ${body.evidenceDigest}`;
  const { version, transition, policy } = membersOf(parsed(evidence));
  const { name, version: number, artifactDigest } = membersOf(version);
  const { subject } = body;
  if (name !== subject.model || number !== subject.version || artifactDigest !== subject.artifactDigest)
    return `the evidence is about ${String(name)}@${String(number)}`;
  if (policy !== body.policyDigest) return "the evidence was judged by another policy";
  const { from, to } = membersOf(transition);
  return from === body.transition.from && to === body.transition.to
    ? undefined
    : "the evidence is about another transition";
}

async function evaluationFault(
  { body }: PromotionCertificate,
  files: FilesBeside,
  verifier: Verifier,
): Promise<string | undefined> {
  const { statement, report } = membersOf(files.evaluation);
  if (!(await isSigned(statement, verifier))) return "the evaluation does not carry the signature of a pinned key";
  const said = membersOf(membersOf(statement)["body"]);
  const { digest, ...measured } = membersOf(report);
  const actual = digestOfJson(jsonOf(measured));
  if (said["kind"] !== "evaluation" || said["digest"] !== actual || (digest ?? actual) !== actual)
    return `the report is ${actual}, its evaluator signed ${String(said["digest"])}`;
  if (measured["artifactDigest"] !== body.subject.artifactDigest) return "the report is about another artifact";
  const wanted = files.evidence === undefined ? actual : membersOf(parsed(files.evidence))["evaluation"];
  return wanted === actual ? undefined : `the report is ${actual}, the evidence names ${String(wanted)}`;
}

/** Every approval that counted must be there, signed, for this transition of this version. */
async function approvalsFault(
  { body }: PromotionCertificate,
  { approvals }: FilesBeside,
  verifier: Verifier,
): Promise<string | undefined> {
  const { subject, transition } = body;
  for (const counted of body.approvals) {
    const wanted = canonicalJson(
      jsonOf({
        kind: "approval",
        schema: 1,
        model: subject.model,
        version: subject.version,
        to: targetOf(transition.to, body.alias),
        ...counted,
      }),
    );
    const signed = [...(approvals ?? [])].filter((approval) => canonicalText(membersOf(approval)["body"]) === wanted);
    const holds = await Promise.all(signed.map((approval) => isSigned(approval, verifier)));
    if (!holds.includes(true))
      return `the approval by ${JSON.stringify(counted.approver)} is not there with a signature of a pinned key`;
  }
  return undefined;
}

async function inclusionFault(
  { body, digest }: PromotionCertificate,
  { inclusion }: FilesBeside,
  verifier: Verifier,
): Promise<string | undefined> {
  const proof = await verifyInclusion(inclusion ?? {}, verifier);
  if (!proof.valid) return proof.reason;
  const { kind, subject, body: recorded, actor } = proof.record;
  const { model, version } = body.subject;
  const isAbout =
    body.alias === undefined
      ? kind === "version.promoted" && subject === `${model}@${version}`
      : kind === "alias.moved" && subject === aliasSubject(model, body.alias);
  const isItsOwn = isAbout && membersOf(recorded)["certificate"] === digest && actor === body.actor;
  return isItsOwn
    ? undefined
    : `event ${proof.record.index} of the audit log (${kind} of ${subject}) is not this promotion`;
}

async function isSigned(value: SignedJson | unknown, verifier: Verifier): Promise<boolean> {
  const { body, keyId, signature } = membersOf(value);
  const text = canonicalText(body);
  if (text === undefined || typeof keyId !== "string" || typeof signature !== "string") return false;
  return await signatureHolds(verifier, { body: text, key_id: keyId, signature });
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
