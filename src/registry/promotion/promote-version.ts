import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { Gate } from "../../contracts/gate.ts";
import type { ModelVersion } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { voidText } from "../approvals/void-approvals.ts";
import { whileSettled } from "../loading/while-settled.ts";
import { adoptPolicy } from "../policy/adopt-policy.ts";
import { type Judgement, judgeTransition } from "../policy/judge-transition.ts";
import { policyOf } from "../policy/policy-of.ts";
import { policyDigest } from "../policy/policy-digest.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { aliasOf, isAliasTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";
import { printedVersion } from "../versions/version-text.ts";
import { type AskedBreakGlass, breakGlassRefusals } from "./break-glass-refusals.ts";
import { certify, type SignedCertificate } from "./certify.ts";
import { commitTransition } from "./commit-transition.ts";
import { emergencyBehind, requireConfirmed } from "./emergency-behind.ts";
import { approvalsNotCounted, factsStand, type GatheredEvidence, gatherEvidence } from "./gather-evidence.ts";
import type { PromotionResult } from "./promotion-result.ts";
import { promotionText, refusalText } from "./promotion-text.ts";
import { recordRefusal } from "./record-refusal.ts";
import { requireOwnAlias } from "./require-target.ts";
import { subjectMoment } from "./subject-moment.ts";
import { requireEmergency, requireTransition } from "./transitions.ts";

/** How a transition is asked for. */
export interface AskedTransition extends TransitionRequest {
  readonly key: VersionKey;
  readonly to: TransitionTarget;
  /** Present for a rollback: the gate that the version was in production before. */
  readonly former?: Gate;
  /** Present in an emergency: closed gates are passed, on record, for a while. */
  readonly breakGlass?: AskedBreakGlass;
}

const attempts = 32;

/**
 * Takes a version through its gates: gathers evidence, judges, signs, and commits in one short transaction. When something the judgement
 * used has changed meanwhile it begins again, at most 32 times (`registry/conflict`).
 */
export async function promoteVersion(options: RegistryOptions, asked: AskedTransition): Promise<PromotionResult> {
  requireVersionKey(asked.key);
  requireRequest(versionSubject(asked.key), asked);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const moment = await subjectMoment(options, asked.key, asked.to);
    await allowTransition(options, asked, moment.subject);
    await adoptPolicy(options, moment.subject.version, asked.actor, moment.policy);
    const gathered = await gatherEvidence(options, asked.key, asked.to, moment);
    // What was allowed was allowed from where it stood: another act may have moved it since.
    if (gathered.subject.version.revision !== moment.subject.version.revision) continue;
    const judgement = judge(options, gathered, asked);
    const promotionPolicy = policyOf(options, gathered.subject.version);
    const policy = promotionPolicy === undefined ? null : policyDigest(promotionPolicy);
    if (!judgement.opens || policy === null || policy !== gathered.policyDigest)
      return await refused(options, gathered, judgement, asked);
    // The signer may be a network call: what other stages say is asked again after it.
    const certificate = await certify(options.signer, gathered, policy, judgement.outcomes, asked);
    if (!(await factsStand(options, gathered))) continue;
    if ((await commitTransition(options, gathered, certificate)) === "changed") continue;
    announce(options, certificate);
    const version = versionAfter(gathered);
    return printable({ outcome: "promoted", version, certificate: certificateOf(certificate) }, promotionText);
  }
  throw new SluiceError("registry/conflict", {
    found: `${versionSubject(asked.key)}, or what it was judged by, changed during each of ${attempts} attempts`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

/** What the policy says; in an emergency, only whether it permits one. */
function judge(options: RegistryOptions, { evidence, subject }: GatheredEvidence, asked: AskedTransition): Judgement {
  const policy = policyOf(options, subject.version);
  const judgement = judgeTransition(policy, evidence, asked.former);
  if (asked.breakGlass === undefined) return judgement;
  const reasons = breakGlassRefusals(policy?.breakGlass, asked.breakGlass);
  return { ...judgement, opens: reasons.length === 0, reasons, lacksApprovals: false };
}

/** The version as the transition has left it: an alias moves, the version does not. */
function versionAfter({ subject, evidence }: GatheredEvidence): ModelVersion {
  const { version } = subject;
  if (evidence.alias !== undefined) return version;
  return printedVersion({ ...version, stage: evidence.transition.to, revision: version.revision + 1 });
}

async function allowTransition(options: RegistryOptions, asked: AskedTransition, stored: StoredVersion): Promise<void> {
  const { version } = stored;
  try {
    if (asked.breakGlass !== undefined) requireEmergency(versionSubject(asked.key), version.stage, asked.to);
    else if (isAliasTarget(asked.to)) requireOwnAlias(aliasOf(asked.to));
    else if (asked.former !== undefined || asked.to !== version.stage || !(await confirmsEmergency(options, asked)))
      requireTransition(versionSubject(asked.key), version.stage, asked.to, asked.former !== undefined);
    await requireConfirmed(options, stored, asked);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await recordRefusal(options, version, asked, { outcomes: [], reasons: [reason] });
    throw error;
  }
}

/** Read again as a whole: a promotion that came between its statements is no tampering. */
async function confirmsEmergency(options: RegistryOptions, { key, to }: AskedTransition): Promise<boolean> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const read = async () => await emergencyBehind(options, await readVersion(sql, key, options.verifier), to);
  return (await whileSettled(options, key.name, read)) !== undefined;
}

async function refused(
  options: RegistryOptions,
  gathered: GatheredEvidence,
  judgement: Judgement,
  asked: AskedTransition,
): Promise<PromotionResult> {
  const { version } = gathered.subject;
  const notCounted = judgement.lacksApprovals ? await approvalsNotCounted(options, gathered) : [];
  const reasons = judgement.opens
    ? ["the policy changed while it was judged"]
    : [...judgement.reasons, ...notCounted.map(voidText)];
  await recordRefusal(options, version, asked, { outcomes: judgement.outcomes, reasons, evidence: gathered.digest });
  const refusal = { outcome: "refused", version, gates: judgement.outcomes, reasons } as const;
  return printable(refusal, (result) => refusalText(result, gathered.evidence));
}

function announce(options: RegistryOptions, certificate: SignedCertificate): void {
  const { subject, transition, alias, breakGlass, approvals } = certificate.body;
  const told = { model: subject.model, version: subject.version };
  if (alias === undefined) options.events.emit("version.promoted", { ...told, ...transition });
  else options.events.emit("alias.moved", { ...told, alias });
  if (breakGlass !== undefined)
    options.logger?.warn(
      { ...told, ...transition, role: breakGlass.role, until: new Date(breakGlass.untilMs).toISOString() },
      "closed gates were passed by break-glass",
    );
  else if (transition.to === "production" && approvals.some(({ identity }) => identity === undefined))
    options.logger?.warn(
      told,
      "approved by people whose identity nobody verified: give the workspace an identity verifier",
    );
}

function certificateOf(certificate: SignedCertificate): PromotionCertificate {
  const { digest, body, signed } = certificate;
  return { digest, body, keyId: signed.key_id, signature: signed.signature };
}
