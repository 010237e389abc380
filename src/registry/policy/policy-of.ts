import type { AliasRules, IdentityDemand, PromotionPolicy, TransitionRules } from "../../contracts/gate.ts";
import type { ModelVersion, Stage, VersionKind } from "../../contracts/model-version.ts";
import type { RegistryOptions } from "../registry-options.ts";

/** What a version is. */
export function kindOfVersion({ kind }: Pick<ModelVersion, "kind">): VersionKind {
  return kind ?? "model";
}

/** The policy for what a version is: prompts and configs have their own. */
export function policyOf(options: RegistryOptions, version: Pick<ModelVersion, "kind">): PromotionPolicy | undefined {
  return version.kind === undefined ? options.policy : options.policies?.[version.kind];
}

/** Whether the approvers of a transition must be verified: as the rules say, else for production wherever somebody can verify them. */
export function identityDemand(
  options: RegistryOptions,
  rules: TransitionRules | AliasRules | undefined,
  to: Stage,
): IdentityDemand {
  if (rules?.identity !== undefined) return rules.identity;
  const stage = rules !== undefined && "stage" in rules ? rules.stage : to;
  return stage === "production" && options.identity !== undefined ? "verified" : "stated";
}
