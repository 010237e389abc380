import type { Gate, PromotionPolicy, TransitionRules } from "../../contracts/gate.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { beatsChampion, type BeatsChampionOptions } from "../gates/beats-champion.ts";
import { dataValidated } from "../gates/data-validated.ts";
import { lineageComplete } from "../gates/lineage-complete.ts";
import { requiresFeatures } from "../gates/requires-features.ts";
import { rolloutEvidence } from "../gates/rollout-evidence.ts";
import { signatureMatches } from "../gates/signature-matches.ts";
import { threshold, type ThresholdOptions } from "../gates/threshold.ts";
import { printedPolicy } from "./policy-text.ts";

/** What {@link defaultPolicy} is made from. */
export interface DefaultPolicyOptions {
  /** The metric that decides. @default "auc" */
  readonly metric?: string;
  /** The metric's bound. */
  readonly threshold: ThresholdOptions;
  /** How the champion must be beaten. @default superior by more than 0, first model allowed with an approval */
  readonly champion?: BeatsChampionOptions;
  /** Approvals that production needs, by people other than the author. @default 1 */
  readonly approvals?: number;
  /** Whether a model without a feature service is refused, from staging on. @default false: `signatureMatches` says so, and passes */
  readonly requireFeatures?: boolean;
  /** More gates for candidate and production. @default none */
  readonly gates?: readonly Gate[];
}

/** A policy with rules for every transition: `{ ...policy.transitions.production, approvals: 2 }` is one of your own. */
export interface DefaultPolicy extends PromotionPolicy {
  readonly transitions: { readonly [to in keyof PromotionPolicy["transitions"]]-?: TransitionRules };
}

const optionNames: OptionNames<DefaultPolicyOptions> = {
  metric: "optional",
  threshold: "required",
  champion: "optional",
  approvals: "optional",
  requireFeatures: "optional",
  gates: "optional",
};

/**
 * The default policy. Staging: signature, lineage, validated data. Candidate: these, a threshold and the comparison with the champion.
 * Production: all of them, rollout evidence and an approval. Archiving a version that is not in production needs no gate.
 *
 * @example
 * ```ts
 * import { defaultPolicy } from "sluice/registry";
 * const policy = defaultPolicy({ metric: "auc", threshold: { atLeast: 0.65 } });
 * if (policy.transitions.production.approvals !== 1) throw new Error("production needs an approval");
 * ```
 */
export function defaultPolicy(options: DefaultPolicyOptions): DefaultPolicy {
  requireOptions("defaultPolicy()", options, optionNames, "definition/invalid");
  const { gates = [], champion = {} } = options;
  requireArgument("defaultPolicy()", "gates", gates, "list", "definition/invalid");
  requireArgument("defaultPolicy()", "champion", champion, "object", "definition/invalid");
  const metric = options.metric ?? "auc";
  const sound = [
    signatureMatches(),
    ...(options.requireFeatures === true ? [requiresFeatures()] : []),
    lineageComplete(),
    dataValidated(),
  ];
  const judged = [
    ...sound,
    threshold(metric, options.threshold),
    beatsChampion(metric, { first: "allow", ...champion }),
    ...gates,
  ];
  return printedPolicy({
    name: "default",
    transitions: {
      staging: { gates: sound, approvals: 0 },
      candidate: { gates: judged, approvals: 0 },
      production: { gates: [...judged, rolloutEvidence()], approvals: options.approvals ?? 1 },
      archived: { gates: [], approvals: 0 },
    },
  });
}
