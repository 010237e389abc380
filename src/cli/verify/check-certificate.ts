import type { OpenArtifact } from "../../contracts/artifact.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { bytesOf, digestOfSource } from "../../core/byte-source.ts";
import { membersOf } from "../../core/is-record.ts";
import type { ArtifactManifest } from "../../ledger/artifacts/artifact-manifest.ts";
import { asCertificate } from "../../registry/certificates/certificate-format.ts";
import type { FilesBeside } from "../../registry/certificates/check-files.ts";
import { verifyBeside } from "../../registry/certificates/verify-certificate.ts";
import { artifactFolderName, recordsBeside } from "../../registry/transfer/bundle.ts";
import { certificateLine, partLine, partsBeside } from "./certificate-lines.ts";
import type { Findings } from "./findings.ts";
import { fileAt, jsonIn, mostRecordBytes } from "./json-in.ts";

/** A certificate, and the files beside it under the names that `export` gives them. */
export interface CertificateInFiles {
  readonly certificate: unknown;
  readonly beside: OpenArtifact;
}

const recordNames = ["evidence.json", "policy.json", "records.json", "inclusion.json"] as const;

/** Verifies a certificate and what lies beside it. What does not lie there is named. */
export async function checkCertificate(
  { certificate, beside }: CertificateInFiles,
  verifier: Verifier,
  found: Findings,
): Promise<void> {
  const files = await filesBeside(beside, found);
  const verdict = await verifyBeside(certificate, verifier, files);
  const read = asCertificate(certificate);
  if (verdict.checked.includes("signature") && !("reason" in read)) found.ok(certificateLine(read));
  for (const part of verdict.checked) found.ok(partLine(part));
  if (!verdict.valid) found.bad(`${verdict.part}: ${verdict.reason}`);
  for (const part of partsBeside) if (files[part] === undefined) found.unproven(absentLine(part, beside));
}

/** The key ids that a certificate names. */
export function certificateSigners({ certificate }: CertificateInFiles, found: Findings): void {
  found.signedBy(membersOf(certificate)["keyId"]);
}

async function filesBeside(beside: OpenArtifact, found: Findings): Promise<FilesBeside> {
  const records = new Map<string, Uint8Array>();
  for (const name of recordNames) {
    const file = fileAt(beside, name);
    if (file !== undefined && file.sizeBytes <= mostRecordBytes) records.set(name, await bytesOf(file));
  }
  const files = recordsBeside(records);
  if (records.has("records.json") && files.version === undefined)
    found.bad("version: records.json beside it holds no signed version");
  if (records.has("inclusion.json") && files.inclusion === undefined)
    found.bad("inclusion: inclusion.json beside it is no proof");
  const artifact = await artifactBeside(beside);
  return { ...files, ...(artifact !== undefined && { artifact }) };
}

/** The artifact's files by their digests; its format is what bundle.json says, and part of the digest that the certificate names. */
async function artifactBeside(beside: OpenArtifact): Promise<ArtifactManifest | undefined> {
  const { artifactFormat } = membersOf(membersOf(await jsonIn(fileAt(beside, "bundle.json")))["body"]);
  const files = beside.files.filter(({ path }) => path.startsWith(artifactFolderName));
  if (typeof artifactFormat !== "string" || files.length === 0) return undefined;
  const described: ArtifactManifest["files"][number][] = [];
  for (const file of files)
    described.push({
      path: file.path.slice(artifactFolderName.length),
      digest: await digestOfSource(file),
      sizeBytes: file.sizeBytes,
    });
  return { format: artifactFormat, files: described };
}

function absentLine(part: keyof FilesBeside, beside: OpenArtifact): string {
  const isThere = part === "artifact" && beside.files.some(({ path }) => path.startsWith(artifactFolderName));
  return isThere ? "artifact: no bundle.json beside it says its format" : `${part}: nothing of it lies beside it`;
}
