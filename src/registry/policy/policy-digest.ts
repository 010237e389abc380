import type { Gate, PromotionPolicy } from "../../contracts/gate.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { type Digest, digestOf } from "../../core/digest.ts";

/** A policy as data: everything that decides, by transition. */
export function policyText(policy: PromotionPolicy): string {
  const transitions: { [to: string]: JsonValue } = {};
  for (const [to, entry] of Object.entries(policy.transitions)) {
    if (entry === undefined) continue;
    transitions[to] = { approvals: entry.approvals, gates: entry.gates.map(gateJson) };
  }
  return canonicalJson({ schema: 1, name: policy.name, version: policy.version, transitions });
}

function gateJson({ gate, params, version }: Gate): JsonValue {
  return { gate, params, ...(version === undefined ? {} : { version }) };
}

/** The digest of a policy: another gate, parameter or number of approvals is another digest. */
export function policyDigest(policy: PromotionPolicy): Digest {
  return digestOf(policyText(policy));
}
