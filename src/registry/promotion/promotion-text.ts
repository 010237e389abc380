import { versionSubject } from "../versions/version-key.ts";
import { outcomeLines, wayText } from "./explanation-text.ts";
import type { PromotionResult } from "./promotion-result.ts";

/** A refusal in lines for a person: of what it was asked for, and each gate. */
export function refusalText(
  { version, gates, reasons }: Extract<PromotionResult, { readonly outcome: "refused" }>,
  asked: Parameters<typeof wayText>[0],
): string {
  const stays = asked.alias === undefined ? `, and stays at "${version.stage}"` : "";
  return [`${versionSubject(version)}, ${wayText(asked)}: refused${stays}`, ...outcomeLines(gates, reasons)].join("\n");
}

/** A promotion's result in lines for a person: what became of it, by whom, and each gate. */
export function promotionText(result: Extract<PromotionResult, { readonly outcome: "promoted" }>): string {
  const subject = versionSubject(result.version);
  const { digest, body, keyId } = result.certificate;
  const { breakGlass, approvals } = body;
  const until =
    breakGlass === undefined ? "" : `, past closed gates until ${new Date(breakGlass.untilMs).toISOString()}`;
  const approvers = approvals.map(({ approver, role }) => `${approver} (${role})`);
  return [
    `${subject}, ${wayText(body)}: promoted by ${body.actor}${until}: ${body.reason}`,
    ...outcomeLines(body.outcomes, []),
    `  approved by ${approvers.length === 0 ? "nobody" : approvers.join(", ")}`,
    `  certificate ${digest}, signed by key ${keyId}`,
  ].join("\n");
}
