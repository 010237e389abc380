import type { Approval, GateOutcome } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Digest } from "../../core/digest.ts";
import { entryOf, judgeTransition } from "../policy/judge-transition.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { explanationText } from "./explanation-text.ts";
import { gatherEvidence } from "./gather-evidence.ts";
import { requireTransition } from "./transitions.ts";

/** What would come of a promotion now. */
export interface TransitionExplanation {
  readonly wouldPass: boolean;
  readonly gates: readonly GateOutcome[];
  /** Why it would be refused; empty when it would pass. */
  readonly reasons: readonly string[];
  /** The evidence that an approval would be bound to. */
  readonly evidenceDigest: Digest;
  readonly policyDigest: Digest | null;
  /** Given, and needed by the policy; a gate may ask for one more, as `beatsChampion` does for the first model: its reason says so. */
  readonly approvals: { readonly needed: number; readonly given: readonly Approval[] };
  /** All of it in lines for a person: each gate, its outcome, what was found and needed, and what to do. */
  readonly text: string;
}

/** Judges a promotion without making it: a dry run that writes nothing. Errors: `registry/not-found`, `registry/invalid-transition`. */
export async function explainTransition(
  options: RegistryOptions,
  key: VersionKey,
  to: Stage,
): Promise<TransitionExplanation> {
  const gathered = await gatherEvidence(options, key, to);
  requireTransition(versionSubject(key), gathered.subject.version.stage, to, false);
  const judgement = judgeTransition(options.policy, gathered.evidence);
  const needed = options.policy === undefined ? 0 : (entryOf(options.policy, to)?.approvals ?? 0);
  const explained = {
    wouldPass: judgement.opens,
    gates: judgement.outcomes,
    reasons: judgement.reasons,
    evidenceDigest: gathered.digest,
    policyDigest: gathered.policyDigest,
    approvals: { needed, given: gathered.evidence.approvals },
  };
  return { ...explained, text: explanationText(versionSubject(key), gathered.evidence.transition, explained) };
}
