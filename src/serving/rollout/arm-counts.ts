import type { GuardrailStratum } from "../../stats/sequential/guardrail-state.ts";

/** Units, or bad events, of each arm while the challenger had one share; what rollouts of two processes saw merges by addition. */
export type ArmCounts = GuardrailStratum;

/** Adds counts to counts, share by share. */
export function addCounts(known: readonly ArmCounts[], added: readonly ArmCounts[]): readonly ArmCounts[] {
  if (added.length === 0) return known;
  const byShare = new Map(known.map((counts) => [counts.share, counts]));
  for (const { share, challenger, champion } of added) {
    const old = byShare.get(share) ?? { share, challenger: 0, champion: 0 };
    byShare.set(share, { share, challenger: old.challenger + challenger, champion: old.champion + champion });
  }
  return [...byShare.values()].sort((a, b) => a.share - b.share);
}
