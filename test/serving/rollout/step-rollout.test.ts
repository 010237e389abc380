import { expect, test } from "vitest";
import type { RolloutPlan } from "../../../src/contracts/rollout.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { canary } from "../../../src/serving/canary.ts";
import { disagreement, errorRate } from "../../../src/serving/guardrails.ts";
import { condense } from "../../../src/serving/rollout/condense.ts";
import { guardrailEvidence } from "../../../src/serving/rollout/guardrail-evidence.ts";
import type { Observation } from "../../../src/serving/rollout/observations.ts";
import { hasEnded, type RolloutState, shareOf, startState } from "../../../src/serving/rollout/rollout-state.ts";
import { SeenUnits } from "../../../src/serving/rollout/seen-units.ts";
import { stepRollout } from "../../../src/serving/rollout/step-rollout.ts";

interface World {
  readonly champion: number;
  readonly challenger: number;
  /** Share of shadow pairs that disagree. */
  readonly disagree?: number;
  /** Requests per unit. @default 1 */
  readonly perUnit?: number;
}

const plan = canary({
  steps: [
    { share: 0, minRequests: 500 },
    { share: 0.1, minRequests: 1000 },
    { share: 0.5, minRequests: 1000 },
  ],
  guardrails: [errorRate({ margin: 0.5 }), disagreement({ bound: 0.1, atMost: 0.1 })],
});

function begin(chosen: RolloutPlan): RolloutState {
  return startState({ id: "r", model: "m", champion: 1, challenger: 2, plan: chosen, salt: "s", startedAtMs: 0 });
}

/** Runs a rollout request by request in batches of 50 and looks after each. */
function simulate(chosen: RolloutPlan, world: World, seed: number, maxRequests: number): RolloutState {
  const random = seededRandom(seed);
  const seen = new SeenUnits();
  let state = begin(chosen);
  let bucket = 0;
  let left = 0;
  const unit = (): number => {
    if (left === 0) {
      bucket = random.uint32() / 2 ** 32;
      left = world.perUnit ?? 1;
    }
    left -= 1;
    return bucket;
  };
  for (let done = 0; done < maxRequests && !hasEnded(state.phase) && state.phase !== "passed"; done += 50) {
    const share = shareOf(state);
    const buckets = Float64Array.from({ length: 50 }, unit);
    const challenger = Uint8Array.from(buckets, (value) => (value < share ? 1 : 0));
    const failed = Uint8Array.from(challenger, (arm) =>
      random.next() < (arm === 1 ? world.challenger : world.champion) ? 1 : 0,
    );
    const observations: Observation[] = [
      {
        kind: "answered",
        stepIndex: state.stepIndex,
        share,
        buckets,
        challenger,
        failed,
        latencyMs: new Float64Array(50),
      },
    ];
    if (share === 0) {
      observations.push({
        kind: "shadowed",
        stepIndex: state.stepIndex,
        buckets,
        championFailed: failed,
        challengerFailed: Uint8Array.from(buckets, () => (random.next() < world.challenger ? 1 : 0)),
        difference: Float64Array.from(buckets, () => (random.next() < (world.disagree ?? 0) ? 1 : 0)),
      });
    }
    state = stepRollout(state, condense(chosen, observations, seen)).state;
  }
  return state;
}

test("a challenger that never fails, beside a champion that never fails, passes", () => {
  const state = simulate(plan, { champion: 0, challenger: 0 }, 1, 20_000);
  expect(state.phase).toBe("passed");
  expect(state.requests).toBeGreaterThanOrEqual(2500);
  expect(state.requests).toBeLessThan(5000);
});

test("a challenger as good as a champion that fails now and then passes", () => {
  const state = simulate(plan, { champion: 0.02, challenger: 0.02 }, 2, 100_000);
  expect(state.phase).toBe("passed");
});

test("3% of errors are rolled back in shadow traffic, before anybody is answered", () => {
  const state = simulate(plan, { champion: 0, challenger: 0.03 }, 3, 20_000);
  expect(state.phase).toBe("rolledBack");
  expect(state.stepIndex).toBe(0);
  expect(state.requests).toBeLessThan(1500);
  expect(state.reason).toMatch(/^error: harm e-value .* of the champion's 0 of/);
});

test("3% of errors are rolled back from a canary without shadow", () => {
  const direct = canary({ steps: [{ share: 0.25, minRequests: 1000 }], guardrails: [errorRate()] });
  const state = simulate(direct, { champion: 0.001, challenger: 0.03 }, 4, 20_000);
  expect(state.phase).toBe("rolledBack");
  expect(state.requests).toBeLessThan(6000);
});

test("a challenger that disagrees too often never leaves shadow", () => {
  expect(simulate(plan, { champion: 0, challenger: 0, disagree: 0.4 }, 5, 20_000).phase).toBe("rolledBack");
  const undecided = simulate(plan, { champion: 0, challenger: 0, disagree: 0.1 }, 6, 3000);
  expect(undecided.phase).toBe("shadowing");
  expect(undecided.reason).toMatch(/^not yet proven safe: disagreement/);
});

test("an inconclusive last step holds: silence is not success", () => {
  const strict = canary({
    steps: [{ share: 0.5, minRequests: 100 }],
    guardrails: [errorRate({ margin: 0.1, atMost: 1e-4 })],
  });
  const state = simulate(strict, { champion: 0.02, challenger: 0.02 }, 7, 3000);
  expect(state.phase).toBe("holding");
  expect(guardrailEvidence(state)[0]?.safeE).toBeLessThan(20);
});

test("the hard limit rolls back a challenger that fails always, also without an error guardrail", () => {
  const blind = canary({
    steps: [{ share: 0, minRequests: 500 }],
    guardrails: [disagreement({ bound: 1, atMost: 0.99 })],
  });
  const state = simulate(blind, { champion: 0, challenger: 0.5 }, 8, 5000);
  expect(state.phase).toBe("rolledBack");
  expect(state.reason).toMatch(/^hard limit/);
});

test("units assigned at another share than stated are a sample ratio mismatch", () => {
  const half = canary({ steps: [{ share: 0.5, minRequests: 100_000 }], guardrails: [errorRate()] });
  const seen = new SeenUnits();
  const random = seededRandom(9);
  let state = begin(half);
  for (let i = 0; i < 200 && !hasEnded(state.phase); i++) {
    const buckets = Float64Array.from({ length: 100 }, () => random.uint32() / 2 ** 32);
    const challenger = Uint8Array.from(buckets, (bucket) => (bucket < 0.56 ? 1 : 0));
    const none = new Uint8Array(100);
    const answered = {
      kind: "answered",
      stepIndex: 0,
      share: 0.5,
      buckets,
      challenger,
      failed: none,
      latencyMs: new Float64Array(100),
    } as const;
    state = stepRollout(state, condense(half, [answered], seen)).state;
  }
  expect(state.phase).toBe("rolledBack");
  expect(state.reason).toMatch(/^sample ratio mismatch/);
});

test("a state that went through JSON steps to the same state", () => {
  const random = seededRandom(10);
  const buckets = Float64Array.from({ length: 50 }, () => random.next());
  const failed = Uint8Array.from(buckets, () => (random.next() < 0.2 ? 1 : 0));
  const seenBy = {
    kind: "answered",
    stepIndex: 0,
    share: 0.3,
    buckets,
    challenger: failed,
    failed,
    latencyMs: new Float64Array(50),
  } as const;
  const one = canary({ steps: [{ share: 0.3, minRequests: 1000 }] });
  const evidence = condense(one, [seenBy], new SeenUnits());
  const first = stepRollout(begin(one), evidence).state;
  const reread: RolloutState = JSON.parse(JSON.stringify(first));
  expect(stepRollout(reread, evidence)).toEqual(stepRollout(first, evidence));
});

test("a unit counts once, however often it fails", () => {
  const one = canary({ steps: [{ share: 0.5, minRequests: 1000 }] });
  const buckets = new Float64Array(40).fill(0.1);
  const ones = new Uint8Array(40).fill(1);
  const seenBy = {
    kind: "answered",
    stepIndex: 0,
    share: 0.5,
    buckets,
    challenger: ones,
    failed: ones,
    latencyMs: new Float64Array(40),
  } as const;
  const evidence = condense(one, [seenBy], new SeenUnits());
  expect(evidence.bad.error).toEqual([{ share: 0.5, challenger: 1, champion: 0 }]);
  expect(evidence.errors).toEqual({ n: 1, bad: 1 });
  expect(evidence.requests).toBe(40);
});

test("equal models are rolled back at most as often as alpha says, though looked at after every batch and through a ramp", () => {
  const ramp = canary({
    steps: [0.05, 0.1, 0.25, 0.5].map((share) => ({ share, minRequests: 500 })),
    guardrails: [errorRate({ margin: 0.5, atMost: 1e-6 })],
  });
  const runs = 300;
  let alarms = 0;
  for (let seed = 0; seed < runs; seed++) {
    if (simulate(ramp, { champion: 0.05, challenger: 0.05, perUnit: 4 }, 1000 + seed, 4000).phase === "rolledBack")
      alarms += 1;
  }
  expect(alarms / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});

test("a challenger at the margin seldom passes", () => {
  const half = canary({
    steps: [{ share: 0.5, minRequests: 500 }],
    guardrails: [errorRate({ margin: 0.5, atMost: 1e-6 })],
    alpha: 0.05,
  });
  const runs = 200;
  let passes = 0;
  for (let seed = 0; seed < runs; seed++) {
    if (simulate(half, { champion: 0.04, challenger: 0.06 }, 5000 + seed, 6000).phase === "passed") passes += 1;
  }
  expect(passes / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});
