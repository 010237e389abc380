import type { Approval, GateEvidence, GateOutcome, IdentityDemand } from "../../contracts/gate.ts";

/** What the lines are made from. */
export interface Explained {
  readonly wouldPass: boolean;
  readonly gates: readonly GateOutcome[];
  readonly reasons: readonly string[];
  readonly approvals: {
    readonly needed: number;
    readonly roles: { readonly [role: string]: number };
    readonly identity: IdentityDemand;
    readonly given: readonly Approval[];
  };
  readonly warnings: readonly string[];
}

/** An explanation in lines for a person. */
export function explanationText(
  subject: string,
  { transition: { from, to }, alias }: Pick<GateEvidence, "transition" | "alias">,
  { wouldPass, gates, reasons, approvals, warnings }: Explained,
): string {
  const way = alias === undefined ? `${from} → ${to}` : `alias ${alias}`;
  return [
    ...warnings,
    `${subject}, ${way}: ${wouldPass ? "would pass" : "would be refused"}`,
    ...outcomeLines(gates, reasons),
    `  approvals: ${needs(approvals)}, given by ${givers(approvals.given)}`,
  ].join("\n");
}

/** A line or more for each gate, and one for each reason that is no gate's. */
export function outcomeLines(gates: readonly GateOutcome[], reasons: readonly string[]): readonly string[] {
  const width = Math.max(0, ...gates.map(({ gate }) => gate.length));
  return [
    ...gates.flatMap((outcome) => linesOf(outcome, width)),
    ...reasons.filter((reason) => !isGates(reason, gates)).map((reason) => `  no           ${reason}`),
  ];
}

function needs({ needed, roles, identity }: Explained["approvals"]): string {
  const inRoles = Object.entries(roles).map(([role, count]) => `${count} as ${role}`);
  const verified = identity === "verified" ? ", verified by a token" : "";
  return `${needed} needed${inRoles.length === 0 ? "" : ` (${inRoles.join(", ")})`}${verified}`;
}

/** Who has approved; a name that nobody has verified is said to be stated. */
function givers(given: readonly Approval[]): string {
  return (
    given
      .map(({ approver, identity }) => (identity === undefined ? approver : `${approver} (${identity.issuer})`))
      .join(", ") || "none"
  );
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
