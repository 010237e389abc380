import type { Gate, PromotionPolicy, TransitionRules } from "../../contracts/gate.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { isSound, soundPolicy } from "./sound-policy.ts";

/** A policy as data: everything that decides, by transition and by alias. Errors: `definition/invalid`. */
export function policyText(given: PromotionPolicy): string {
  const policy = isSound(given) ? given : soundPolicy(given, { anyMetric: true });
  const { name, version, transitions, aliases, breakGlass } = policy;
  return canonicalJson({
    schema: 1,
    name,
    version,
    transitions: byName(transitions, rulesJson),
    ...(aliases === undefined
      ? {}
      : { aliases: byName(aliases, (rules) => ({ stage: rules.stage, ...rulesJson(rules) })) }),
    ...(breakGlass === undefined
      ? {}
      : { breakGlass: { roles: [...breakGlass.roles], maxDurationMs: breakGlass.maxDurationMs } }),
  });
}

function byName<R>(
  rules: { readonly [name: string]: R | undefined },
  json: (one: R) => { readonly [member: string]: JsonValue },
): { readonly [name: string]: JsonValue } {
  return Object.fromEntries(
    Object.entries(rules).flatMap(([name, one]) => (one === undefined ? [] : [[name, json(one)] as const])),
  );
}

function rulesJson({ approvals, gates, roles, identity }: TransitionRules): { readonly [member: string]: JsonValue } {
  return {
    approvals,
    gates: gates.map(gateJson),
    ...(roles === undefined ? {} : { roles: { ...roles } }),
    ...(identity === undefined ? {} : { identity }),
  };
}

function gateJson({ gate, params, version }: Gate): JsonValue {
  return { gate, params, ...(version === undefined ? {} : { version }) };
}

/** The digest of a policy: another gate, parameter or number of approvals is another digest. Errors: `definition/invalid` for one that is malformed. */
export function policyDigest(policy: PromotionPolicy): Digest {
  return digestOf(policyText(policy));
}
