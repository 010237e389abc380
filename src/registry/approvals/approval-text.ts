import type { Approval } from "../../contracts/gate.ts";
import { isoOf } from "../../core/iso-of.ts";
import { lineText } from "../../core/line-text.ts";
import { printable } from "../../core/printable.ts";
import { shortDigest } from "../../core/short-digest.ts";

/** Gives an approval a text: `console.log` and `String()` of it show who approved what, and for how long. */
export function printedApproval(approval: Approval): Approval {
  return printable(approval, approvalText);
}

/** An approval in lines for a person. */
function approvalText({ approver, role, comment, evidenceDigest, atMs, expiresAtMs, identity }: Approval): string {
  const verified =
    identity === undefined ? "as stated, verified by nobody" : `verified by ${lineText(identity.issuer)}`;
  return [
    `approved by ${lineText(approver)} (${lineText(role)}), ${verified}${comment === "" ? "" : `: ${lineText(comment)}`}`,
    `  evidence  ${shortDigest(evidenceDigest)}: other evidence voids it`,
    `  counts    from ${isoOf(atMs)} until ${isoOf(expiresAtMs)}`,
  ].join("\n");
}
