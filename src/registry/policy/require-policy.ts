import { SluiceError } from "../../core/errors.ts";

const targets: readonly string[] = ["staging", "candidate", "production", "archived"];

/** Refuses what is no policy (it may come from code without types), so that no promotion fails on it later. Errors: `definition/invalid`. */
export function requirePolicy(policy: unknown): void {
  const problem = problemOf(policy);
  if (problem === undefined) return;
  throw new SluiceError("definition/invalid", {
    found: `a promotion policy with ${problem}`,
    expected: `a name, and transitions to ${targets.join(", ")} with { gates, approvals } each`,
    fix: "Pass `policy: defaultPolicy({...})`, or a PromotionPolicy of your own.",
  });
}

function problemOf(policy: unknown): string | undefined {
  if (!isRecord(policy)) return `type ${policy === null ? "null" : typeof policy}`;
  if (typeof policy["name"] !== "string" || policy["name"] === "") return "no name";
  const { transitions } = policy;
  if (!isRecord(transitions)) return "no transitions";
  for (const [to, entry] of Object.entries(transitions)) {
    if (!targets.includes(to)) return `a transition to ${JSON.stringify(to)}`;
    const problem = entry === undefined ? undefined : entryProblem(entry);
    if (problem !== undefined) return `${problem} for "${to}"`;
  }
  return undefined;
}

function entryProblem(entry: unknown): string | undefined {
  if (!isRecord(entry) || !Array.isArray(entry["gates"])) return "no list of gates";
  const gates: readonly unknown[] = entry["gates"];
  if (!gates.every((gate) => isRecord(gate) && typeof gate["gate"] === "string" && typeof gate["judge"] === "function"))
    return "a gate without `gate` (its name) and `judge`";
  const { approvals } = entry;
  return typeof approvals === "number" && Number.isSafeInteger(approvals) && approvals >= 0
    ? undefined
    : "no number of approvals";
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
