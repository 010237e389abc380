import type { Guardrail } from "../../contracts/rollout.ts";
import { guardrailE, rateE } from "./e-values.ts";
import type { RolloutState } from "./rollout-state.ts";

/** What a guardrail's evidence amounts to. */
export interface GuardrailEvidence {
  readonly guardrail: string;
  /** E-value against "no worse than the champion". */
  readonly harmE: number;
  /** E-value against "worse by the margin": large = safe. */
  readonly safeE: number;
  /** What `safeE` must reach: 1/α. */
  readonly needed: number;
}

/**
 * The evidence of each guardrail of the plan.
 *
 * Where a guardrail names a rate that is safe in itself (`atMost`), "unsafe" means worse by the margin and above that
 * rate; the mean of an e-value against the one and an e-value against the other is an e-value against both.
 */
export function guardrailEvidence(state: RolloutState): readonly GuardrailEvidence[] {
  const needed = 1 / state.plan.alpha;
  return state.plan.guardrails.map((guardrail) => ({
    guardrail: guardrail.guardrail,
    ...eValues(state, guardrail),
    needed,
  }));
}

function eValues(state: RolloutState, { guardrail, margin, atMost }: Guardrail): { harmE: number; safeE: number } {
  if (guardrail === "disagreement") {
    return { harmE: rateE(state.pairs, margin, "greater"), safeE: rateE(state.pairs, margin, "less") };
  }
  const bad = state.bad[guardrail];
  const harmE = guardrailE(bad, "harm", 0);
  const relative = guardrailE(bad, "safe", margin);
  if (guardrail === "outcome" || atMost === undefined) return { harmE, safeE: relative };
  const trials = guardrail === "error" ? state.errors : state.slow;
  return { harmE, safeE: (relative + rateE(trials, atMost, "less")) / 2 };
}
