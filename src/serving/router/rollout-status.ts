import { guardrailEvidence } from "../rollout/guardrail-evidence.ts";
import { type RolloutState, shareOf } from "../rollout/rollout-state.ts";
import type { RolloutStatus } from "./router-options.ts";

/** A rollout's state as a router reports it. */
export function rolloutStatus(state: RolloutState): RolloutStatus {
  const { id, challenger, champion, phase, stepIndex, plan, stepRequests, requests, reason } = state;
  const step = stepIndex + 1;
  const share = shareOf(state);
  const guardrails = guardrailEvidence(state);
  return {
    id,
    challenger,
    champion,
    phase,
    step,
    steps: plan.steps.length,
    share,
    stepRequests,
    requests,
    guardrails,
    reason,
  };
}
