import type { Gate } from "../../contracts/gate.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { DefaultPolicy } from "./default-policy.ts";
import { contentSound } from "../gates/content-sound.ts";
import { threshold, type ThresholdOptions } from "../gates/threshold.ts";
import { printedPolicy } from "./policy-text.ts";

/** What {@link defaultContentPolicy} is made from. */
export interface DefaultContentPolicyOptions {
  /** Metrics of the host's evaluation, each with its bound, for candidate and production. @default none: no evaluation is asked for */
  readonly metrics?: { readonly [metric: string]: ThresholdOptions };
  /** Approvals that production needs, by people other than the author: at least 1. @default 1 */
  readonly approvals?: number;
  /** More gates for candidate and production. @default none */
  readonly gates?: readonly Gate[];
}

const optionNames: OptionNames<DefaultContentPolicyOptions> = {
  metrics: "optional",
  approvals: "optional",
  gates: "optional",
};

/**
 * The default policy of prompts and configs. An evaluation is optional, another person's approval is not: a threshold has no metric, a prompt often
 * none that would be worth a gate; where `metrics` are named, what was not measured stays closed.
 *
 * @example
 * ```ts
 * import { defaultContentPolicy } from "sluice/registry";
 * const policy = defaultContentPolicy({ metrics: { exactMatch: { atLeast: 0.8 } } });
 * if (policy.transitions.production.approvals !== 1) throw new Error("production needs an approval");
 * ```
 */
export function defaultContentPolicy(options: DefaultContentPolicyOptions = {}): DefaultPolicy {
  requireOptions("defaultContentPolicy()", options, optionNames, "definition/invalid");
  if (options.gates !== undefined)
    requireArgument("defaultContentPolicy()", "gates", options.gates, "list", "definition/invalid");
  if (options.metrics !== undefined)
    requireArgument("defaultContentPolicy()", "metrics", options.metrics, "object", "definition/invalid");
  const sound = [contentSound()];
  const bounds = Object.entries(options.metrics ?? {}).map(([metric, bound]) => threshold(metric, bound));
  const judged = [...sound, ...bounds, ...(options.gates ?? [])];
  return printedPolicy({
    name: "default-content",
    transitions: {
      staging: { gates: sound, approvals: 0 },
      candidate: { gates: judged, approvals: 0 },
      production: { gates: judged, approvals: Math.max(1, options.approvals ?? 1) },
      archived: { gates: [], approvals: 0 },
    },
  });
}
