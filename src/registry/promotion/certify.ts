import type { CertificateBody } from "../../contracts/certificate.ts";
import type { GateOutcome } from "../../contracts/gate.ts";
import type { Signer } from "../../contracts/signer.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import type { Standing, VersionStanding } from "../versions/standing.ts";
import { type BlockTexts, type ChangedStanding, standingWith } from "../versions/standing-blocks.ts";
import type { GatheredEvidence } from "./gather-evidence.ts";
import type { TransitionRequest } from "../versions/transition-request.ts";
import type { StoredVersion } from "../versions/version-table.ts";
import { maxShareOf } from "./transitions.ts";

/** A certificate as it will be stored. */
export interface SignedCertificate {
  readonly digest: Digest;
  readonly body: CertificateBody;
  readonly signed: SignedText;
  /** Where the model's versions stand after it, signed. */
  readonly standing: SignedText;
  /** The blocks of the standing that change with it. */
  readonly blocks: BlockTexts;
}

/** Signs the certificate of a transition whose gates have opened. The signer may be a network call: no transaction is open. */
export async function certify(
  signer: Signer,
  gathered: GatheredEvidence,
  policy: Digest,
  outcomes: readonly GateOutcome[],
  request: TransitionRequest & { readonly breakGlass?: { readonly role: string; readonly durationMs: number } },
): Promise<SignedCertificate> {
  const { version, transition, champion, approvals, alias } = gathered.evidence;
  const { breakGlass } = request;
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
    ...(alias === undefined ? {} : { alias }),
    ...(breakGlass === undefined
      ? {}
      : { breakGlass: { role: breakGlass.role, untilMs: gathered.nowMs + breakGlass.durationMs } }),
    actor: request.actor,
    reason: request.reason,
    issuedAtMs: gathered.nowMs,
  };
  const signed = await signRecord(signer, body);
  const digest = digestOf(signed.body);
  const { standing, blocks } = standingAfter(gathered, digest);
  return { digest, body, signed, standing: await signRecord(signer, standing), blocks };
}

function standingAfter(gathered: GatheredEvidence, certificate: Digest): ChangedStanding {
  const { subject, champion, blocks, evidence, log } = gathered;
  const standing: Standing = { ...gathered.standing, log };
  const { alias } = evidence;
  const { to } = evidence.transition;
  const { version, revision } = subject.version;
  if (alias !== undefined) {
    const others = (standing.aliases ?? []).filter((one) => one.alias !== alias);
    const aliases = [...others, { alias, version, certificate }];
    return { standing: { ...standing, revision: standing.revision + 1, aliases }, blocks: new Map() };
  }
  const changed: VersionStanding[] = [{ version, stage: to, revision: revision + 1, certificate }];
  const replaced = replacedBy(subject, champion, to);
  if (replaced !== null && replaced.certificate !== null) {
    const { version, revision } = replaced.version;
    changed.push({ version, stage: "archived", revision: revision + 1, certificate: replaced.certificate });
  }
  return standingWith(standing, changed, blocks);
}

/** The version that another one's way into production archives; `null` = none, as where a version is only confirmed there. */
export function replacedBy(subject: StoredVersion, champion: StoredVersion | null, to: string): StoredVersion | null {
  return to === "production" && champion !== null && champion.version.version !== subject.version.version
    ? champion
    : null;
}
