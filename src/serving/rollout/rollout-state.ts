import type { RolloutPhase, RolloutPlan } from "../../contracts/rollout.ts";
import type { Digest } from "../../core/digest.ts";
import { refusedArgument, requireMade } from "../../core/known-arguments.ts";
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

const startMade = {
  what: "what a rollout starts from",
  by: "{ id, model, champion, challenger, plan, salt, startedAtMs }",
  members: {
    id: "text",
    model: "text",
    champion: "number",
    challenger: "number",
    plan: "object",
    salt: "text",
    startedAtMs: "number",
  },
} as const;

const planMade = {
  what: "a plan",
  by: "canary() makes it",
  members: { steps: "list", guardrails: "list", alpha: "number" },
} as const;

const stateMade = {
  what: "a rollout's state",
  by: "startState() and stepRollout() give it",
  members: { plan: "object", phase: "text", stepIndex: "number", bad: "object", errors: "object", assigned: "list" },
} as const;

/** Refuses what is no state of a rollout; one look at what is one. Errors: `argument/invalid`. */
export function requireState(call: string, state: RolloutState): void {
  if (state?.schema !== 1 || typeof state.plan !== "object") requireMade(call, state, stateMade);
}

/** The state of a rollout that has seen nothing. Errors: `argument/invalid`. */
export function startState(start: RolloutStart): RolloutState {
  requireMade("startState()", start, startMade);
  requireMade("startState()", start.plan, planMade);
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
  if (typeof phase !== "string") throw refusedArgument("hasEnded()", "phase", phase, "the phase of a rollout");
  return phase === "promoted" || phase === "rolledBack" || phase === "aborted";
}

/** The challenger's share of traffic now, in [0, 1). */
export function shareOf(state: RolloutState): number {
  requireState("shareOf()", state);
  return hasEnded(state.phase) ? 0 : (state.plan.steps[state.stepIndex]?.share ?? 0);
}
