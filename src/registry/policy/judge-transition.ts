import type { Gate, GateEvidence, GateOutcome, PromotionPolicy } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";

/** What a policy answers to a transition. */
export interface Judgement {
  readonly opens: boolean;
  readonly outcomes: readonly GateOutcome[];
  /** Why it does not open; empty when it does. */
  readonly reasons: readonly string[];
}

const noPolicy = "there is no promotion policy: pass `policy: defaultPolicy({...})` to openWorkspace";

/** Gates that ask for evidence a return to an earlier champion cannot have. */
const notForRollback = /^(?:beatsChampion(?::|$)|rolloutEvidence$)/;

/**
 * Judges a transition. It opens only if the policy has an entry with gates for it, every gate answers exactly "pass", and the approvals suffice.
 * `former` is the gate of a rollback, judged instead of the comparison and the rollout.
 */
export function judgeTransition(policy: PromotionPolicy | undefined, evidence: GateEvidence, former?: Gate): Judgement {
  const { to } = evidence.transition;
  const entry = policy === undefined ? undefined : entryOf(policy, to);
  if (entry === undefined) {
    const reason = policy === undefined ? noPolicy : `the policy "${policy.name}" has no entry for "${to}"`;
    return { opens: false, outcomes: [], reasons: [reason] };
  }
  if (entry.gates.length === 0 && to !== "archived") {
    return { opens: false, outcomes: [], reasons: [`the policy has no gate for "${to}"`] };
  }
  const gates =
    former === undefined ? entry.gates : [former, ...entry.gates.filter((gate) => !notForRollback.test(gate.gate))];
  const outcomes = gates.map((gate) => judged(gate, evidence));
  const reasons = outcomes.filter((o) => o.outcome !== "pass").map((o) => `${o.gate}: ${o.outcome}: ${o.reason}`);
  const approvals = evidence.approvals.length;
  if (former === undefined && !(approvals >= entry.approvals)) {
    reasons.push(
      `approvals: ${approvals} of ${entry.approvals} of this evidence by people other than the author: registry.approve(version, "${to}", …)`,
    );
  }
  return { opens: reasons.length === 0, outcomes, reasons };
}

/** The policy's entry for a target stage. */
export function entryOf(policy: PromotionPolicy, to: Stage): PromotionPolicy["transitions"]["production"] {
  return to === "registered" || !Object.hasOwn(policy.transitions, to) ? undefined : policy.transitions[to];
}

function judged(gate: Gate, evidence: GateEvidence): GateOutcome {
  try {
    const answer = gate.judge(evidence);
    const measured =
      answer.measured !== undefined && Number.isFinite(answer.measured) ? { measured: answer.measured } : {};
    const bound = answer.bound !== undefined && Number.isFinite(answer.bound) ? { bound: answer.bound } : {};
    return { gate: gate.gate, outcome: answer.outcome, reason: String(answer.reason), ...measured, ...bound };
  } catch (error) {
    return {
      gate: gate.gate,
      outcome: "fail",
      reason: `the gate threw: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
