import type { GateEvidence, IdentityDemand } from "../../contracts/gate.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, digestOf, digestOfJson } from "../../core/digest.ts";
import { validApprovals, type WantedApprovals } from "../approvals/approval-table.ts";
import { authorsOf } from "../approvals/authors-of.ts";
import { revokedApprovals } from "../approvals/revoke-approval.ts";
import { type VoidApproval, voidApprovals } from "../approvals/void-approvals.ts";
import { asksForCard, cardEvidence } from "../cards/card-evidence.ts";
import { storedEvaluation } from "../evaluation/evaluation-table.ts";
import { jsonOf } from "../../core/json-of.ts";
import { foreignFacts } from "./foreign-facts.ts";
import { whileSettled } from "../loading/while-settled.ts";
import { rulesOf } from "../policy/judge-transition.ts";
import { identityDemand, policyOf } from "../policy/policy-of.ts";
import { policyDigest } from "../policy/policy-digest.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { requireVersionKey, type VersionKey } from "../versions/version-key.ts";
import { loggedDeprecation } from "../versions/deprecate-version.ts";
import { aliasOf, isAliasTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { emergencyBehind } from "./emergency-behind.ts";
import type { StoredVersion } from "../versions/version-table.ts";
import { type SubjectMoment, subjectMoment } from "./subject-moment.ts";
import { type VerifiedMoment, verifiedMoment } from "./verified-moment.ts";

/** Everything a transition is judged by, fixed by digest, and what the transaction must find unchanged. */
export interface GatheredEvidence extends Omit<VerifiedMoment, "events"> {
  readonly evidence: GateEvidence;
  /** Digest of `text`: what approvals are bound to and the certificate names. */
  readonly digest: Digest;
  /** The evidence as canonical JSON, without the approvals. */
  readonly text: string;
  readonly policyDigest: Digest | null;
  /** Whether approvers must be verified. */
  readonly identity: IdentityDemand;
  readonly subject: StoredVersion;
  /** The version stands there already, by an emergency: its gates are judged after the fact. */
  readonly confirms: boolean;
  /** Which approvals count; `undefined` where nobody has approved the transition, on whatever evidence. */
  readonly wanted: WantedApprovals | undefined;
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

/** The approvals of a transition that do not count for it, and why: for who is refused, or asks. */
export async function approvalsNotCounted(
  options: RegistryOptions,
  { wanted, evidence }: GatheredEvidence,
): Promise<readonly VoidApproval[]> {
  if (wanted === undefined) return [];
  const sql = options.metadata.sql.withTables<RegistryTables>();
  return await voidApprovals(sql, options.verifier, wanted, evidence.approvals);
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
  const [evaluation, { events, ...around }] = await Promise.all([
    storedEvaluation(sql, options.blobs, options.verifier, version.evaluationDigest),
    verifiedMoment(options, key.name, moment),
  ]);
  const { champion, standing, nowMs } = around;
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
  const adopted = policy === undefined ? null : policyDigest(policy);
  const text = evidenceText(facts, adopted, identity);
  const digest = digestOf(text);
  const authors = authorsOf(version);
  const revoked = revokedApprovals(standing, events);
  const asked = { key, to: target, evidenceDigest: digest, authors, identity, revoked, nowMs };
  const wanted = moment.approved ? asked : undefined;
  const approvals = wanted === undefined ? [] : await validApprovals(sql, options.verifier, wanted);
  const confirms = past !== undefined;
  const evidence = { ...facts, nowMs, approvals };
  return { evidence, digest, text, policyDigest: adopted, identity, subject, confirms, wanted, ...around };
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
