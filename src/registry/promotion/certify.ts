import type { CertificateBody } from "../../contracts/certificate.ts";
import type { GateOutcome } from "../../contracts/gate.ts";
import type { Signer } from "../../contracts/signer.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import { type Standing, standingWith, type VersionStanding } from "../versions/standing.ts";
import type { GatheredEvidence } from "./gather-evidence.ts";
import { maxShareOf } from "./transitions.ts";

/** Who asks for a transition, and why. */
export interface TransitionRequest {
  readonly actor: string;
  readonly reason: string;
}

/** A certificate as it will be stored. */
export interface SignedCertificate {
  readonly digest: Digest;
  readonly body: CertificateBody;
  readonly signed: SignedText;
  /** Where the model's versions stand after it, signed. */
  readonly standing: SignedText;
}

/** Signs the certificate of a transition whose gates have opened. The signer may be a network call: no transaction is open. */
export async function certify(
  signer: Signer,
  gathered: GatheredEvidence,
  policy: Digest,
  outcomes: readonly GateOutcome[],
  request: TransitionRequest,
): Promise<SignedCertificate> {
  const { version, transition, champion, approvals } = gathered.evidence;
  const body: CertificateBody = {
    schema: 1,
    subject: {
      model: version.name,
      version: version.version,
      artifactDigest: version.artifactDigest,
      serviceHash: version.service.hash,
    },
    transition,
    maxShare: maxShareOf[transition.to],
    policyDigest: policy,
    evidenceDigest: gathered.digest,
    outcomes,
    champion: champion === null ? null : { version: champion.version, artifactDigest: champion.artifactDigest },
    approvals,
    actor: request.actor,
    reason: request.reason,
    issuedAtMs: gathered.nowMs,
  };
  const signed = await signRecord(signer, body);
  const digest = digestOf(signed.body);
  return { digest, body, signed, standing: await signRecord(signer, standingAfter(gathered, digest)) };
}

function standingAfter({ subject, champion, standing, evidence }: GatheredEvidence, certificate: Digest): Standing {
  const { to } = evidence.transition;
  const { version, revision } = subject.version;
  const changed: VersionStanding[] = [{ version, stage: to, revision: revision + 1, certificate }];
  if (to === "production" && champion !== null && champion.certificate !== null) {
    const { version, revision } = champion.version;
    changed.push({ version, stage: "archived", revision: revision + 1, certificate: champion.certificate });
  }
  return standingWith(standing, standing.revision + 1, changed);
}
