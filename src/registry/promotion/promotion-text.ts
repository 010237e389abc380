import { versionSubject } from "../versions/version-key.ts";
import { outcomeLines } from "./explanation-text.ts";
import type { PromotionResult } from "./promotion-result.ts";

/** A promotion's result in lines for a person: what became of it, by whom, and each gate. */
export function promotionText(result: PromotionResult): string {
  const subject = versionSubject(result.version);
  if (result.outcome === "refused")
    return [
      `${subject} was refused, and stays at "${result.version.stage}":`,
      ...outcomeLines(result.gates, result.reasons),
    ].join("\n");
  const { digest, body, keyId } = result.certificate;
  const { transition, alias, breakGlass, approvals } = body;
  const way = alias === undefined ? `${transition.from} → ${transition.to}` : `alias ${alias}`;
  const until =
    breakGlass === undefined ? "" : `, past closed gates until ${new Date(breakGlass.untilMs).toISOString()}`;
  const approvers = approvals.map(({ approver, role }) => `${approver} (${role})`);
  return [
    `${subject}, ${way}: promoted by ${body.actor}${until}: ${body.reason}`,
    ...outcomeLines(body.outcomes, []),
    `  approved by ${approvers.length === 0 ? "nobody" : approvers.join(", ")}`,
    `  certificate ${digest}, signed by key ${keyId}`,
  ].join("\n");
}
