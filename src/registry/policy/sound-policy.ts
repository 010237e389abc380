import type { AliasRules, BreakGlassRules, PromotionPolicy, TransitionRules } from "../../contracts/gate.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { requireOptions } from "../../core/known-options.ts";
import { isOwnAlias } from "../versions/aliases.ts";
import { requireBoundsThatHold } from "./bounds-that-hold.ts";
import {
  countAt,
  entriesAt,
  isName,
  listAt,
  memberPath,
  nameAt,
  partMembers,
  policyFault,
  policyRefused,
} from "./policy-members.ts";
import { printedPolicy } from "./policy-text.ts";
import { soundGate } from "./sound-gate.ts";

/** What a policy is for. */
export interface PolicyDemands {
  /** Metrics may have any name, as the host's own of prompts and configs. @default false: only those that an evaluator measures */
  readonly anyMetric?: boolean;
}

/** The policies that a registry judges by. */
export interface Policies {
  readonly policy?: PromotionPolicy;
  readonly policies?: { readonly prompt?: PromotionPolicy; readonly config?: PromotionPolicy };
}

const standing = ["staging", "candidate", "production"] as const;
const targets = [...standing, "archived"] as const;
const policyNames = ["name", "version", "transitions", "aliases", "breakGlass"] as const;
const ruleNames = ["gates", "approvals", "roles", "identity"] as const;
const policyMade = `a name, and transitions to ${targets.join(", ")} with { gates, approvals } each`;
const rulesMade = "rules: { gates, approvals }, and roles and identity where they are asked for";

/** What was found to be sound, and cannot be changed since; with whether its metrics may be any. */
const sound = new WeakMap<object, boolean>();

/**
 * A policy as a registry holds it: read once, every part of it, copied and frozen, so that it stays what was checked. It may come from code without types;
 * what is malformed is refused by its path. Errors: `definition/invalid`.
 */
export function soundPolicy(given: unknown, { anyMetric = false }: PolicyDemands = {}): PromotionPolicy {
  if (isSound(given) && (anyMetric || sound.get(given) === false)) return given;
  let policy: PromotionPolicy;
  try {
    policy = policyFrom(given, anyMetric);
  } catch (error) {
    if (isSluiceError(error)) throw error;
    throw new SluiceError("definition/invalid", {
      found: "a promotion policy that cannot be read: a member of it throws",
      expected: policyMade,
      fix: "Pass plain objects and lists, without getters.",
      cause: error,
    });
  }
  if (!anyMetric) requireBoundsThatHold(policy);
  sound.set(policy, anyMetric);
  return policy;
}

/** Whether {@link soundPolicy} made it. */
export function isSound(policy: unknown): policy is PromotionPolicy {
  return typeof policy === "object" && policy !== null && sound.has(policy);
}

/** The policies of what is wired, each sound. Errors: `definition/invalid`. */
export function soundPolicies<P extends Policies>(wired: P): P {
  const { policy, policies } = wired;
  if (policy === undefined && policies === undefined) return wired;
  if (policies !== undefined)
    requireOptions("`policies`", policies, { prompt: "optional", config: "optional" }, "definition/invalid");
  const own = Object.entries(policies ?? {}).flatMap(([kind, one]) =>
    one === undefined ? [] : [[kind, soundPolicy(one, { anyMetric: true })] as const],
  );
  return {
    ...wired,
    ...(policy === undefined ? {} : { policy: soundPolicy(policy) }),
    ...(policies === undefined ? {} : { policies: Object.freeze(Object.fromEntries(own)) }),
  };
}

function policyFrom(given: unknown, anyMetric: boolean): PromotionPolicy {
  const { name, version, transitions, aliases, breakGlass } = partMembers(given, "", policyNames, policyMade);
  const policy: PromotionPolicy = {
    name: nameAt(name, "name", "the policy's name"),
    ...(version === undefined ? {} : { version: nameAt(version, "version", "a text that is not empty") }),
    transitions: transitionsFrom(transitions, anyMetric),
    ...(aliases === undefined ? {} : { aliases: aliasesFrom(aliases, anyMetric) }),
    ...(breakGlass === undefined ? {} : { breakGlass: breakGlassFrom(breakGlass) }),
  };
  return Object.freeze(printedPolicy(policy));
}

function transitionsFrom(transitions: unknown, anyMetric: boolean): PromotionPolicy["transitions"] {
  const rules = entriesAt(transitions, "transitions", policyMade).flatMap(([to, entry]) => {
    const path = memberPath("transitions", to);
    if (!targets.some((target) => target === to))
      throw policyRefused(`a transition to ${JSON.stringify(to)}`, path, targets.join(", "));
    return entry === undefined ? [] : [[to, rulesFrom(entry, path, ruleNames, anyMetric).rules] as const];
  });
  return Object.freeze(Object.fromEntries(rules));
}

function aliasesFrom(aliases: unknown, anyMetric: boolean): { readonly [alias: string]: AliasRules } {
  const expected = "aliases of your own by name, with { stage, gates, approvals } each";
  const rules = entriesAt(aliases, "aliases", expected).map(([alias, entry]) => {
    const path = memberPath("aliases", alias);
    if (!isOwnAlias(alias))
      throw policyRefused("an alias that is no name, or the registry's own", path, "letters, digits, `.`, `_` and `-`");
    const { rules: of, stage } = rulesFrom(entry, path, [...ruleNames, "stage"], anyMetric);
    const found = standing.find((one) => one === stage);
    if (found === undefined) throw policyFault(stage, `${path}.stage`, standing.join(", "));
    return [alias, Object.freeze({ ...of, stage: found })] as const;
  });
  return Object.freeze(Object.fromEntries(rules));
}

function rulesFrom(
  entry: unknown,
  path: string,
  names: readonly ((typeof ruleNames)[number] | "stage")[],
  anyMetric: boolean,
): { readonly rules: TransitionRules; readonly stage: unknown } {
  const { gates, approvals, roles, identity, stage } = partMembers(entry, path, names, rulesMade);
  const listed = listAt(gates, `${path}.gates`, "a list of gates");
  if (identity !== undefined && identity !== "verified" && identity !== "stated")
    throw policyFault(identity, `${path}.identity`, '"verified" or "stated"');
  const rules = Object.freeze({
    gates: Object.freeze(listed.map((gate, i) => soundGate(gate, `${path}.gates[${i}]`, anyMetric))),
    approvals: countAt(approvals, `${path}.approvals`, 0, "a whole number of approvals, 0 for none"),
    ...(roles === undefined ? {} : { roles: rolesFrom(roles, `${path}.roles`) }),
    ...(identity === undefined ? {} : { identity }),
  });
  return { rules, stage };
}

function rolesFrom(roles: unknown, path: string): { readonly [role: string]: number } {
  const needed = entriesAt(roles, path, "roles by name, with the number of approvals of each").map(([role, count]) => {
    const at = memberPath(path, role);
    if (!isName(role)) throw policyRefused("a role without a name", at, "a text that is not empty");
    return [role, countAt(count, at, 1, "a whole number of approvals, at least 1")] as const;
  });
  return Object.freeze(Object.fromEntries(needed));
}

function breakGlassFrom(given: unknown): BreakGlassRules {
  const expected = "who may pass closed gates, and for how long: { roles, maxDurationMs }";
  const { roles, maxDurationMs } = partMembers(given, "breakGlass", ["roles", "maxDurationMs"], expected);
  const named = listAt(roles, "breakGlass.roles", "a list of roles");
  if (named.length === 0) throw policyRefused("no role", "breakGlass.roles", "at least one role");
  if (!(typeof maxDurationMs === "number" && Number.isFinite(maxDurationMs) && maxDurationMs > 0))
    throw policyFault(maxDurationMs, "breakGlass.maxDurationMs", "milliseconds, more than 0");
  return Object.freeze({
    roles: Object.freeze(named.map((role, i) => nameAt(role, `breakGlass.roles[${i}]`, "a role's name"))),
    maxDurationMs,
  });
}
