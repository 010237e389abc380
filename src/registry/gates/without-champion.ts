import type { GateEvidence, GateOutcome } from "../../contracts/gate.ts";

/** What a comparison with the champion answers where there is none: it passes only where the policy allows the first model, with an approval. */
export function withoutChampion(gate: string, first: "allow" | "refuse", evidence: GateEvidence): GateOutcome {
  const { to } = evidence.transition;
  if (first !== "allow") {
    return {
      gate,
      outcome: "noChampion",
      reason: 'there is no champion to compare with, and the policy does not say first: "allow"',
      fix: 'Say first: "allow" in the policy, and approve the first model.',
    };
  }
  const approver = evidence.approvals[0]?.approver;
  if (approver === undefined) {
    return {
      gate,
      outcome: "noChampion",
      reason: `there is no champion to compare with: the first model needs an approval: registry.approve(version, "${to}", …) by someone other than the author`,
      fix: `Have someone other than the author call registry.approve(version, "${to}", …).`,
    };
  }
  return {
    gate,
    outcome: "pass",
    reason: `there is no champion; allowed as the first model with the approval of ${approver}`,
  };
}
