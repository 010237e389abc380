import { isRecord } from "../../core/is-record.ts";
import type { PromotionPolicy } from "../../contracts/gate.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { jsonOf } from "../../core/json-of.ts";
import { requireMetricName } from "../evaluation/metric-names.ts";
import { isOwnAlias } from "../versions/aliases.ts";
import { isBuiltIn } from "../gates/built-in-names.ts";

const standingStages: readonly string[] = ["staging", "candidate", "production"];
const targets: readonly string[] = ["staging", "candidate", "production", "archived"];

/** What a policy is for. */
export interface PolicyDemands {
  /** Metrics may have any name, as the host's own of prompts and configs. @default false: only those that an evaluator measures */
  readonly anyMetric?: boolean;
}

/** Refuses what is no policy (it may come from code without types), so that no promotion fails on it later. Errors: `definition/invalid`. */
export function requirePolicy(
  policy: unknown,
  { anyMetric = false }: PolicyDemands = {},
): asserts policy is PromotionPolicy {
  const problem = problemOf(policy, anyMetric);
  if (problem === undefined) return;
  throw new SluiceError("definition/invalid", {
    found: `a promotion policy with ${problem}`,
    expected: `a name, and transitions to ${targets.join(", ")} with { gates, approvals } each`,
    fix: "Pass `policy: defaultPolicy({...})`, or a PromotionPolicy of your own.",
  });
}

function problemOf(policy: unknown, anyMetric: boolean): string | undefined {
  if (!isRecord(policy)) return `type ${policy === null ? "null" : typeof policy}`;
  if (typeof policy["name"] !== "string" || policy["name"] === "") return "no name";
  if (policy["version"] !== undefined && typeof policy["version"] !== "string") return "a version that is no text";
  const { transitions } = policy;
  if (!isRecord(transitions)) return "no transitions";
  for (const [to, entry] of Object.entries(transitions)) {
    if (!targets.includes(to)) return `a transition to ${JSON.stringify(to)}`;
    const problem = entry === undefined ? undefined : entryProblem(entry, anyMetric);
    if (problem !== undefined) return `${problem} for "${to}"`;
  }
  return aliasProblem(policy["aliases"], anyMetric) ?? breakGlassProblem(policy["breakGlass"]);
}

function aliasProblem(aliases: unknown, anyMetric: boolean): string | undefined {
  if (aliases === undefined) return undefined;
  if (!isRecord(aliases)) return "aliases that are no record";
  for (const [alias, entry] of Object.entries(aliases)) {
    if (!isOwnAlias(alias)) return `the alias ${JSON.stringify(alias)}, which is no name, or the registry's own`;
    if (!isRecord(entry) || !standingStages.includes(String(entry["stage"])))
      return `no stage (${standingStages.join(", ")}) for the alias "${alias}"`;
    const problem = entryProblem(entry, anyMetric);
    if (problem !== undefined) return `${problem} for the alias "${alias}"`;
  }
  return undefined;
}

function breakGlassProblem(rules: unknown): string | undefined {
  if (rules === undefined) return undefined;
  const roles = isRecord(rules) ? rules["roles"] : undefined;
  if (!isRecord(rules) || !Array.isArray(roles) || roles.length === 0 || !roles.every(isName))
    return "a breakGlass without roles";
  const ms = rules["maxDurationMs"];
  return typeof ms === "number" && Number.isFinite(ms) && ms > 0 ? undefined : "a breakGlass without maxDurationMs";
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.isWellFormed();
}

function rolesProblem(roles: unknown): string | undefined {
  if (roles === undefined) return undefined;
  if (!isRecord(roles)) return "roles that are no record";
  const odd = Object.entries(roles).find(
    ([role, needed]) => !isName(role) || !(typeof needed === "number" && Number.isSafeInteger(needed) && needed >= 1),
  );
  return odd === undefined ? undefined : `no number of approvals for the role ${JSON.stringify(odd[0])}`;
}

function entryProblem(entry: unknown, anyMetric: boolean): string | undefined {
  if (!isRecord(entry) || !Array.isArray(entry["gates"])) return "no list of gates";
  const gates: readonly unknown[] = entry["gates"];
  if (!gates.every((gate) => isRecord(gate) && typeof gate["gate"] === "string" && typeof gate["judge"] === "function"))
    return "a gate without `gate` (its name) and `judge`";
  for (const gate of gates) {
    const problem = isRecord(gate) ? gateProblem(gate, anyMetric) : undefined;
    if (problem !== undefined) return problem;
  }
  const { approvals, identity } = entry;
  const roles = rolesProblem(entry["roles"]);
  if (roles !== undefined) return roles;
  if (identity !== undefined && identity !== "verified" && identity !== "stated")
    return `the identity ${JSON.stringify(identity)}, neither "verified" nor "stated",`;
  return typeof approvals === "number" && Number.isSafeInteger(approvals) && approvals >= 0
    ? undefined
    : "no number of approvals";
}

/** What is wrong with a gate that has a name and a judge: parameters or a version that the digest cannot hold, or a metric that nothing measures. */
function gateProblem(
  { gate, params, version }: { readonly [member: string]: unknown },
  anyMetric: boolean,
): string | undefined {
  if (version !== undefined && typeof version !== "string") return `a version that is no text, of the gate "${gate}"`;
  try {
    canonicalJson(jsonOf(params));
    const metric = isBuiltIn(String(gate)) && isRecord(params) ? params["metric"] : undefined;
    if (typeof metric === "string" && !anyMetric) requireMetricName(metric);
  } catch (error) {
    return `the gate "${gate}", whose parameters are refused: ${isSluiceError(error) ? error.message : String(error)}`;
  }
  return undefined;
}
