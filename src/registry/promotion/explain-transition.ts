import type { Approval, GateOutcome, IdentityDemand } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Digest } from "../../core/digest.ts";
import { printable } from "../../core/printable.ts";
import { approvalsNeeded } from "../approvals/approval-needs.ts";
import { type VoidApproval, voidText } from "../approvals/void-approvals.ts";
import { verifiedCertificate } from "../loading/verified-record.ts";
import { whileSettled } from "../loading/while-settled.ts";
import { judgeTransition, rulesOf } from "../policy/judge-transition.ts";
import { policyOf } from "../policy/policy-of.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { TransitionTarget } from "../versions/transition-target.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { explanationText, notOpenText } from "./explanation-text.ts";
import { requireConfirmed } from "./emergency-behind.ts";
import { approvalsNotCounted, type GatheredEvidence, gatherEvidence } from "./gather-evidence.ts";
import { requireTarget } from "./require-target.ts";
import { stageFirst } from "./transitions.ts";

/** What would come of a promotion now. `console.log` of it shows its `text`. */
export interface TransitionExplanation {
  readonly wouldPass: boolean;
  /** The stage that the version must take first, where the one asked for is further on: nothing can be approved for that yet. `null` = it is the next one. */
  readonly comesFirst: Stage | null;
  readonly gates: readonly GateOutcome[];
  /** Why it would be refused; empty when it would pass. */
  readonly reasons: readonly string[];
  /** The evidence that an approval would be bound to. */
  readonly evidenceDigest: Digest;
  readonly policyDigest: Digest | null;
  /** Given, and needed by the policy (in all, and in each role); a gate may ask for one more, as `beatsChampion` does for the first model: its reason says so. */
  readonly approvals: {
    readonly needed: number;
    readonly roles: { readonly [role: string]: number };
    /** Whether approvers must be verified (a token), or are taken as stated. */
    readonly identity: IdentityDemand;
    readonly given: readonly Approval[];
    /** Those that do not count, and why: expired, for other evidence, taken back. Where approvals are missing, they are among the reasons too. */
    readonly notCounted: readonly VoidApproval[];
  };
  /** Versions that stand where they do by break-glass; empty where none does. */
  readonly warnings: readonly string[];
  /** All of it in lines for a person: each gate, its outcome, what was found and needed, and what to do. */
  readonly text: string;
}

/**
 * Judges a promotion, or the move of an alias, without making it: a dry run that writes nothing, of one settled reading. A stage further on than the next one is
 * judged as things stand, and would not pass. Errors: `registry/not-found`,
 * `registry/invalid-transition`, `registry/conflict`.
 */
export async function explainTransition(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
): Promise<TransitionExplanation> {
  requireVersionKey(key);
  return await whileSettled(options, key.name, () => explain(options, key, to));
}

async function explain(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
): Promise<TransitionExplanation> {
  const gathered = await gatherEvidence(options, key, to);
  const { stage } = gathered.subject.version;
  const comesFirst = stageFirst(stage, to);
  if (comesFirst === null) requireTarget(gathered, to, false);
  await requireConfirmed(options, gathered.subject, { to });
  const { evidence } = gathered;
  const policy = policyOf(options, gathered.subject.version);
  const judgement = judgeTransition(policy, evidence);
  const rules = policy === undefined ? undefined : rulesOf(policy, evidence.transition.to, evidence.alias);
  const notCounted = await approvalsNotCounted(options, gathered);
  const explained = {
    wouldPass: judgement.opens && comesFirst === null,
    comesFirst,
    gates: judgement.outcomes,
    reasons: [
      ...(comesFirst === null ? [] : [notOpenText(evidence, comesFirst)]),
      ...judgement.reasons,
      ...(judgement.lacksApprovals ? notCounted.map(voidText) : []),
    ],
    evidenceDigest: gathered.digest,
    policyDigest: gathered.policyDigest,
    approvals: {
      needed: rules === undefined ? 0 : approvalsNeeded(rules),
      roles: rules?.roles ?? {},
      identity: gathered.identity,
      given: evidence.approvals,
      notCounted,
    },
    warnings: await emergencies(options, gathered),
  };
  const text = explanationText(versionSubject(key), evidence, explained);
  return printable({ ...explained, text }, () => text);
}

/** Whoever stands by an emergency, the version itself or the champion. */
async function emergencies(options: RegistryOptions, gathered: GatheredEvidence): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const stored of new Set([gathered.subject, gathered.champion])) {
    if (stored === null || stored.certificate === null) continue;
    const { body } = await verifiedCertificate(options, stored);
    if (body.breakGlass === undefined) continue;
    const until = new Date(body.breakGlass.untilMs).toISOString();
    const line = `BREAK-GLASS: ${versionSubject(stored.version)} stands in "${stored.version.stage}" past closed gates, by ${body.actor} (${body.breakGlass.role}) until ${until}: ${body.reason}`;
    if (!warnings.includes(line)) warnings.push(line);
  }
  return warnings;
}
