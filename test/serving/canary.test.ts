import { expect, test } from "vitest";
import { canary } from "../../src/serving/canary.ts";
import { badOutcome, disagreement, errorRate, latency } from "../../src/serving/guardrails.ts";

const invalid = expect.objectContaining({ code: "definition/invalid" });
const steps = (...shares: number[]) => shares.map((share) => ({ share, minRequests: 10 }));

test("the default plan starts in shadow and ends at one half", () => {
  const plan = canary();
  expect(plan.steps.map((step) => step.share)).toEqual([0, 0.05, 0.25, 0.5]);
  expect(plan.alpha).toBe(0.05);
});

test("equal plans have equal digests, another margin another one", () => {
  expect(canary({ steps: steps(0, 0.5) }).digest).toBe(canary({ steps: steps(0, 0.5) }).digest);
  expect(canary({ guardrails: [errorRate({ margin: 0.4 })] }).digest).not.toBe(canary().digest);
});

test.each([
  ["no steps", { steps: [] }],
  ["a falling share", { steps: steps(0.5, 0.1) }],
  ["a share of 1", { steps: steps(1) }],
  ["a NaN share", { steps: steps(Number.NaN) }],
  ["half a request", { steps: [{ share: 0.1, minRequests: 0.5 }] }],
  ["an alpha of 0", { alpha: 0 }],
  ["no guardrails", { guardrails: [] }],
  ["a guardrail twice", { guardrails: [errorRate(), errorRate()] }],
  ["disagreement without shadow", { steps: steps(0.1), guardrails: [disagreement({ bound: 1, atMost: 0.1 })] }],
  ["latency in shadow alone", { steps: steps(0), guardrails: [latency({ boundMs: 5 })] }],
])("%s is refused", (_, options) => {
  expect(() => canary(options)).toThrow(invalid);
});

test("guardrails refuse nonsense", () => {
  expect(() => errorRate({ margin: 0 })).toThrow(invalid);
  expect(() => disagreement({ bound: -1, atMost: 0.1 })).toThrow(invalid);
  expect(() => disagreement({ bound: 1, atMost: 1 })).toThrow(invalid);
  expect(() => latency({ boundMs: Number.NaN })).toThrow(invalid);
  expect(() => badOutcome({ output: "p", outcome: "y", bound: Number.NaN })).toThrow(invalid);
});
