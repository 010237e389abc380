import type { Approval, GateEvidence, GateOutcome, IdentityDemand } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { shown } from "../gates/metric-bound.ts";
import { withUnit } from "../gates/with-unit.ts";

/** What the lines are made from. */
export interface Explained {
  readonly wouldPass: boolean;
  readonly comesFirst: Stage | null;
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

type Asked = Pick<GateEvidence, "transition" | "alias">;

/** From where to where a transition goes, or which alias is moved. */
export function wayText({ transition: { from, to }, alias }: Asked): string {
  return alias === undefined ? `${from} → ${to}` : `alias ${alias}`;
}

/** Why a stage further on than the next one is not open. */
export function notOpenText({ transition: { from, to } }: Asked, first: Stage): string {
  return `a promotion from "${from}" to "${to}" is not open: ${first} comes first`;
}

/** An explanation in lines for a person. */
export function explanationText(
  subject: string,
  asked: Asked,
  { wouldPass, comesFirst, gates, reasons, approvals, warnings }: Explained,
): string {
  const ahead = comesFirst === null ? undefined : notOpenText(asked, comesFirst);
  const verdict =
    comesFirst === null
      ? `would ${wouldPass ? "pass" : "be refused"}`
      : `not open from "${asked.transition.from}", ${comesFirst} comes first; the gates as things stand:`;
  return [
    ...warnings,
    `${subject}, ${wayText(asked)}: ${verdict}`,
    ...outcomeLines(
      gates,
      reasons.filter((reason) => reason !== ahead),
    ),
    `  approvals: ${needs(approvals)}${approvals.given.length === 0 && approvals.needed === 0 ? "" : `, given by ${givers(approvals.given)}`}`,
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
  if (needed === 0 && inRoles.length === 0) return "none needed";
  return `${needed} needed${inRoles.length === 0 ? "" : ` (${inRoles.join(", ")})`}${verified}`;
}

/** Who has approved, and in which role; of a name that somebody has verified, who. */
function givers(given: readonly Approval[]): string {
  const names = given.map(({ approver, role, identity }) => {
    const verified = identity === undefined ? "" : `, verified by ${identity.issuer}`;
    return `${approver} (${role}${verified})`;
  });
  return names.join(", ") || "nobody";
}

const indent = " ".repeat(15);

function linesOf({ gate, outcome, reason, measured, bound, fix }: GateOutcome, width: number): readonly string[] {
  // A reason that says a number itself says it with its unit.
  const said = new Set(reason.split(/[^\w.+-]+/).map((word) => word.replace(/\.$/, "")));
  const numbers = [["found", measured] as const, ["needed", bound] as const].flatMap(([word, value]) => {
    if (value === undefined) return [];
    const text = withUnit(gate, value) ?? shown(value);
    return said.has(text) || said.has(shown(value)) ? [] : [`${word} ${text}`];
  });
  return [
    `  ${outcome.padEnd(12)} ${gate.padEnd(width)}  ${reason}`,
    ...(numbers.length === 0 || outcome === "pass" ? [] : [`${indent}${numbers.join(", ")}`]),
    ...(fix === undefined ? [] : [`${indent}→ ${fix}`]),
  ];
}

function isGates(reason: string, gates: readonly GateOutcome[]): boolean {
  return gates.some(({ gate, outcome }) => reason.startsWith(`${gate}: ${outcome}: `));
}
