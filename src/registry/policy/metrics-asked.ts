import type { PromotionPolicy } from "../../contracts/gate.ts";
import { isBuiltIn } from "../gates/built-in-names.ts";

/** The metrics that the library's gates of a policy ask an evaluation for, each with the gates that do. */
export function metricsAsked(policy: PromotionPolicy): ReadonlyMap<string, ReadonlySet<string>> {
  const asked = new Map<string, Set<string>>();
  for (const entry of Object.values(policy.transitions)) {
    for (const { gate, params } of entry?.gates ?? []) {
      const metric = isBuiltIn(gate) ? metricOf(params) : undefined;
      if (metric !== undefined) asked.set(metric, (asked.get(metric) ?? new Set<string>()).add(gate));
    }
  }
  return asked;
}

function metricOf(params: unknown): string | undefined {
  if (typeof params !== "object" || params === null || !("metric" in params)) return undefined;
  return typeof params.metric === "string" ? params.metric : undefined;
}
