import type { Gate, PromotionPolicy } from "../../contracts/gate.ts";
import { isLoss } from "../evaluation/metric-names.ts";
import { policyRefused } from "./policy-members.ts";

/**
 * Refuses a policy whose only bound on a metric of the library lets every worse model pass, as `atLeast` of a loss does. A second bound, of a range, is one on the
 * other side. Of a metric of your own nobody knows which side is better. Errors: `definition/invalid`.
 */
export function requireBoundsThatHold({ transitions, aliases = {} }: PromotionPolicy): void {
  const bounds = [
    ...Object.entries(transitions).map(([to, rules]) => ({ path: `transitions.${to}`, gates: rules?.gates ?? [] })),
    ...Object.entries(aliases).map(([alias, { gates }]) => ({ path: `aliases.${alias}`, gates })),
  ].flatMap(({ path, gates }) => gates.flatMap((gate, i) => boundOf(gate, `${path}.gates[${i}]`)));
  const held = new Set(bounds.filter(({ side, needed }) => side === needed).map(({ metric }) => metric));
  const loose = bounds.find(({ metric }) => !held.has(metric));
  if (loose === undefined) return;
  const { path, metric, side, needed } = loose;
  throw policyRefused(
    `only ${side} of "${metric}"`,
    `${path}.params.${side}`,
    `${needed}: of "${metric}" ${needed === "atMost" ? "lower" : "higher"} is better, so that every worse model would pass`,
    `Say ${needed} in place of ${side}; for a range, add a gate with ${needed}.`,
  );
}

function boundOf({ gate, params }: Gate, path: string) {
  if (!gate.startsWith("threshold:") || typeof params !== "object" || params === null) return [];
  const { metric, atLeast } = { metric: undefined, atLeast: undefined, ...params };
  const loss = typeof metric === "string" ? isLoss(metric) : undefined;
  if (typeof metric !== "string" || loss === undefined) return [];
  const side = atLeast === undefined ? ("atMost" as const) : ("atLeast" as const);
  return [{ path, metric, side, needed: loss ? ("atMost" as const) : ("atLeast" as const) }];
}
