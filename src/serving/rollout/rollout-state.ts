import type { RolloutPhase, RolloutPlan } from "../../contracts/rollout.ts";
import type { Digest } from "../../core/digest.ts";
import type { ArmCounts } from "./arm-counts.ts";
import type { BadEvents, Tally } from "./observations.ts";
import { noUnits } from "./units-digest.ts";

/** Everything a rollout knows; plain JSON, so that it survives a restart. Never changed in place. */
export interface RolloutState {
  readonly schema: 1;
  readonly id: string;
  readonly model: string;
  readonly champion: number;
  readonly challenger: number;
  readonly plan: RolloutPlan;
  /** What the units' buckets are salted with. */
  readonly salt: string;
  /** Grows by one whenever the stored state is replaced. */
  readonly revision: number;
  readonly phase: RolloutPhase;
  readonly stepIndex: number;
  /** Requests since the step began. */
  readonly stepRequests: number;
  /** Requests since the rollout began. */
  readonly requests: number;
  readonly startedAtMs: number;
  /** Bad events that counted, by kind and share; errors are always watched. */
  readonly bad: BadEvents;
  readonly errors: Tally;
  readonly championErrors: Tally;
  readonly slow: Tally;
  readonly pairs: Tally;
  readonly assigned: readonly ArmCounts[];
  /** Digest of the units whose first doings are counted here. */
  readonly units: Digest;
  /** Why it is where it is. */
  readonly reason: string;
}

/** What a rollout starts from. */
export interface RolloutStart {
  readonly id: string;
  readonly model: string;
  readonly champion: number;
  readonly challenger: number;
  readonly plan: RolloutPlan;
  readonly salt: string;
  readonly startedAtMs: number;
}

/** The state of a rollout that has seen nothing. */
export function startState(start: RolloutStart): RolloutState {
  const none = { n: 0, bad: 0 };
  return {
    schema: 1,
    ...start,
    revision: 0,
    phase: start.plan.steps[0]?.share === 0 ? "shadowing" : "baking",
    stepIndex: 0,
    stepRequests: 0,
    requests: 0,
    bad: { error: [], outcome: [], latency: [] },
    errors: none,
    championErrors: none,
    slow: none,
    pairs: none,
    assigned: [],
    units: noUnits,
    reason: "started",
  };
}

/** Whether a rollout is over: nothing is routed to its challenger any more. */
export function hasEnded(phase: RolloutPhase): boolean {
  return phase === "promoted" || phase === "rolledBack" || phase === "aborted";
}

/** The challenger's share of traffic now, in [0, 1). */
export function shareOf(state: RolloutState): number {
  return hasEnded(state.phase) ? 0 : (state.plan.steps[state.stepIndex]?.share ?? 0);
}
