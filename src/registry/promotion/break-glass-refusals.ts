import type { BreakGlassRules } from "../../contracts/gate.ts";
import { durationText } from "../../core/duration.ts";
import type { KnownPerson } from "../approvals/known-person.ts";

/** An emergency as it is judged. */
export interface AskedBreakGlass {
  readonly role: string;
  readonly durationMs: number;
  readonly person: KnownPerson;
}

/** Why an emergency is not permitted; empty where it is. */
export function breakGlassRefusals(
  rules: BreakGlassRules | undefined,
  { role, durationMs: ms, person }: AskedBreakGlass,
): readonly string[] {
  if (rules === undefined) return ["break-glass: the policy does not permit it (`breakGlass`)"];
  return [
    ...(person.known ? [] : [`break-glass: ${person.reason}`]),
    ...(rules.roles.includes(role) ? [] : [`break-glass: the role "${role}" is none of ${rules.roles.join(", ")}`]),
    ...(ms > 0 && ms <= rules.maxDurationMs
      ? []
      : [`break-glass: for ${durationText(ms)}, the policy permits up to ${durationText(rules.maxDurationMs)}`]),
  ];
}
