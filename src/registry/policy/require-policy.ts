import type { PromotionPolicy } from "../../contracts/gate.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { requireMetricName } from "../evaluation/metric-names.ts";
import { isBuiltIn } from "../gates/built-in-names.ts";

const targets: readonly string[] = ["staging", "candidate", "production", "archived"];

/** Refuses what is no policy (it may come from code without types), so that no promotion fails on it later. Errors: `definition/invalid`. */
export function requirePolicy(policy: unknown): asserts policy is PromotionPolicy {
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
  if (policy["version"] !== undefined && typeof policy["version"] !== "string") return "a version that is no text";
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
  for (const gate of gates) {
    const problem = isRecord(gate) ? gateProblem(gate) : undefined;
    if (problem !== undefined) return problem;
  }
  const { approvals } = entry;
  return typeof approvals === "number" && Number.isSafeInteger(approvals) && approvals >= 0
    ? undefined
    : "no number of approvals";
}

/** What is wrong with a gate that has a name and a judge: parameters or a version that the digest cannot hold, or a metric that nothing measures. */
function gateProblem({ gate, params, version }: { readonly [member: string]: unknown }): string | undefined {
  if (version !== undefined && typeof version !== "string") return `a version that is no text, of the gate "${gate}"`;
  try {
    canonicalJson(jsonOf(params));
    const metric = isBuiltIn(String(gate)) && isRecord(params) ? params["metric"] : undefined;
    if (typeof metric === "string") requireMetricName(metric);
  } catch (error) {
    return `the gate "${gate}", whose parameters are refused: ${isSluiceError(error) ? error.message : String(error)}`;
  }
  return undefined;
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
