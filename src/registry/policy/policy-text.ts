import type { AliasRules, PromotionPolicy, TransitionRules } from "../../contracts/gate.ts";
import { alignedLines } from "../../core/aligned-lines.ts";
import { countText } from "../../core/count-text.ts";
import { durationText } from "../../core/duration.ts";
import { lineText } from "../../core/line-text.ts";
import { printable } from "../../core/printable.ts";
import { approvalsNeeded } from "../approvals/approval-needs.ts";

/** Gives a policy a text: `console.log` and `String()` of it show what each transition asks for. */
export function printedPolicy<P extends PromotionPolicy>(policy: P): P {
  return printable(policy, policyText);
}

const order = ["staging", "candidate", "production", "archived"] as const;

/** A policy in lines for a person. */
function policyText({ name, version, transitions, aliases = {}, breakGlass }: PromotionPolicy): string {
  const rows = [
    ...order.flatMap((to) => {
      const rules = transitions[to];
      return rules === undefined ? [] : [[to, rulesText(rules)]];
    }),
    ...Object.entries(aliases).map(([alias, rules]) => [`alias ${alias}`, rulesText(rules)]),
    ...(breakGlass === undefined
      ? []
      : [["break-glass", `by ${breakGlass.roles.join(", ")}, for ${durationText(breakGlass.maxDurationMs)} at most`]]),
  ];
  const lines = alignedLines(rows, () => false).map((line) => `  ${lineText(line)}`);
  return [`policy "${lineText(name)}"${version === undefined ? "" : `, version ${lineText(version)}`}`, ...lines].join(
    "\n",
  );
}

function rulesText(rules: TransitionRules | AliasRules): string {
  const { gates, roles = {}, identity } = rules;
  const from = "stage" in rules ? `from ${rules.stage} on; ` : "";
  const inRoles = Object.entries(roles).map(([role, count]) => `${count} as ${role}`);
  const asked = [
    `${countText(approvalsNeeded(rules), "approval")}${inRoles.length === 0 ? "" : ` (${inRoles.join(", ")})`}`,
    ...(identity === undefined ? [] : [`approvers ${identity}`]),
  ];
  const named = gates.length === 0 ? "no gate" : gates.map(({ gate }) => gate).join(", ");
  return `${from}${named}; ${asked.join(", ")}`;
}
