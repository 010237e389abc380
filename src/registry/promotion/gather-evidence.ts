import type { AuditHead, AuditRecord } from "../../contracts/audit-log.ts";
import type { GateEvidence, IdentityDemand } from "../../contracts/gate.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, digestOf, digestOfJson } from "../../core/digest.ts";
import { validApprovals } from "../approvals/approval-table.ts";
import { authorsOf } from "../approvals/authors-of.ts";
import { revokedApprovals } from "../approvals/revoke-approval.ts";
import { asksForCard, cardEvidence } from "../cards/card-evidence.ts";
import { storedEvaluation } from "../evaluation/evaluation-table.ts";
import { jsonOf } from "../../core/json-of.ts";
import { foreignFacts } from "./foreign-facts.ts";
import { presentChampion } from "../loading/present-champion.ts";
import { requireRegisteredInTime } from "../loading/verified-record.ts";
import { whileSettled } from "../loading/while-settled.ts";
import { rulesOf } from "../policy/judge-transition.ts";
import { identityDemand, policyOf } from "../policy/policy-of.ts";
import { policyDigest } from "../policy/policy-digest.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { loggedDeprecation } from "../versions/deprecate-version.ts";
import { aliasOf, isAliasTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { emergencyBehind } from "./emergency-behind.ts";
import { type Standing, verifiedStanding } from "../versions/standing.ts";
import { type BlockTexts, blockTexts, productionOf, requireStanding } from "../versions/standing-blocks.ts";
import { logAfter, requireRegistered, requireTold, requireUntold } from "../versions/standing-in-log.ts";
import { type StoredVersion, verifiedVersion } from "../versions/version-table.ts";
import { type SubjectMoment, subjectMoment } from "./subject-moment.ts";

/** Everything a transition is judged by, fixed by digest, and what the transaction must find unchanged. */
export interface GatheredEvidence {
  readonly evidence: GateEvidence;
  /** Digest of `text`: what approvals are bound to and the certificate names. */
  readonly digest: Digest;
  /** The evidence as canonical JSON, without the approvals. */
  readonly text: string;
  readonly policyDigest: Digest | null;
  /** Whether approvers must be verified. */
  readonly identity: IdentityDemand;
  readonly subject: StoredVersion;
  /** The version that holds production now: a confirmation has the one before it in its evidence. */
  readonly champion: StoredVersion | null;
  /** The version stands there already, by an emergency: its gates are judged after the fact. */
  readonly confirms: boolean;
  /** Where the model's versions stand: the transition signs what follows it. */
  readonly standing: Standing;
  /** The texts of its blocks that the version and the champion belong to, verified. */
  readonly blocks: BlockTexts;
  /** What the audit log was, once the standing was read: the standing that follows names it. */
  readonly log: AuditHead;
  /** The instant it was judged at: the clock's, never before the registry's last act. */
  readonly nowMs: number;
}

/**
 * Gathers the evidence of a transition. Nothing is locked: the transaction checks again what may have changed. It begins with what was read of the version
 * a moment ago, if it was. Errors: `registry/tampered`.
 */
export async function gatherEvidence(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
  known?: SubjectMoment,
): Promise<GatheredEvidence> {
  requireVersionKey(key);
  let first = known;
  const begin = async (): Promise<SubjectMoment> => {
    const moment = first ?? (await subjectMoment(options, key, to));
    first = undefined;
    return moment;
  };
  return await whileSettled(options, key.name, (moment) => gather(options, key, to, moment), begin);
}

/**
 * Whether what other stages say is still what was gathered: the registry's own records the transaction checks by itself. The evaluation is the one that was
 * read: its digest says all of it.
 */
export async function factsStand(options: RegistryOptions, gathered: GatheredEvidence): Promise<boolean> {
  const { policyDigest: policy, identity, subject, evidence } = gathered;
  const { approvals: _approvals, ...facts } = evidence;
  const now = { ...facts, ...(await foreignFacts(options, subject.version, evidence.evaluation)) };
  return evidenceText(now, policy, identity) === gathered.text;
}

async function gather(
  options: RegistryOptions,
  key: VersionKey,
  target: TransitionTarget,
  moment: SubjectMoment,
): Promise<GatheredEvidence> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const { subject } = moment;
  const { version } = subject;
  // The evaluation's report comes from the blob store: the rest is read and verified meanwhile.
  const [evaluation, events, [standing, log]] = await Promise.all([
    storedEvaluation(sql, options.blobs, options.verifier, version.evaluationDigest),
    eventsOf(options, subject),
    standingInLog(options, key.name, moment),
  ]);
  // The counters are not signed: what the log tells of the version did not happen later than now either.
  const nowMs = Math.max(options.clock.nowMs(), moment.lastMs, ...events.map(({ timeMs }) => timeMs));
  const champion = await championOf(options, key.name, moment, standing);
  const blocks = await requireWhereSigned(options, moment, standing, champion, events);
  const alias = aliasOf(target);
  const to = isAliasTarget(target) ? version.stage : target;
  const past = await emergencyBehind(options, subject, target);
  const judgedAgainst = past === undefined || to !== "production" ? champion : past.replaced;
  const policy = policyOf(options, version);
  const rules = policy === undefined ? undefined : rulesOf(policy, to, alias);
  const identity = identityDemand(options, rules, to);
  const deprecation = loggedDeprecation(standing, version, events);
  const facts = {
    version,
    transition: { from: version.stage, to },
    evaluation,
    champion: judgedAgainst?.version ?? null,
    ...(await foreignFacts(options, version, evaluation)),
    ...(alias === undefined ? {} : { alias }),
    ...(deprecation === undefined ? {} : { deprecation }),
    ...(asksForCard(rules) ? { card: await cardEvidence(options, standing, version, events) } : {}),
  };
  await requireLogAgrees(options, moment, standing, champion, events);
  const adopted = policy === undefined ? null : policyDigest(policy);
  const text = evidenceText(facts, adopted, identity);
  const digest = digestOf(text);
  const authors = authorsOf(version);
  const revoked = revokedApprovals(standing, events);
  const wanted = { key, to: target, evidenceDigest: digest, authors, identity, revoked, nowMs };
  const approvals = moment.approved ? await validApprovals(sql, options.verifier, wanted) : [];
  const evidence = { ...facts, nowMs, approvals };
  return {
    evidence,
    digest,
    text,
    policyDigest: adopted,
    identity,
    subject,
    champion,
    confirms: past !== undefined,
    standing,
    blocks,
    log,
    nowMs,
  };
}

/** Refuses a version or a champion that stands elsewhere than was signed; answers the blocks in which they stand. */
async function requireWhereSigned(
  options: RegistryOptions,
  { subject, blocks: known }: SubjectMoment,
  standing: Standing,
  champion: StoredVersion | null,
  events: readonly AuditRecord[],
): Promise<BlockTexts> {
  const concerned = [subject, champion].filter((stored) => stored !== null);
  const numbers = concerned.map((stored) => stored.version.version);
  const blocks = await blockTexts(options.metadata.sql.withTables<RegistryTables>(), standing, numbers, known);
  for (const stored of concerned) {
    requireStanding(standing, stored, blocks);
    await requireRegisteredInTime(options, stored, stored === subject ? events : undefined);
  }
  return blocks;
}

/** Refuses what the log tells otherwise of: the version (by its events), the champion, and a model that seems to begin. */
async function requireLogAgrees(
  options: RegistryOptions,
  { subject, versions }: SubjectMoment,
  standing: Standing,
  champion: StoredVersion | null,
  events: readonly AuditRecord[],
): Promise<void> {
  requireRegistered(subject, events);
  requireTold(standing, subject, events);
  if (standing.revision === 0) await requireUntold(options.ledger.audit, subject.version.name, versions);
  if (champion !== null) requireTold(standing, champion, await eventsOf(options, champion));
}

async function standingInLog(
  { ledger, verifier }: RegistryOptions,
  model: string,
  moment: SubjectMoment,
): Promise<readonly [Standing, AuditHead]> {
  const standing = await verifiedStanding(moment.standing, model, moment.revision, verifier);
  return [standing, await logAfter(ledger.audit, standing)];
}

async function eventsOf({ ledger }: RegistryOptions, { version }: StoredVersion): Promise<readonly AuditRecord[]> {
  return await ledger.audit.read({ subject: versionSubject(version) });
}

/** The version in production. Where the moment does not say plainly which, it is looked at more closely. Errors: `registry/tampered`. */
async function championOf(
  options: RegistryOptions,
  model: string,
  { champion, championRow, inProduction: [first, last] }: SubjectMoment,
  standing: Standing,
): Promise<StoredVersion | null> {
  if (champion === first && first === last) {
    if (championRow?.stage === "production") return await verifiedVersion(championRow, options.verifier);
    if (champion === null && productionOf(standing) === null) return null;
  }
  return await presentChampion(options, model, standing);
}

function evidenceText(facts: Omit<GateEvidence, "approvals">, policy: Digest | null, identity: IdentityDemand): string {
  const { evaluation, rollout, champion, currentService, version, ...rest } = facts;
  return canonicalJson({
    schema: 1,
    policy,
    version: jsonOf(version),
    transition: jsonOf(rest.transition),
    evaluation: evaluation?.digest ?? null,
    champion:
      champion === null
        ? null
        : { version: champion.version, artifactDigest: champion.artifactDigest, revision: champion.revision },
    validations: jsonOf(rest.validations ?? null),
    currentService: currentService === undefined ? null : { name: currentService.name, hash: currentService.hash },
    lineage: jsonOf(rest.lineage),
    data: jsonOf(rest.data ?? null),
    rollout: rollout === undefined ? null : digestOfJson(jsonOf(rollout)),
    // Left out where there is none, so that evidence that was approved before keeps its digest.
    ...(rest.reproduction !== undefined && { reproduction: jsonOf(rest.reproduction) }),
    ...(identity === "stated" ? {} : { identity }),
    ...(rest.alias === undefined ? {} : { alias: rest.alias }),
    ...(rest.deprecation === undefined ? {} : { deprecation: jsonOf(rest.deprecation) }),
    ...(Object.hasOwn(facts, "card") ? { card: jsonOf(rest.card ?? null) } : {}),
  });
}
