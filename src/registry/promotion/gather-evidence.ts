import type { EvaluationReport } from "../../contracts/evaluation-report.ts";
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
import type { ModelCounters } from "../versions/model-row.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { loggedDeprecation } from "../versions/deprecate-version.ts";
import { aliasOf, isAliasTarget, type TransitionTarget } from "../versions/transition-target.ts";
import { emergencyBehind } from "./emergency-behind.ts";
import { readStanding, requireStanding, type Standing } from "../versions/standing.ts";
import { readVersion, type StoredVersion } from "../versions/version-table.ts";

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
  /** The instant it was judged at: the clock's, never before the registry's last act. */
  readonly nowMs: number;
}

/**
 * Gathers the evidence of a transition. Nothing is locked: the transaction checks again what may have changed. Where it was gathered a moment ago, the
 * evaluation is that one: its digest says all of it. Errors: `registry/tampered`.
 */
export async function gatherEvidence(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
  before?: GatheredEvidence,
): Promise<GatheredEvidence> {
  requireVersionKey(key);
  return await whileSettled(options, key.name, (counters) =>
    gather(options, key, to, counters, before?.evidence.evaluation),
  );
}

async function gather(
  options: RegistryOptions,
  key: VersionKey,
  target: TransitionTarget,
  counters: ModelCounters,
  known: EvaluationReport | undefined,
): Promise<GatheredEvidence> {
  const sql = options.metadata.sql.withTables<RegistryTables>();
  const subject = await readVersion(sql, key, options.verifier);
  const { version } = subject;
  const nowMs = Math.max(options.clock.nowMs(), counters.lastMs);
  const standing = await readStanding(sql, key.name, options.verifier, counters);
  const champion = await presentChampion(options, key.name, standing);
  for (const stored of [subject, champion]) {
    if (stored === null) continue;
    requireStanding(standing, stored);
    await requireRegisteredInTime(options, stored);
  }
  const evaluation =
    known?.digest === version.evaluationDigest
      ? known
      : await storedEvaluation(sql, options.blobs, options.verifier, version.evaluationDigest);
  const alias = aliasOf(target);
  const to = isAliasTarget(target) ? version.stage : target;
  const past = await emergencyBehind(options, subject, target);
  const judgedAgainst = past === undefined || to !== "production" ? champion : past.replaced;
  const policy = policyOf(options, version);
  const rules = policy === undefined ? undefined : rulesOf(policy, to, alias);
  const identity = identityDemand(options, rules, to);
  const events = await options.ledger.audit.read({ subject: versionSubject(version) });
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
  const wanted = { key, to: target, evidenceDigest: digest, authors, identity, revoked, nowMs };
  const approvals = await validApprovals(sql, options.verifier, wanted);
  return {
    evidence: { ...facts, nowMs, approvals },
    digest,
    text,
    policyDigest: adopted,
    identity,
    subject,
    champion,
    confirms: past !== undefined,
    standing,
    nowMs,
  };
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
