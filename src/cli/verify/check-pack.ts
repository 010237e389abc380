import type { OpenArtifact, OpenArtifactFile } from "../../contracts/artifact.ts";
import type { CertificatePart } from "../../contracts/certificate-files.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { membersOf } from "../../core/is-record.ts";
import { asCertificate } from "../../registry/certificates/certificate-format.ts";
import { verifyBeside } from "../../registry/certificates/verify-certificate.ts";
import { folderOf } from "../../workflows/governance/model-files.ts";
import type { PackManifest } from "../../workflows/governance/pack-record.ts";
import type { Findings } from "./findings.ts";
import { fileAt, jsonIn, textIn } from "./json-in.ts";
import { checkDecisions } from "./pack-decisions.ts";
import { checkFiles, manifestName, packManifest } from "./pack-files.ts";
import { checkCheckpoints, checkProofs, type ProvenEvent } from "./pack-log.ts";

const certificatePath = /^(models\/[^/]+)\/certificates\/[^/]+\.json$/;

/** Verifies what an audit pack can show by itself, and says what it cannot. */
export async function checkPack(pack: OpenArtifact, verifier: Verifier, found: Findings): Promise<void> {
  const manifest = await packManifest(pack, found);
  if (manifest === undefined) return;
  const digests = await checkFiles(pack, manifest, found);
  found.unproven(
    `manifest.json, ${digests.get(manifestName) ?? ""}: it is not signed; ask whoever made the pack for its SHA-256 by another way`,
  );
  if (!(await checkVerdict(pack, manifest, found)) || !checkSigners(verifier, found)) return;
  const checkpoints = await checkCheckpoints(pack, manifest, verifier, found);
  const proven = await checkProofs(pack, checkpoints, verifier, found);
  await checkCertificates(pack, proven, verifier, found);
  await checkDecisions(pack, { proven, checkpoints }, found);
  found.unproven("documents, cards, figures, production.json: texts made from records, as the manifest lists them");
  found.unproven("that no event was left out, and what the log did not tell: verifyAudit() of the workspace shows it");
}

/** The key ids that checkpoints and certificates of a pack name. */
export async function packSigners(pack: OpenArtifact, found: Findings): Promise<void> {
  const checkpoints = await jsonIn(fileAt(pack, "checkpoints.json"));
  const certificates = pack.files.filter(({ path }) => certificatePath.test(path));
  const signed = [
    ...(Array.isArray(checkpoints) ? checkpoints : []),
    ...(await Promise.all(certificates.map((file) => jsonIn(file)))),
  ];
  for (const one of signed) found.signedBy(membersOf(one)["keyId"]);
}

/** Whether every key that signed, as the pack says, was given: else each of its records would be told by itself. */
function checkSigners(verifier: Verifier, found: Findings): boolean {
  const given = verifier.keyIds?.() ?? [];
  const others = found.signers.filter((keyId) => !given.includes(keyId));
  for (const keyId of others)
    found.bad(`key ${keyId}: it signed, as the pack says, and was not given; if its maker never had it, it was forged`);
  return others.length === 0;
}

/** Whether the log verified when the pack was made: of one that did not, it holds nothing else. */
async function checkVerdict(pack: OpenArtifact, { log }: PackManifest, found: Findings): Promise<boolean> {
  const { valid, events, head, reason } = membersOf(await jsonIn(fileAt(pack, "verdict.json")));
  if (!log.verified || valid !== true) {
    found.bad(`log: it did not verify when the pack was made: ${String(log.fault ?? reason)}`);
    return false;
  }
  if (events !== log.events || head !== log.head) found.bad("log: verdict.json and manifest.json tell of another log");
  return true;
}

async function checkCertificates(
  pack: OpenArtifact,
  proven: ReadonlyMap<number, ProvenEvent>,
  verifier: Verifier,
  found: Findings,
): Promise<void> {
  const promotions = promotionsOf(proven);
  const counts = new Map<string, number>();
  for (const file of pack.files) {
    const folder = certificatePath.exec(file.path)?.[1];
    if (folder === undefined) continue;
    const verdict = await certificateVerdict(pack, { file, folder, promotions }, verifier);
    if (verdict.fault !== undefined) found.bad(`certificate ${file.path}: ${verdict.fault}`);
    else {
      const group = `of ${folder}: ${verdict.checked.join(", ")}`;
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    if (verdict.digest !== undefined) promotions.delete(verdict.digest);
  }
  for (const [group, count] of counts) found.ok(`certificates: ${count} ${group}`);
  for (const [digest, { record }] of promotions)
    found.bad(`certificate ${digest} of event ${record.index} (${record.subject}): it is not there`);
  if (counts.size > 0) found.unproven("the models' own files, and signed approvals: an exported version has them");
}

/** The promotions that proofs show, by the digest of the certificate that they issued. */
function promotionsOf(proven: ReadonlyMap<number, ProvenEvent>): Map<string, ProvenEvent> {
  const promotions = new Map<string, ProvenEvent>();
  for (const event of proven.values()) {
    const { certificate } = membersOf(event.record.body);
    if (event.record.kind === "version.promoted" && typeof certificate === "string") promotions.set(certificate, event);
  }
  return promotions;
}

interface PackCertificate {
  readonly file: OpenArtifactFile;
  /** Of its model. */
  readonly folder: string;
  readonly promotions: ReadonlyMap<string, ProvenEvent>;
}

async function certificateVerdict(
  pack: OpenArtifact,
  { file, folder, promotions }: PackCertificate,
  verifier: Verifier,
): Promise<{ readonly fault?: string; readonly digest?: Digest; readonly checked: readonly CertificatePart[] }> {
  const read = asCertificate(await jsonIn(file));
  if ("reason" in read) return { fault: `format: ${read.reason}`, checked: [] };
  const { digest, body } = read;
  const [evidence, policy] = [
    await textIn(fileAt(pack, `${folder}/evidence/${body.evidenceDigest.slice(7)}.json`)),
    await textIn(fileAt(pack, `policies/${body.policyDigest.slice(7)}.json`)),
  ];
  const inclusion = promotions.get(digest)?.proof;
  const beside = {
    ...(evidence !== undefined && { evidence }),
    ...(policy !== undefined && { policy }),
    ...(inclusion !== undefined && { inclusion }),
  };
  const verdict = await verifyBeside(read, verifier, beside);
  const { checked } = verdict;
  if (!verdict.valid) return { fault: `${verdict.part}: ${verdict.reason}`, digest, checked };
  if (folderOf(body.subject.model) !== folder)
    return { fault: `it is of the model ${JSON.stringify(body.subject.model)}`, digest, checked };
  if (inclusion === undefined) return { fault: "inclusion: no proof shows its promotion in the log", digest, checked };
  if (evidence === undefined) return { fault: "evidence: what it was judged by is not there", digest, checked };
  return { digest, checked };
}
