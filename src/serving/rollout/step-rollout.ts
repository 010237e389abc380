import type { RolloutPhase, RolloutVerdict } from "../../contracts/rollout.ts";
import { addCounts } from "./arm-counts.ts";
import { guardrailE, sampleRatioE } from "./e-values.ts";
import { guardrailEvidence } from "./guardrail-evidence.ts";
import type { Evidence, Tally } from "./observations.ts";
import { requireMade } from "../../core/known-arguments.ts";
import { hasEnded, requireState, type RolloutState, shareOf } from "./rollout-state.ts";

/** An e-value at which a hard limit acts: a false alarm of at most 1 in 1,000 beside the plan's α. */
const hardLimit = 1000;

const evidenceMade = {
  what: "the evidence of a step",
  by: "{ stepIndex, requests, bad, assigned, errors, slow, pairs, championErrors }",
  members: { stepIndex: "number", requests: "number", bad: "object", assigned: "list", errors: "object" },
} as const;

/** Where evidence takes a rollout. */
export interface RolloutStepResult {
  readonly state: RolloutState;
  readonly verdict: RolloutVerdict;
}

/**
 * Takes evidence in and decides, from the state alone: a pure function, so that any process that holds the stored
 * state goes on with the same rollout.
 *
 * `rollback` at once when a guardrail's harm e-value reaches G/α (G guardrails) or a hard limit is hit; `advance` when
 * the step's requests are there and nothing speaks against it (out of shadow only when disagreement is proven safe);
 * `pass` after the last step only when every guardrail's safe e-value reaches 1/α; otherwise `hold`. Errors: `argument/invalid`.
 */
export function stepRollout(state: RolloutState, evidence: Evidence): RolloutStepResult {
  requireState("stepRollout()", state);
  if (typeof evidence?.bad !== "object") requireMade("stepRollout()", evidence, evidenceMade);
  if (hasEnded(state.phase)) return { state, verdict: "hold" };
  const next = accumulate(state, evidence);
  const harm = harmOf(next);
  if (harm !== undefined) return { state: { ...next, phase: "rolledBack", reason: harm }, verdict: "rollback" };
  if (next.phase === "passed") return { state: next, verdict: "hold" };
  const step = next.plan.steps[next.stepIndex];
  if (step === undefined || next.stepRequests < step.minRequests) return { state: next, verdict: "hold" };
  const isLast = next.stepIndex === next.plan.steps.length - 1;
  const unproven = guardrailEvidence(next).filter(
    (found) => (isLast || (step.share === 0 && found.guardrail === "disagreement")) && !(found.safeE >= found.needed),
  );
  if (unproven.length > 0) return hold(next, unproven);
  if (isLast) return { state: { ...next, phase: "passed", reason: passReason(next) }, verdict: "pass" };
  return advance(next);
}

function accumulate(state: RolloutState, evidence: Evidence): RolloutState {
  const inStep = evidence.stepIndex === state.stepIndex ? evidence.requests : 0;
  return {
    ...state,
    stepRequests: state.stepRequests + inStep,
    requests: state.requests + evidence.requests,
    bad: {
      error: addCounts(state.bad.error, evidence.bad.error),
      outcome: addCounts(state.bad.outcome, evidence.bad.outcome),
      latency: addCounts(state.bad.latency, evidence.bad.latency),
    },
    errors: plus(state.errors, evidence.errors),
    championErrors: plus(state.championErrors, evidence.championErrors),
    slow: plus(state.slow, evidence.slow),
    pairs: plus(state.pairs, evidence.pairs),
    assigned: addCounts(state.assigned, evidence.assigned),
  };
}

function plus(a: Tally, b: Tally): Tally {
  return { n: a.n + b.n, bad: a.bad + b.bad };
}

/** What speaks against the challenger strongly enough to roll it back; `undefined` = nothing. */
function harmOf(state: RolloutState): string | undefined {
  const needed = state.plan.guardrails.length / state.plan.alpha;
  const harmful = guardrailEvidence(state).find((found) => found.harmE >= needed);
  if (harmful !== undefined) {
    return `${harmful.guardrail}: harm e-value ${harmful.harmE.toPrecision(3)} reached ${needed} after ${state.requests} requests${counts(state, harmful.guardrail)}`;
  }
  const { errors, championErrors } = state;
  const times = errors.bad / Math.max(1, errors.n) / (championErrors.bad / Math.max(1, championErrors.n));
  if (errors.bad >= 5 && times > 5 && guardrailE(state.bad.error, "harm", 0) >= hardLimit) {
    return `hard limit: ${errors.bad} of ${errors.n} units failed, of the champion's ${championErrors.bad} of ${championErrors.n}, after ${state.requests} requests`;
  }
  const mismatch = sampleRatioE(state.assigned);
  if (mismatch >= hardLimit)
    return `sample ratio mismatch: e-value ${mismatch.toPrecision(3)} after ${state.requests} requests`;
  return undefined;
}

function counts(state: RolloutState, guardrail: string): string {
  if (guardrail === "disagreement") return `: ${state.pairs.bad} of ${state.pairs.n} units disagreed`;
  if (guardrail !== "error") return "";
  return `: ${state.errors.bad} of ${state.errors.n} units failed, of the champion's ${state.championErrors.bad} of ${state.championErrors.n}`;
}

function hold(
  state: RolloutState,
  unproven: readonly { guardrail: string; safeE: number; needed: number }[],
): RolloutStepResult {
  const wanting = unproven
    .map((found) => `${found.guardrail} ${found.safeE.toPrecision(3)} of ${found.needed}`)
    .join(", ");
  const phase: RolloutPhase = shareOf(state) === 0 ? "shadowing" : "holding";
  return { state: { ...state, phase, reason: `not yet proven safe: ${wanting}` }, verdict: "hold" };
}

function advance(state: RolloutState): RolloutStepResult {
  const stepIndex = state.stepIndex + 1;
  const share = state.plan.steps[stepIndex]?.share ?? 0;
  const reason = `step ${stepIndex + 1} of ${state.plan.steps.length}: share ${share} after ${state.requests} requests`;
  return { state: { ...state, phase: "baking", stepIndex, stepRequests: 0, reason }, verdict: "advance" };
}

function passReason(state: RolloutState): string {
  return `every guardrail proven safe after ${state.requests} requests`;
}
