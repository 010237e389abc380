import type { JsonValue } from "../core/canonical-json.ts";
import { digestOfJson } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { requireArgument } from "../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../core/known-options.ts";
import type { Guardrail, RolloutPlan, RolloutStep } from "../contracts/rollout.ts";
import { errorRate, soundGuardrail } from "./guardrails.ts";

/** What {@link canary} takes. */
export interface CanaryOptions {
  /**
   * The steps in order, with growing shares; a share of 0 is shadow traffic.
   * @default shadow for 500 requests, 5% for 1,000, 25% for 2,000, 50% for 2,000
   */
  readonly steps?: readonly RolloutStep[];
  /** What may not get worse. @default errorRate() */
  readonly guardrails?: readonly Guardrail[];
  /** Probability, in (0, 0.5], of rolling back a challenger that is no worse, over all guardrails and however often one looks. @default 0.05 */
  readonly alpha?: number;
}

const optionNames: OptionNames<CanaryOptions> = { steps: "optional", guardrails: "optional", alpha: "optional" };
const stepNames: OptionNames<RolloutStep> = { share: "required", minRequests: "required" };

const defaultSteps: readonly RolloutStep[] = [
  { share: 0, minRequests: 500 },
  { share: 0.05, minRequests: 1000 },
  { share: 0.25, minRequests: 2000 },
  { share: 0.5, minRequests: 2000 },
];

/**
 * A canary plan: the challenger runs in shadow, then answers a growing share of units, and passes only when every
 * guardrail is proven safe. Throws `definition/invalid` for steps that do not grow, a share outside [0, 1), or a
 * disagreement guardrail without a shadow step.
 *
 * @example
 * ```ts
 * import { canary, disagreement, errorRate } from "sluice/serving";
 * const plan = canary({
 *   steps: [{ share: 0, minRequests: 200 }, { share: 0.2, minRequests: 500 }],
 *   guardrails: [errorRate({ margin: 0.5 }), disagreement({ bound: 0.3, atMost: 0.1 })],
 * });
 * if (plan.steps.length !== 2) throw new Error("two steps expected");
 * ```
 */
export function canary(options: CanaryOptions = {}): RolloutPlan {
  requireOptions("canary()", options, optionNames, "definition/invalid");
  const { steps: listed = defaultSteps, guardrails: watched = [errorRate()], alpha = 0.05 } = options;
  requireArgument("canary()", "steps", listed, "list", "definition/invalid");
  requireArgument("canary()", "guardrails", watched, "list", "definition/invalid");
  if (!(typeof alpha === "number" && alpha > 0 && alpha <= 0.5))
    throw invalid(`alpha ${shown(alpha)}`, "a probability in (0, 0.5]");
  const steps = Array.from(listed, soundStep);
  const guardrails = Array.from(watched, soundGuardrail);
  checkShares(steps);
  checkGuardrails(guardrails, steps);
  const body = {
    kind: "canary",
    steps: steps.map((step) => ({ ...step })),
    guardrails: guardrails.map((guardrail) => ({ ...guardrail })),
    alpha,
  } as const;
  return { ...body, digest: digestOfJson(body satisfies JsonValue) };
}

function soundStep(step: RolloutStep, i: number): RolloutStep {
  requireOptions(`step ${i + 1} of canary()`, step, stepNames, "definition/invalid");
  const { share, minRequests } = step;
  if (!(typeof share === "number" && share >= 0 && share < 1))
    throw invalid(`share ${shown(share)} in step ${i + 1}`, "a share in [0, 1)");
  if (!Number.isSafeInteger(minRequests) || minRequests < 1)
    throw invalid(`minRequests ${shown(minRequests)} in step ${i + 1}`, "a whole number of at least 1");
  return { share, minRequests };
}

function checkShares(steps: readonly RolloutStep[]): void {
  if (steps.length === 0) throw invalid("no steps", "at least one step");
  let previous = -1;
  for (const { share } of steps) {
    if (share <= previous) throw invalid(`share ${share} after ${previous}`, "shares that grow from step to step");
    previous = share;
  }
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : foundText(value);
}

function checkGuardrails(guardrails: readonly Guardrail[], steps: readonly RolloutStep[]): void {
  if (guardrails.length === 0) throw invalid("no guardrails", "at least one guardrail");
  const names = new Set(guardrails.map((guardrail) => guardrail.guardrail));
  if (names.size < guardrails.length) throw invalid("a guardrail twice", "each kind of guardrail once");
  if (names.has("disagreement") && steps[0]?.share !== 0) {
    throw invalid(
      "a disagreement guardrail without a shadow step",
      "a first step of share 0, where both models answer",
    );
  }
  if (names.has("latency") && steps.every((step) => step.share === 0)) {
    throw invalid(
      "a latency guardrail in shadow traffic alone",
      "a step with a share above 0, where latency is measured",
    );
  }
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", { found, expected, fix: "Change the canary plan." });
}
