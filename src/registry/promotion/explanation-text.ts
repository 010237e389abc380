import type { GateOutcome } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";

/** What the lines are made from. */
export interface Explained {
  readonly wouldPass: boolean;
  readonly gates: readonly GateOutcome[];
  readonly reasons: readonly string[];
  readonly approvals: { readonly needed: number; readonly given: readonly { readonly approver: string }[] };
}

/** An explanation in lines for a person. */
export function explanationText(
  subject: string,
  transition: { readonly from: Stage; readonly to: Stage },
  { wouldPass, gates, reasons, approvals }: Explained,
): string {
  const width = Math.max(0, ...gates.map(({ gate }) => gate.length));
  const given = approvals.given.map(({ approver }) => approver).join(", ") || "none";
  return [
    `${subject}, ${transition.from} → ${transition.to}: ${wouldPass ? "would pass" : "would be refused"}`,
    ...gates.flatMap((outcome) => linesOf(outcome, width)),
    ...reasons.filter((reason) => !isGates(reason, gates)).map((reason) => `  no           ${reason}`),
    `  approvals: ${approvals.needed} needed, given by ${given}`,
  ].join("\n");
}

const indent = " ".repeat(15);

function linesOf({ gate, outcome, reason, measured, bound, fix }: GateOutcome, width: number): readonly string[] {
  const numbers = [
    ...(measured === undefined ? [] : [`found ${measured}`]),
    ...(bound === undefined ? [] : [`needed ${bound}`]),
  ];
  return [
    `  ${outcome.padEnd(12)} ${gate.padEnd(width)}  ${reason}`,
    ...(numbers.length === 0 || outcome === "pass" ? [] : [`${indent}${numbers.join(", ")}`]),
    ...(fix === undefined ? [] : [`${indent}→ ${fix}`]),
  ];
}

function isGates(reason: string, gates: readonly GateOutcome[]): boolean {
  return gates.some(({ gate, outcome }) => reason.startsWith(`${gate}: ${outcome}: `));
}
