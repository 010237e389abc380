import type { RolloutPlan } from "../contracts/rollout.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { requireOptions } from "../core/known-options.ts";
import { canary } from "./canary.ts";

const planNames = {
  kind: "required",
  steps: "required",
  guardrails: "required",
  alpha: "required",
  digest: "required",
} as const;

/** A plan as `canary()` makes it, made again: its digest, which evidence is bound to, is that of what it holds. Errors: `definition/invalid`. */
export function soundPlan(call: string, plan: RolloutPlan): RolloutPlan {
  requireOptions(`the plan of ${call}`, plan, planNames, "definition/invalid");
  const { kind, steps, guardrails, alpha, digest } = plan;
  const made = canary({ steps, guardrails, alpha });
  if (kind === made.kind && digest === made.digest) return made;
  throw new SluiceError("definition/invalid", {
    found: `a plan of ${call} with kind ${foundText(kind)} and digest ${foundText(digest)}`,
    expected: `${made.kind}, and ${made.digest}, which is that of its steps, guardrails and alpha`,
    fix: "Make the plan by canary().",
  });
}
